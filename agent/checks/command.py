"""The command `test`: try this machine, and send what came of it."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from agent import identity, tell, wire
from agent.checks import sitting as sittings
from agent.checks.alone import run_one
from agent.checks.bench import ALONE, GUIDED, Bench
from agent.checks.desk import Desk, Stopped
from agent.checks.sitting import Sitting
from agent.checks.steps import died
from agent.checks.terminal import Hangup, is_console, listening, somebody_is_there
from agent.checks.tour import Tour, table
from agent.checks.words import Spoken
from agent.client import Client, Refused
from agent.collect.around import Around
from agent.identity import Identity, NotEnrolled
from agent.itself import check
from agent.report import compose_tests
from agent.spool import Spool
from agent.tell import Exit, Unusable
from agent.transport import NotUnderstood, OverHttp, Unreachable
from agent.vocabulary import Check, Result
from agent.words import Words

EVERY = (*GUIDED, *ALONE)
MOST_SECONDS = 86_400
LANGUAGE = ("LC_ALL", "LC_MESSAGES", "LANG")
FIRST, SECOND = ("1", "&"), ("2", "é")  # a French keyboard's digits, without Shift


def test(asked: argparse.Namespace, words: Words) -> Exit:
    """Test, keep on disk, then send everything that waits."""
    from agent.commands import send

    try:
        bench = bench_for(asked, words)
    except Hangup:
        return Exit.WAITING
    if not sit(asked, bench):
        tell.warn(bench.words("Go on with: python -m agent test --resume"))
        return Exit.WAITING
    try:
        known = check(asked.state, bench.around)
    except NotEnrolled:
        tell.warn(
            bench.words(
                "The results are kept, but this machine is not enrolled yet. Ask for a "
                "join code, enrol, then: python -m agent test --resume"
            )
        )
        return Exit.NOT_ENROLLED
    hand_in(asked.state, known, bench.around)
    return send(asked.state, known, bench.words)


def bench_for(
    asked: argparse.Namespace, words: Words, around: Around | None = None
) -> Bench:
    around = around or Around()
    bench = Bench(
        around=around,
        words=Spoken(is_french=(asked.language or language_for(words)) == "fr"),
        offset_seconds=lambda: offset_seconds(asked.state, around),
    )
    if asked.seconds is None:
        return bench
    if not 1 <= asked.seconds <= MOST_SECONDS:
        raise Unusable(bench.words("A load lasts from one second to one day."))
    return dataclasses.replace(
        bench,
        load_seconds=asked.seconds,
        memory_seconds=asked.seconds,
        battery_seconds=asked.seconds,
    )


def language_for(words: Words) -> str:
    """The session's language; where the session has none, the person is asked."""
    stated = any(os.environ.get(name, "C")[:2] in ("fr", "en") for name in LANGUAGE)
    if stated or not somebody_is_there():
        return "fr" if words.is_french else "en"
    print("\n  [1] Français\n  [2] English\n")
    with listening(sys.stdin.fileno()) as keys:
        while (key := keys.next()) not in (*FIRST, *SECOND):
            pass
    return "fr" if key in FIRST else "en"


def sit(asked: argparse.Namespace, bench: Bench) -> bool:
    """Run the tests; whether they are over. What was done is on the disk."""
    names = named(asked.only, bench.words)
    former = sittings.load(asked.state)
    if not somebody_is_there():
        sitting = (
            former if asked.resume and former else sittings.start(names, bench.around)
        )
        _with_nobody(asked.state, sitting, bench)
        return True
    with listening(sys.stdin.fileno()) as keys:
        console = Console(file=sys.stdout, highlight=False)
        desk = Desk(bench, keys, console, is_console(sys.stdin.fileno()))
        try:
            sitting = _sitting(former, names, asked.resume, desk)
            tour = Tour(sitting, desk, lambda kept: sittings.keep(asked.state, kept))
            tour.walk()
        except (Stopped, Hangup):
            return False
    return True


def named(only: str, words: Words) -> Sequence[Check]:
    """The tests named on the command line, all of them where none is."""
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in EVERY]
    if unknown:
        raise Unusable(
            words(
                "There is no such test: {unknown}. There are: {known}.",
                unknown=", ".join(unknown),
                known=", ".join(EVERY),
            )
        )
    return [name for name in EVERY if name in wanted] or EVERY


def _sitting(
    former: Sitting | None, names: Sequence[Check], resume: bool, desk: Desk
) -> Sitting:
    """The sitting that did not end, where there is one and the person wants it."""
    words = desk.words
    if former and not resume:
        desk.show(words("Tests of this machine"))
        done = words(
            "Tests done: {done} of {all}.",
            done=len(former.done),
            all=len(former.names),
        )
        answers = [words("go on with them"), words("start anew")]
        resume = desk.choose(done, answers) == 0
    return former if former and resume else sittings.start(names, desk.bench.around)


def _with_nobody(state: Path, sitting: Sitting, bench: Bench) -> None:
    """What needs a person is said not to be tested; the rest is run."""
    if sitting.running and sitting.was_cut_off(bench.around):
        sitting = sitting.end(died(sitting.running, Result.UNKNOWN, bench))
    while left := sitting.left:
        sitting = sitting.begin(left[0], bench.around)
        sittings.keep(state, sitting)
        sitting = sitting.end(run_one(left[0], bench))
        sittings.keep(state, sitting)
    console = Console(file=sys.stdout, highlight=False)
    console.print(table(sitting.done, bench.words))


def hand_in(state: Path, known: Identity, around: Around) -> None:
    """Put the sitting that is over into the spool, then forget it.

    Its id is the report's: should the power fail in between, the server keeps one.
    """
    sitting = sittings.load(state)
    if sitting is None:
        return
    id_ = sitting.sitting_id
    Spool(state / "spool", known.agent_id, known.seal).add(
        lambda link: dataclasses.replace(
            compose_tests(sitting.done, around, link), report_id=id_
        )
    )
    sittings.forget(state)


def offset_seconds(state: Path, around: Around) -> int | None:
    """Server minus agent, by the server that this machine is enrolled at."""
    silent = (NotEnrolled, Unreachable, NotUnderstood, Refused, wire.Malformed, OSError)
    with contextlib.suppress(*silent):
        known = identity.load(state)
        told = Client(known.server.address, OverHttp(known.server)).time()
        return round((told.now - around.now()).total_seconds())
    return None
