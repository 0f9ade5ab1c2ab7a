"""What the command says of a pass, to whoever sits at the machine."""

from __future__ import annotations

import pytest

from agent.installed import Installed, Outcome, Pass, StepResult, StepState
from agent.provision.command import say
from agent.words import Words

STEPS = (
    StepResult(id="home", kind="text", state=StepState.OK),
    StepResult(
        id="sheet",
        kind="blob",
        state=StepState.DRIFT,
        code="missing",
        message="/srv/a.pdf",
    ),
    StepResult(id="office", kind="apt", state=StepState.NOT_REACHED),
)


@pytest.mark.parametrize(
    ("is_french", "lines"),
    [
        (
            True,
            [
                "sheet (blob)\u202f: pas comme il faut\u202f: /srv/a.pdf",
                "office (apt)\u202f: pas atteint.",
            ],
        ),
        (
            False,
            [
                "sheet (blob): not as it should be: /srv/a.pdf",
                "office (apt): not reached.",
            ],
        ),
    ],
)
def test_a_step_that_is_not_as_it_should_be_is_said_in_words(is_french, lines, capsys):
    done = Installed(
        slug="emploi",
        version=1,
        sha256="a" * 64,
        aim=Pass.VERIFY,
        outcome=Outcome.PARTIAL,
        message="The sentence.",
        steps=STEPS,
    )
    say(done, Words(is_french))
    said = capsys.readouterr()
    assert (said.out.splitlines(), said.err) == (lines, "The sentence.\n")
