"""The machine is looked at in a process of its own, and what comes of it is told."""

from __future__ import annotations

import pytest

from agent import wire
from agent.apart import Apart, look_apart
from agent.run import Ran, never
from agent.spool import Spool
from agent.vocabulary import Why
from agent.work import End
from tests.agent.test_itself import KNOWN, state
from tests.agent.test_jobs import job

__all__ = ["state"]


def test_a_report_made_apart_waits_in_the_spool(state):
    assert look_apart(state, never) == End(wire.Stage.DONE)
    (sealed,) = Spool(state / "spool", KNOWN.agent_id, KNOWN.seal).envelopes(9)
    assert sealed.report().kind is wire.Kind.INVENTORY


def test_a_process_that_could_not_look_says_why(tmp_path):
    end = look_apart(tmp_path / "nowhere", never)
    assert end.state is wire.Stage.FAILED
    assert "not enrolled" in end.message


@pytest.mark.parametrize(
    ("ran", "said"),
    [
        (Ran((), exit_code=-9, why=Why.TIMEOUT), "timeout"),
        (Ran((), exit_code=7, stderr=b"a\nlast words\n"), "last words"),
        (Ran((), exit_code=-11), "-11"),
    ],
    ids=["too long", "with words", "without a word"],
)
def test_a_process_that_did_not_end_well_is_a_failed_job(tmp_path, ran, said):
    end = look_apart(tmp_path, never, lambda _argv, _stopped: ran)
    assert (end.state, end.message) == (wire.Stage.FAILED, said)


def test_a_look_that_nobody_wants_any_more_is_cancelled(tmp_path):
    killed = Ran((), exit_code=-9, why=Why.TIMEOUT)
    end = look_apart(tmp_path, lambda: True, lambda _argv, _stopped: killed)
    assert end == End(wire.Stage.CANCELLED)


def test_other_work_is_done_by_others(tmp_path):
    ends = {
        wire.Work.TESTS: End(wire.Stage.DONE, "by others"),
        wire.Work.ERASE: End(wire.Stage.DONE, "erased"),
        wire.Work.PROVISION: End(wire.Stage.DONE, "installed"),
    }
    apart = Apart(tmp_path, *(lambda *_words, end=end: end for end in ends.values()))
    for kind, end in ends.items():
        assert apart(job(kind=kind), lambda *_told: None, never) == end
