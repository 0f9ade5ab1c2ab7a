"""The command `erase`: this machine's drives, with or without a server.

Nothing is erased before a person typed the end of the drive's serial number. The
record is sealed and waits in the spool; it is proof only where an order of the server
was given along (`--order`), and otherwise evidence that a person has to validate.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from agent import tell, wire
from agent.collect.around import Around
from agent.collect.drives import drives
from agent.erase import confirming, ownkey
from agent.erase.apart import plan_lines
from agent.erase.board import Board, plan_table, results
from agent.erase.case import Means, Order
from agent.erase.guard import OUTSIDE
from agent.erase.means import REAL
from agent.erase.orders import orders
from agent.erase.position import Positions, name_of
from agent.erase.several import Several
from agent.erase.thaw import Allowed
from agent.erase.thawing import allowing
from agent.methods import Ended, Technique
from agent.orders import JobArgs
from agent.proofs import ErasureRecord, Run
from agent.spool import Spool
from agent.tell import Exit, Unusable
from agent.words import Words

# What the digits of a French keyboard give without Shift, on a console set to US or FR.
UNSHIFTED = str.maketrans("&é\"'(-è_çà", "1234567890")
LAST = 4


def erase(
    asked: argparse.Namespace,
    words: Words,
    around: Around | None = None,
    means: Means = REAL,
) -> Exit:
    """Plan, ask, erase, and keep the sealed record of each drive."""
    words = Words(asked.language == "fr") if asked.language else words
    if asked.confirm:
        return _confirm(asked.state, asked.confirm, words)
    around = around or Around()
    console = Console(file=sys.stdout, highlight=False)
    positions = Positions(asked.state)
    chosen = _chosen(asked, around, positions, words)
    plan_table(
        console, words, [plan_lines(around, words, means, each) for each in chosen]
    )
    named = asked.drives or asked.all or asked.order
    if asked.dry_run or not named:
        if not named:
            print(words("Nothing was erased: name a drive, or add --all."))
        return Exit.DONE
    agreed = [order for order in chosen if _is_agreed(order, words)]
    if not agreed:
        print(words("Nothing was erased."))
        return Exit.NOT_ERASED
    several = functools.partial(Several, around, words, means, positions)
    return _erase(asked, words, several, agreed, console)


def _confirm(state: Path, typed: str, words: Words) -> Exit:
    job = confirming.waiting(state)
    if job is None:
        tell.warn(words("No order to erase waits for a yes on this machine."))
        return Exit.WAITING
    if not confirming.is_its_tag(job, typed):
        raise Unusable(words("This is not the tag of the device of the order."))
    confirming.confirm(state, job)
    print(words("Confirmed: the drives of the order are being erased now."))
    return Exit.DONE


def _chosen(
    asked: argparse.Namespace, around: Around, positions: Positions, words: Words
) -> list[Order]:
    """The drives that were named; those of the order file; or all that are inside."""
    seen = drives(around).what
    technique = _technique(asked.technique, words)
    if asked.order:
        found = orders(_runs(asked.order, words), seen, positions)
        return [dataclasses.replace(each, technique=technique) for each in found]
    named = [_named(word, seen, words) for word in asked.drives]
    inside = [each for each in seen if not (each.removable or each.bus in OUTSIDE)]
    if asked.all:
        inside = [each for each in inside if not each.in_use]
    made = []
    for drive in named or inside:
        name = name_of(drive, None)
        made.append(
            Order(name=name, drive=drive, asked=bool(named), technique=technique)
        )
    return made


def _technique(word: str | None, words: Words) -> Technique | None:
    if word is None:
        return None
    if word not in list(Technique):
        known = ", ".join(each for each in Technique if each is not Technique.UNKNOWN)
        sentence = "There is no such method: {word}. There are: {known}."
        raise Unusable(words(sentence, word=word, known=known))
    return Technique(word)


def _named(word: str, seen: Sequence[wire.Drive], words: Words) -> wire.Drive:
    """The drive of a name, a path, a link to it or a serial number."""
    name = Path(word).resolve().name if "/" in word else word
    found = [each for each in seen if name == each.name or word == each.serial]
    if len(found) != 1:
        known = ", ".join(each.path for each in seen) or "–"
        sentence = "There is no such drive: {word}. There are: {known}."
        raise Unusable(words(sentence, word=word, known=known))
    return found[0]


def _runs(file: Path, words: Words) -> tuple[Run, ...]:
    """The order that a server's page gave out: one drive, or several."""
    try:
        raw = wire.decode(file.read_bytes())
        if isinstance(raw, dict) and "runs" in raw:
            return JobArgs.from_json(raw).runs
        return (Run.from_json(raw),)
    except (OSError, wire.Malformed) as exc:
        raise Unusable(words("The order cannot be used: {why}", why=exc)) from exc


def _is_agreed(order: Order, words: Words) -> bool:
    """Whether the person typed the end of the serial number, or skipped the drive."""
    drive = order.drive
    wanted = (drive.serial or drive.name)[-LAST:]
    if not drive.name:
        return False  # it is not here, as its plan has said
    name = " ".join(word for word in (drive.path, drive.model, drive.serial) if word)
    print(words("ALL DATA on {drive} will be destroyed.", drive=name))
    sentence = "Type the last {count} characters of its serial number, or nothing: "
    if not drive.serial:
        sentence = "Type its name, or nothing: "
    print(words(sentence, count=len(wanted)), end="", flush=True)
    return _plain(sys.stdin.readline()) == _plain(wanted)


def _plain(typed: str) -> str:
    return typed.strip().lower().translate(UNSHIFTED).casefold()


def _erase(
    asked: argparse.Namespace,
    words: Words,
    several: Callable[[Spool, Board], Several],
    agreed: list[Order],
    console: Console,
) -> Exit:
    spool, is_enrolled = ownkey.spool_of(asked.state)
    allowed = allowing(asked.thaw) if asked.thaw else None
    with Board(console, words, agreed) as board:
        records = _with_ctrl_c(several(spool, board), agreed, allowed)
    results(console, words, records)
    print(words("Reports waiting: {count}.", count=len(spool.waiting())))
    if not is_enrolled:
        print(
            words(
                "This machine is not enrolled: the sealed records wait here, and go to "
                "the server once it is."
            )
        )
    is_good = all(record.ended is Ended.ERASED for record in records)
    return Exit.DONE if is_good and records else Exit.NOT_ERASED


def _with_ctrl_c(
    several: Several, agreed: list[Order], allowed: Allowed | None
) -> list[ErasureRecord]:
    """Ctrl-C gives the drives up, and their records say so."""
    found: list[ErasureRecord] = []
    thread = threading.Thread(target=lambda: found.extend(several.run(agreed, allowed)))
    thread.start()
    while thread.is_alive():
        try:
            thread.join()
        except KeyboardInterrupt:
            several.stop.set()
    return found
