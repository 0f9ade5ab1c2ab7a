"""The guided tour on a real terminal, with the agent's own process behind it."""

from __future__ import annotations

import dataclasses
import os
import uuid
from pathlib import Path
from typing import Any

import pytest

from agent import wire
from agent.__main__ import main
from agent.checks import sitting as sittings
from agent.tell import Exit
from agent.vocabulary import Check, Judge, Result
from tests.agent.checks.terminals import Person
from tests.agent.server import HANG_UP
from tests.agent.trees import NOW, around

BRIEF = "keyboard,screen,clock"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def sits_down(state):
    def person(*more: str, language: str = "en", only: str = BRIEF) -> Person:
        words = ("--state", str(state), "--language", language, "--only", only)
        return Person("-m", "agent", "test", *words, *more)

    return person


def look_at_colours(person: Person) -> None:
    person.sees("show the first colour")
    person.presses("\r")
    for _ in range(5):
        person.sees(" " * 500)
        person.presses("x")
    person.sees("The five colours were plain.")
    person.presses("1")


def leave_the_keyboard(person: Person) -> None:
    """Two letters, then Escape twice: the rest of the keyboard is dead."""
    person.sees("[1] AZERTY")
    person.presses("1")
    person.sees("Keys seen")
    person.presses("a", "é", "\x1b")
    person.sees("Keys seen: 3 of 75")
    person.presses("\x1b")
    person.sees("Is that right?")
    person.presses("1")


def begin(person: Person) -> None:
    person.sees("With you: keyboard, screen.")
    person.sees("[Enter] begin")
    person.presses("\r")


def finish(person: Person) -> str:
    """Read the results, and send them."""
    shown = person.sees("[Enter] send the results")
    person.presses("\r")
    return shown


def results(state: Path) -> dict[Check, Result]:
    sitting = sittings.load(state)
    assert sitting is not None
    return {test.name: test.result for test in sitting.done}


def test_a_person_is_led_through_with_one_key_per_answer(sits_down, state):
    with sits_down() as person:
        begin(person)
        leave_the_keyboard(person)
        look_at_colours(person)
        assert "good" in finish(person)
        assert person.ends() == Exit.NOT_ENROLLED
        assert "The results are kept" in person.unread
        assert person.terminal_now == person.before
    assert results(state) == {
        Check.KEYBOARD: Result.FAIL,
        Check.SCREEN: Result.PASS,
        Check.CLOCK: Result.UNKNOWN,
    }


def test_it_speaks_french(sits_down, state):
    with sits_down(language="fr", only="keyboard") as person:
        person.sees("Avec vous : clavier.".replace(" :", "\u202f:"))
        person.sees("[Entrée] commencer")
        person.presses("\r")
        person.sees("Qu’est-ce qui est imprimé sur le clavier\u202f?")
        person.presses("s")
        person.sees("La personne devant la machine l’a passé.")
        person.sees("[Entrée] envoyer les résultats")
        person.presses("\r")
        person.ends()
    assert results(state) == {Check.KEYBOARD: Result.NOT_TESTED}


def test_where_the_session_has_no_language_the_person_is_asked(state):
    words = ("--state", str(state), "test", "--only", "keyboard")
    with Person("-m", "agent", *words) as person:
        person.sees("[1] Français")
        person.presses("&")
        person.sees("[Entrée] commencer")
        person.presses("q")
        assert person.ends() == Exit.WAITING


def test_power_that_fails_in_the_middle_costs_the_running_test_only(sits_down, state):
    with sits_down() as person:
        begin(person)
        leave_the_keyboard(person)
        person.sees("show the first colour")
        person.dies()
    assert results(state) == {Check.KEYBOARD: Result.FAIL}
    with sits_down("--resume") as person:
        person.sees("With you: screen.")
        person.sees("[Enter] begin")
        person.presses("\r")
        look_at_colours(person)
        finish(person)
        assert person.ends() == Exit.NOT_ENROLLED
    assert list(results(state)) == [Check.KEYBOARD, Check.SCREEN, Check.CLOCK]


def test_who_comes_back_is_asked_whether_to_go_on(sits_down, state):
    with sits_down(only="screen,clock") as person:
        person.sees("[Enter] begin")
        person.presses("\r")
        person.sees("show the first colour")
        person.presses("q")
        assert person.ends() == Exit.WAITING
        assert "python -m agent test --resume" in person.unread
    with sits_down(only="clock") as person:
        person.sees("Tests done: 0 of 2.")
        person.presses("2")
        person.sees("[Enter] begin")
        person.presses("\r")
        finish(person)
        person.ends()
    assert list(results(state)) == [Check.CLOCK]


def test_ctrl_c_leaves_what_can_be_gone_on_with(sits_down, state):
    with sits_down() as person:
        begin(person)
        leave_the_keyboard(person)
        person.sees("show the first colour")
        person.presses("\x03")
        assert person.ends() == 130
        assert person.terminal_now == person.before
    assert results(state) == {Check.KEYBOARD: Result.FAIL}


