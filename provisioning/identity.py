"""Which machine a machine is, by the marks of its hardware: pure functions.

Its key says it first. Where the key is new, or speaks from other hardware, the marks
that are known of both sides are compared, kind by kind: a placeholder is no mark, a
part that was lent by the bench is none of the machine's, and one mark alone proves
nothing.
"""

from __future__ import annotations

import dataclasses
import enum
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Self

from agent import wire
from inventory import codes


class MarkKind(enum.StrEnum):
    """What tells one machine's hardware from another's."""

    UUID = "uuid"
    BOARD = "board_serial"
    SERIAL = "serial"
    DRIVE = "drive"
    MAC = "mac"


# These stay with the machine; drives and cards are changed on every bench.
STRONG = frozenset({MarkKind.UUID, MarkKind.BOARD, MarkKind.SERIAL})
MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
MADE_UP = 0x02  # the bit of an address that no maker gave
OWN_LINKS = frozenset({wire.Link.ETHERNET, wire.Link.WIFI})

Marks = Mapping[MarkKind, frozenset[str]]


class Outcome(enum.StrEnum):
    """What the comparison comes to. `ask`: a person has to look at both."""

    SAME = "same"
    ASK = "ask"
    NEW = "new"


@dataclasses.dataclass(frozen=True)
class Line:
    """One kind of mark side by side: `now` is what reports, `then` what is known."""

    kind: MarkKind
    now: frozenset[str]
    then: frozenset[str]

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        now, then = frozenset(kept["now"]), frozenset(kept["then"])
        return cls(MarkKind(kept["kind"]), now, then)

    def to_json(self) -> dict[str, str | list[str]]:
        now, then = sorted(self.now), sorted(self.then)
        return {"kind": self.kind.value, "now": now, "then": then}

    @property
    def is_known(self) -> bool:
        """Whether both sides have a mark of this kind."""
        return bool(self.now and self.then)

    @property
    def now_sorted(self) -> list[str]:
        return sorted(self.now)

    @property
    def then_sorted(self) -> list[str]:
        return sorted(self.then)

    @property
    def agrees(self) -> bool:
        return bool(self.now & self.then)

    @property
    def differs(self) -> bool:
        return self.is_known and not self.agrees


def marks_of(report: wire.Report) -> Marks:
    """The marks that a report shows; a kind that it cannot show is absent."""
    machine = report.machine
    found = {
        # Tools print it in either byte order: one of the two stands for both.
        MarkKind.UUID: {min(machine.known_uuids, default="")},
        MarkKind.BOARD: {codes.serial_key(machine.known_board_serial)},
        MarkKind.SERIAL: {codes.serial_key(machine.known_serial)},
        MarkKind.DRIVE: {
            codes.serial_key(drive.known_serial)
            for drive in report.drives
            if drive.is_built_in
        },
        MarkKind.MAC: {
            _burnt_in(card.mac)
            for card in report.network
            if card.link in OWN_LINKS and not card.removable
        },
    }
    kept = {kind: frozenset(values - {""}) for kind, values in found.items()}
    return {kind: values for kind, values in kept.items() if values}


def _burnt_in(mac: str) -> str:
    """An address that a card came with, or "": software makes up the others."""
    plain = mac.lower()
    if not MAC.fullmatch(plain) or len(set(plain) - {":"}) == 1:
        return ""
    return "" if int(plain[:2], 16) & MADE_UP else plain


def renewed(then: Marks, now: Marks) -> Marks:
    """The marks of today; what cannot be seen today stays as it was."""
    return {**then, **now}


def compare(now: Marks, then: Marks) -> list[Line]:
    """Every kind that either side knows, side by side, in the order of MarkKind."""
    nothing: frozenset[str] = frozenset()
    return [
        Line(kind, now.get(kind, nothing), then.get(kind, nothing))
        for kind in MarkKind
        if kind in now or kind in then
    ]


def is_another(lines: Sequence[Line]) -> bool:
    """Whether most kinds of marks, and more than one, have nothing in common.

    The agent asks the same of itself (agent.marks) before it speaks.
    """
    differing = sum(line.differs for line in lines)
    return differing > 1 and differing > sum(line.agrees for line in lines)


def outcome(lines: Sequence[Line]) -> Outcome:
    """What one known machine is to one that has a new key.

    The same: two marks that stay with a machine agree, or the only one known beside
    two others; none of them contradicts, and most marks agree. Another: next to
    nothing agrees. Between the two a person has to look; and where a drive that we
    know turns up, for it travelled, or everything around it was changed.
    """
    agreeing = [line for line in lines if line.agrees]
    differing = [line for line in lines if line.differs]
    strong = sum(line.kind in STRONG for line in agreeing)
    contradicted = any(line.kind in STRONG for line in differing)
    enough = strong > 1 or (strong == 1 and len(agreeing) > 2)
    if enough and not contradicted and len(agreeing) > len(differing):
        return Outcome.SAME
    drive = any(line.kind is MarkKind.DRIVE for line in agreeing)
    if len(agreeing) > 1 or drive or (agreeing and len(differing) < 2):
        return Outcome.ASK
    return Outcome.NEW


def recognise(now: Marks, known: Sequence[Marks]) -> list[Outcome]:
    """What each known machine is to this one, in their order.

    A mark that more than two of them carry is a filler that nobody has listed. Where
    two share a mark with this one, parts have travelled: whether board or drive,
    nothing here says, and neither is the same without a person.
    """
    fillers = _fillers(known)
    compared = [
        compare(without(now, fillers), without(then, fillers)) for then in known
    ]
    found = [outcome(lines) for lines in compared]
    share = [any(line.agrees for line in lines) for lines in compared]
    if sum(share) < 2 or set(found) == {Outcome.NEW}:
        return found
    return [Outcome.ASK if each else Outcome.NEW for each in share]


def _fillers(known: Sequence[Marks]) -> frozenset[str]:
    carried = Counter(
        value for marks in known for value in frozenset[str]().union(*marks.values())
    )
    return frozenset(value for value, times in carried.items() if times > 2)


def without(marks: Marks, fillers: frozenset[str]) -> Marks:
    left = {kind: values - fillers for kind, values in marks.items()}
    return {kind: values for kind, values in left.items() if values}


def to_json(marks: Marks) -> dict[str, list[str]]:
    return {kind.value: sorted(values) for kind, values in marks.items()}


def from_json(kept: Mapping[str, Sequence[str]]) -> Marks:
    return {MarkKind(kind): frozenset(values) for kind, values in kept.items()}
