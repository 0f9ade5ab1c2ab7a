"""What a terminal shows of drives, in the person's language and in 80 columns."""

from __future__ import annotations

import dataclasses
import io

import pytest
from rich.console import Console

from agent.erase.board import Board, duration, plan_table, results, step
from agent.erase.case import Order
from agent.erase.names import EXCEPTIONS, why
from agent.erase.news import News
from agent.methods import Ended, Exceptional, Technique
from agent.proofs import ErasureRecord, Stride
from agent.words import Words
from tests.agent.samples import NOW, drive

ENGLISH, FRENCH = Words(is_french=False), Words(is_french=True)
ODD = "[red]WX[/] \N{LATIN SMALL LETTER E WITH ACUTE}"
ORDER = Order(name="one", drive=drive(serial=ODD, path="/dev/nvme0n1"))
HALF = News(
    step="overwrite",
    name="one",
    percent=50,
    seconds_left=3725,
    stride=Stride(bytes_per_second=123_456_789, celsius=38),
)


def console(*, terminal=False):
    return Console(file=io.StringIO(), width=80, force_terminal=terminal)


def shown(made):
    return made.file.getvalue()


def test_a_step_is_printed_once_where_there_is_no_terminal():
    made = console()
    with Board(made, ENGLISH, [ORDER]) as board:
        board(HALF)
        board(dataclasses.replace(HALF, percent=51))
        board(dataclasses.replace(HALF, step="erased"))
    assert shown(made).splitlines() == [
        f"/dev/nvme0n1 \u00b7 {ODD} \u00b7 overwriting",
        f"/dev/nvme0n1 \u00b7 {ODD} \u00b7 erased",
    ]


def test_a_terminal_shows_rate_time_and_heat():
    made = console(terminal=True)
    with Board(made, FRENCH, [ORDER]) as board:
        board(HALF)
        made.print(board._table())
    for word in (ODD, "réécriture", "50", "123\u202fMo/s", "1\u202fh\u202f02", "38"):
        assert word in shown(made)


def test_what_a_drive_calls_itself_is_no_markup():
    made = console()
    record = ErasureRecord(
        drive=ORDER.drive,
        ended=Ended.FAILED,
        reason="[bold]why",
        technique=Technique.OVERWRITE,
        started_at=NOW,
        ended_at=NOW,
    )
    results(made, ENGLISH, [record])
    plan_table(made, ENGLISH, [(ODD, "write zeros: [/]")])
    for word in ("[red]WX[/]", "[bold]why", "FAILED", "write zeros: [/]"):
        assert word in shown(made)


@pytest.mark.parametrize("reason", Exceptional)
def test_an_exception_is_named_where_there_is_no_other_reason(reason):
    made = console()
    record = ErasureRecord(
        drive=ORDER.drive,
        ended=Ended.ERASED_WITH_EXCEPTIONS,
        exceptions=(reason,),
        technique=Technique.OVERWRITE,
        started_at=NOW,
        ended_at=NOW,
    )
    results(made, ENGLISH, [record])
    assert EXCEPTIONS[reason][0].partition(" ")[0] in shown(made)
    assert why(FRENCH, record) == EXCEPTIONS[reason][1]


@pytest.mark.parametrize(("name", "said"), [("verify", "relecture"), ("x", "x")])
def test_a_step_has_a_word_or_is_said_as_it_is(name, said):
    assert step(FRENCH, name) == said


@pytest.mark.parametrize(
    ("seconds", "said"), [(59, "0:59"), (3600, "1\u202fh\u202f00")]
)
def test_the_time_that_is_left_is_short(seconds, said):
    assert duration(seconds) == said