def test_a_terminal_that_is_closed_leaves_it_too(sits_down, state):
    with sits_down(only="screen,clock") as person:
        person.sees("[Enter] begin")
        os.close(person.terminal)
        person.terminal = os.open("/dev/null", os.O_RDWR)
        assert person.process.wait(20) in (Exit.WAITING, -1)
    kept = sittings.load(state)
    assert kept is None or kept.done == ()


def test_a_result_that_looks_wrong_is_made_again(sits_down, state):
    with sits_down(only="keyboard") as person:
        person.sees("[Enter] begin")
        person.presses("\r")
        person.sees("[1] AZERTY")
        person.presses("1")
        person.sees("Keys seen")
        person.presses("\r", "\r")
        person.sees("[2] test it again")
        person.presses("2")
        person.sees("[1] AZERTY")
        person.presses("s")
        finish(person)
        person.ends()
    assert results(state) == {Check.KEYBOARD: Result.NOT_TESTED}


def test_a_long_test_without_a_person_can_be_skipped(sits_down, state):
    with sits_down("--seconds", "600", only="cpu_load") as person:
        person.sees("[Enter] begin")
        person.presses("\r")
        person.sees("The machine works by itself.")
        person.sees("0 %")
        person.presses("s")
        person.sees("The test was stopped before its end.")
        finish(person)
        person.ends()
    assert results(state) == {Check.CPU_LOAD: Result.NOT_TESTED}


def cut_off(state: Path, **changes: Any) -> sittings.Sitting:
    """A sitting during which the machine itself stopped."""
    kept = sittings.start([Check.CPU_LOAD, Check.CLOCK], around(Path("/nowhere")))
    kept = dataclasses.replace(
        kept, running=Check.CPU_LOAD, boot_id=uuid.UUID(int=1), **changes
    )
    sittings.keep(state, kept)
    return kept


def test_a_machine_that_died_under_load_is_asked_about(sits_down, state):
    cut_off(state)
    with sits_down("--resume") as person:
        person.sees("[Enter] begin")
        person.presses("\r")
        person.sees("It was started anew since: processor under load.")
        person.sees("[2] it froze or switched itself off")
        person.presses("2")
        person.sees("BAD")
        finish(person)
        person.ends()
    assert results(state)[Check.CPU_LOAD] is Result.FAIL


def test_where_nobody_can_be_asked_a_death_is_not_judged(state, capsys):
    cut_off(state)
    words = ("--state", str(state), "test", "--resume", "--language", "en")
    assert main(words) == Exit.NOT_ENROLLED
    assert "froze or switched itself off" in " ".join(capsys.readouterr().out.split())
    assert results(state)[Check.CPU_LOAD] is Result.UNKNOWN


@pytest.fixture
def agent(state, capsys):
    """Run a command in this process, where nobody sits at the terminal."""

    def command(*words: str) -> tuple[int, str]:
        code = main(["--state", str(state), *words])
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return command


def test_the_results_are_sent_as_a_report_of_their_own(agent, server, state):
    agent("enrol", "k7qm-3xpa", "--server", server.address)
    code, said = agent("test", "--only", "screen,clock", "--language", "en")
    assert code == Exit.DONE, said
    (envelope,) = server.kept.values()
    report = envelope.report()
    assert report.kind is wire.Kind.TESTS
    assert [test.name for test in report.tests] == [Check.SCREEN, Check.CLOCK]
    assert report.tests[0].result is Result.NOT_TESTED
    assert report.tests[0].by is Judge.PERSON
    assert not (state / sittings.FILE).exists()


def test_results_wait_for_the_enrolment(agent, server, state):
    assert agent("test", "--only", "screen")[0] == Exit.NOT_ENROLLED
    kept = sittings.load(state)
    assert kept is not None
    agent("enrol", "k7qm-3xpa", "--server", server.address)
    assert agent("test", "--resume")[0] == Exit.DONE
    (envelope,) = server.kept.values()
    assert envelope.report().report_id == kept.sitting_id


def test_results_wait_on_the_disk_where_no_server_answers(agent, server, state):
    agent("enrol", "k7qm-3xpa", "--server", server.address)
    server.script = [HANG_UP] * 9
    assert agent("test", "--only", "screen")[0] == Exit.WAITING
    assert len(list((state / "spool/waiting").iterdir())) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("--only", "teleporter"),
        ("--only", "keyboard,unknown"),
        ("--seconds", "0"),
        ("--seconds", "999999999999"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused_before_anything_is(agent, state, words):
    code, said = agent("test", *words)
    assert (code, said.count("\n")) == (Exit.USAGE, 1)
    assert not state.exists()


def test_a_sitting_survives_the_disk_and_a_broken_file_is_none(state):
    kept = cut_off(state, done=())
    assert sittings.load(state) == kept
    assert kept.started_at == NOW
    (state / sittings.FILE).write_bytes(b"{half")
    assert sittings.load(state) is None
