"""Tests that run without anybody, as a job asks for them."""

from __future__ import annotations

import pytest

from agent import wire
from agent.checks import ALONE, GUIDED, unattended
from agent.checks.alone import run_all, run_one
from agent.checks.bench import Found, conclude
from agent.vocabulary import Check, Judge, Result
from tests.agent.checks.benches import FRENCH, bench
from tests.agent.trees import NOW, around


def wanted() -> bool:
    return False


def nobody_watches(_name: Check, _percent: int, _seconds: int | None) -> None:
    """Progress for nobody."""


def test_every_name_of_the_vocabulary_is_somebodys():
    assert {*GUIDED, *ALONE} == set(Check) - {Check.UNKNOWN}


def test_each_name_gets_one_answer_in_its_order(tmp_path):
    names = [Check.WIFI, Check.CLOCK, Check.WIFI]
    tests = unattended(names, around(tmp_path), nobody_watches, wanted)
    assert [test.name for test in tests] == [Check.WIFI, Check.CLOCK]
    assert tests[0].reason == "Aucune carte Wi-Fi n’est vue."
    assert {test.at for test in tests} == {NOW}


def test_the_language_is_the_one_that_was_asked_for(tmp_path):
    (test,) = unattended(
        [Check.WIFI], around(tmp_path), nobody_watches, wanted, language="en"
    )
    assert test.reason == "No Wi-Fi card is seen."


@pytest.mark.parametrize("name", [*GUIDED, Check.UNKNOWN])
def test_what_needs_a_person_is_said_not_to_be_tested(tmp_path, name):
    (test,) = unattended([name], around(tmp_path), nobody_watches, wanted)
    assert (test.result, test.by) == (Result.NOT_TESTED, Judge.PERSON)
    assert "une personne" in test.reason


def test_progress_counts_the_whole_run(tmp_path):
    told: list[tuple[Check, int, int | None]] = []
    names = [Check.CLOCK, Check.WIFI]
    run_all(names, bench(tmp_path), lambda *each: told.append(each))
    assert told == [(Check.CLOCK, 0, 11), (Check.WIFI, 9, 10)]


def test_what_is_cancelled_is_not_tested_and_what_was_done_stays(tmp_path):
    begun: list[Check] = []
    each = bench(tmp_path, cancelled=lambda: bool(begun), offset_seconds=lambda: 0)
    tests = run_all(
        [Check.CLOCK, Check.WIFI], each, lambda name, *_: begun.append(name)
    )
    assert [test.result for test in tests] == [Result.PASS, Result.NOT_TESTED]
    assert begun == [Check.CLOCK]


def test_a_cancelled_test_says_that_it_was_stopped(tmp_path):
    test = run_one(Check.CLOCK, bench(tmp_path, cancelled=lambda: True))
    assert test.result is Result.NOT_TESTED
    assert test.reason == "The test was stopped before its end."


def test_what_the_system_refuses_is_unknown_with_its_reason(tmp_path):
    def denied() -> Found:
        raise PermissionError(13, "Permission denied")

    test = conclude(Check.CAMERA, denied, bench(tmp_path, words=FRENCH))
    assert test.result is Result.UNKNOWN
    assert "Permission denied" in test.reason


def test_a_test_that_breaks_off_takes_no_other_with_it(tmp_path, capsys):
    def broken() -> int:
        raise ValueError("no such gauge")

    each = bench(tmp_path, offset_seconds=broken)
    tests = run_all([Check.CLOCK, Check.WIFI], each, nobody_watches)
    assert [test.name for test in tests] == [Check.CLOCK, Check.WIFI]
    assert tests[0].result is Result.UNKNOWN
    assert tests[0].reason == "The test broke off: ValueError no such gauge"
    assert tests[1].reason == "No Wi-Fi card is seen."
    assert "Traceback" in capsys.readouterr().err


def test_an_answer_fits_on_the_wire(tmp_path):
    long = Found(Result.WARN, "x" * 1000, {"celsius": 61.5})
    test = conclude(Check.CPU_LOAD, lambda: long, bench(tmp_path))
    assert wire.Test.from_bytes(test.to_bytes()) == test
    assert len(test.reason) == 300
