"""One answer of a modem, taken apart: what answers, what merely came meanwhile.

A modem may echo what it was asked, end lines as it likes, say other things before,
after and in the middle of a line, and leave its OK out (3GPP TS 27.007, ITU-T V.250).
"""

from __future__ import annotations

import re
from typing import NamedTuple

# +CREG:, ^SYSINFO:, *EPIN: … : what a line speaks of.
TAG = re.compile(r"([+^*!#$%&_][A-Z0-9]{2,}): ?")
ASKED = re.compile(r"([+^*!#$%&_][A-Z0-9]+)", re.IGNORECASE)
OK = re.compile(r"OK|CONNECT(?: \d+)?")
ERROR = re.compile(
    r"ERROR|(?:\+CM[ES]|\+EXT) ERROR: .*|MODEM ERROR: ?\d+|COMMAND NOT SUPPORT(?:ED)?"
    r"|TOO MANY PARAMETERS|NO CARRIER|NO DIAL ?TONE|NO ANSWER|BUSY"
)
GLUED = re.compile(r"\+CM[ES] ERROR: ?(\d+)(?=[+^*!#$%&_][A-Z]{2,}:)")
CODE = re.compile(r"ERROR: ?(\d+)")
LINE = re.compile(r"([^\r\n]+)([\r\n]*)")

# What a modem says unasked; only needed where a question has no tag of its own.
UNASKED = frozenset(
    [
        "+CMTI",
        "+CMT",
        "+CDS",
        "+CDSI",
        "+CBM",
        "+CRING",
        "+CLIP",
        "+CIEV",
        "+CUSD",
        "+CREG",
        "+CGREG",
        "+CEREG",
        "+CGEV",
        "+CSSI",
        "+CSSU",
        "+CCWA",
        "+CTZV",
        "+CTZR",
        "+CTZE",
        "+QIND",
        "+QUSIM",
        "^RSSI",
        "^HCSQ",
        "^MODE",
        "^SIMST",
        "^SRVST",
        "^BOOT",
        "^STIN",
        "^NWTIME",
        "^DSFLOWRPT",
        "^CERSSI",
        "^LWURC",
        "^CRSSI",
        "^NDISSTAT",
    ]
)
# Every name under which a card's number comes back, whatever it was asked by.
CARD = frozenset(
    ["+CCID", "+ICCID", "+QCCID", "^ICCID", "!ICCID", "#CCID", "%ICCID", "^SCID"]
)


class Answer(NamedTuple):
    """`lines` answer; `unasked` came meanwhile. `final` is "" while no end was seen.

    `soft_error` is an error that a good end followed. `rest` came after the end.
    """

    lines: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    final: str = ""
    is_error: bool = False
    soft_error: int | None = None
    rest: str = ""

    @property
    def error_code(self) -> int | None:
        found = CODE.search(self.final)
        return int(found[1]) if found else None

    def about(self, *tags: str) -> list[str]:
        """What was answered under any of these tags, else said unasked, without them."""
        return _about(self.lines, tags) or _about(self.unasked, tags)

    @property
    def plain(self) -> list[str]:
        """The lines that stand under no tag."""
        return [line.strip() for line in self.lines if not TAG.match(line)]


def _about(lines: tuple[str, ...], tags: tuple[str, ...]) -> list[str]:
    found = ((TAG.match(line), line) for line in lines)
    return [line[tag.end() :].strip() for tag, line in found if tag and tag[1] in tags]


def without_echo(raw: str) -> str:
    """What follows the first line break, where something stands before it."""
    if raw[:1] in ("\r", "\n"):
        return raw
    before, found, _after = raw.partition("\r\n")
    return raw[len(before) :] if found else raw


def read(raw: str, command: str = "") -> Answer:
    """The answer to a command in all that came, as far as it came.

    Without a command everything is unasked, but for the end.
    """
    own = tags_of(command)
    asked = command.strip().upper()
    kept: list[str] = []
    before: list[str] = []
    soft_error = None
    for found in LINE.finditer(raw):
        line = found[1]
        if asked and line.strip().upper().endswith(asked):
            kept, before = [], [*before, *kept]  # an echo: the answer begins here
        elif glued := GLUED.match(line):
            soft_error = int(glued[1])
            kept.append(line[glued.end() :])
        elif found[2] and (final := _final(line)):
            parts = _apart(kept, before, own)
            is_error = ERROR.fullmatch(final) is not None
            return Answer(*parts, final, is_error, soft_error, raw[found.end() :])
        elif line.strip():
            kept.append(line)
    return Answer(*_apart(kept, before, own), soft_error=soft_error)


def tags_of(command: str) -> frozenset[str]:
    """The tags under which a command is answered; none where it has none (ATI)."""
    parts = command.upper().removeprefix("AT").split(";")
    found = {tag[1] for part in parts if (tag := ASKED.match(part))}
    return frozenset(found | CARD if found & CARD else found)


def _final(line: str) -> str:
    """The line where it ends an answer."""
    is_final = OK.fullmatch(line.strip()) or ERROR.fullmatch(line.lstrip())
    return line.lstrip() if is_final else ""


def _apart(
    kept: list[str], before: list[str], own: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that answer, put together again, and those that nobody asked for."""
    answering: list[str] = []
    unasked = [line for line in before if TAG.match(line)]
    is_cut = False
    for line in kept:
        if _is_unasked(line, own):
            unasked.append(line)
            is_cut = True
            continue
        if is_cut and answering and _goes_on(answering[-1], line, own):
            answering[-1] += line
        else:
            answering.append(line)
        is_cut = False
    return tuple(answering), tuple(unasked)


def _is_unasked(line: str, own: frozenset[str]) -> bool:
    tag = TAG.match(line)
    if not tag:
        return line.strip() == "RING"
    return tag[1] not in own if own else tag[1] in UNASKED


def _goes_on(begun: str, line: str, own: frozenset[str]) -> bool:
    """Whether a line that something else cut in two goes on with this one."""
    if TAG.match(line):
        return False
    return any(
        f"{tag}:".startswith(begun) or begun.startswith(f"{tag}:") for tag in own
    )
