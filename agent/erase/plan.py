"""What would be done to one drive, in which order, and why nothing better is.

Made right before it is shown, from what the drive says now. Nothing is changed.
"""

from __future__ import annotations

import functools

from agent import wire
from agent.collect.around import Around
from agent.erase import leftout, names
from agent.erase.choice import Chosen, choose
from agent.erase.contract import Plan, Target
from agent.erase.firmware.pace import Pace
from agent.erase.leftout import LeftOut
from agent.erase.probe import admin_path, probe
from agent.erase.table import Medium, look_for, reaches
from agent.methods import ErasureClass, Verification
from agent.proofs import Run
from agent.words import Words, words_in

SPINNING = frozenset({Medium.HDD, Medium.SAS_HDD})
BLOCKS = (None, 512, 4096)
MOST_LINES = 32
FROZEN = frozenset({LeftOut.FROZEN, LeftOut.SANITIZE_FROZEN})


def plan(
    around: Around,
    drive: wire.Drive,
    run: Run | None = None,
    words: Words | None = None,
    pace: Pace | None = None,
) -> Plan:
    """The methods for this drive, best first, as lines for people to read.

    Without an order, what is asked is what donors ask who say nothing: Clear of a
    hard disk, Purge of flash. Where nothing reaches what is asked, the best there is
    comes first, and the lines say so: the server then takes it for what it is; unless
    the order says `not_below`, which leaves everything less out.
    """
    words = words or words_in("")
    found = probe(around, drive)
    least = run.least if run else least_of(found.medium)
    if refusal := _refusal(drive, least, words):
        return Plan(drive=drive, refusal=refusal)
    chosen = choose(around, found, least, pace or Pace())
    if run and run.not_below:
        chosen = [each for each in chosen if reaches(each.rung.erasure_class, least)]
    good = [each for each in chosen if each.method]
    if not good:
        asked = names.erasure_class(words, least)
        sentence = "Nothing on this drive reaches {least}, and no less is to be done."
        refusal = words(sentence, least=asked)
        is_frozen = _waits_for_a_thaw(chosen)
        return Plan(drive=drive, refusal=refusal, is_frozen=is_frozen)
    lines = _lines(drive, chosen, least, run, words, found.medium)
    return Plan(
        drive=drive,
        methods=tuple(each.method for each in good if each.method),
        lines=tuple(lines[:MOST_LINES]),
        erasure_class=good[0].rung.erasure_class,
        is_frozen=_waits_for_a_thaw(chosen),
    )


def least_of(medium: Medium) -> ErasureClass:
    """The standard policy of donors; what is not known counts as flash."""
    return ErasureClass.CLEAR if medium in SPINNING else ErasureClass.PURGE


def _refusal(drive: wire.Drive, least: ErasureClass, words: Words) -> str:
    if drive.logical_block_bytes not in BLOCKS:
        sentence = "Its blocks have {count} bytes: it has to be formatted anew first."
        return words(sentence, count=drive.logical_block_bytes)
    if drive.behind is wire.Behind.RAID:
        # Its drives hold more than it shows.
        return words(
            "A volume of RAID is not erased: switch the controller to AHCI, or take its "
            "drives out."
        )
    if least is ErasureClass.UNKNOWN:
        return words("The order asks for a class that this agent does not know.")
    return ""


def _waits_for_a_thaw(chosen: list[Chosen]) -> bool:
    """Whether something that comes before what can be done now is only frozen."""
    for each in chosen:
        if each.method:
            return False
        if each.why in FROZEN:
            return True
    return False


def _lines(
    drive: wire.Drive,
    chosen: list[Chosen],
    least: ErasureClass,
    run: Run | None,
    words: Words,
    medium: Medium,
) -> list[str]:
    name = " ".join(part for part in (drive.model, drive.serial) if part)
    size = words.size(drive.size_bytes)
    what = f"{name}, {size}, {names.medium(words, medium)}"
    lines = [words("{name}: {what}", name=drive.path, what=what)]
    good = [each for each in chosen if each.method]
    if not reaches(good[0].rung.erasure_class, least):
        sentence = "Nothing on this drive reaches {least}. It is done as {reached}."
        asked = names.erasure_class(words, least)
        got = names.erasure_class(words, good[0].rung.erasure_class)
        lines.append(words(sentence, least=asked, reached=got))
    say = functools.partial(_say, words=words, drive=drive, run=run)
    for place, each in enumerate(good, start=1):
        lines += say(place, each)
    for each in chosen:
        if each.why:
            label = names.technique(words, each.rung.technique)
            reason = leftout.say(words, each.why)
            lines.append("– " + words("{name}: {what}", name=label, what=reason))
    return lines


def _say(
    place: int, each: Chosen, *, words: Words, drive: wire.Drive, run: Run | None
) -> list[str]:
    """One method: its name and class, what is read back, and its exact commands."""
    label = names.technique(words, each.rung.technique)
    worth = names.erasure_class(words, each.rung.erasure_class)
    asked = run.verify if run else Verification.SAMPLED
    look = names.look(words, look_for(each.rung, drive, asked))
    said = words("{worth}; read back: {look}", worth=worth, look=look)
    target = Target(
        drive=drive,
        path=drive.path,
        admin_path=admin_path(drive.path),
        size_bytes=drive.size_bytes,
        block_bytes=drive.logical_block_bytes or 512,
    )
    commands = each.method.lines(target) if each.method else ()
    return [f"{place}. {label} – {said}", *commands]
