"""Bytes in any pieces become whole codes."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from typing import NamedTuple

from agent.kinds import UNFIT
from agent.scans import MAX_CODE

STX = 0x02
ENDS = frozenset(b"\r\n\x03")  # CR, LF, both, or ETX

# What modems say by themselves and as an answer; no label carries it.
MODEM = re.compile(
    r"OK|ERROR|RING|BUSY|CONNECT(?: \d+)?|NO (?:CARRIER|DIALTONE|ANSWER)"
    r"|COMMAND NOT SUPPORT|AT(?:[&+^!E].*)?"
    r"|[+^*!%#][A-Z][A-Z0-9 ]{2,15}:.*"
)


class Fault(enum.Enum):
    """Why what came is no code."""

    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"
    MODEM = "modem"


class Heard(NamedTuple):
    """A code, or what came instead of one."""

    code: str
    fault: Fault | None = None


class Frames:
    """A code begins after STX or after the last one, and ends at CR, LF or ETX.

    Nothing ends a code but its own end: a line that pauses cuts no code in two.
    """

    def __init__(self) -> None:
        self._part = bytearray()
        self._is_too_long = False

    @property
    def is_open(self) -> bool:
        """Whether a code has begun and not ended."""
        return bool(self._part)

    def feed(self, data: bytes) -> Iterator[Heard]:
        """The codes that are whole now, in order."""
        for byte in data:
            if byte in ENDS:
                if self._part:
                    yield self._end()
            elif byte == STX:
                self._begin()
            elif len(self._part) < MAX_CODE:
                self._part.append(byte)
            else:
                self._is_too_long = True

    def forget(self) -> None:
        """The line is new: half a code is none."""
        self._begin()

    def _begin(self) -> None:
        self._part.clear()
        self._is_too_long = False

    def _end(self) -> Heard:
        text = self._part.decode(errors="replace").strip(" \t\0")
        heard = Heard(UNFIT.sub("\ufffd", text), self._fault(text))
        self._begin()
        return heard

    def _fault(self, text: str) -> Fault | None:
        if self._is_too_long:
            return Fault.TOO_LONG
        if "\ufffd" in text or UNFIT.search(text):
            return Fault.UNREADABLE
        return Fault.MODEM if MODEM.fullmatch(text) else None
