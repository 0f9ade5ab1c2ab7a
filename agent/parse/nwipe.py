"""Read nwipe's log: what became of each drive. Its exit code says little.

A drive counts as erased only where its own row says so and no error stands beside
it: nwipe ends with 0 after it was stopped, and after an option it does not know.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.parse import loose

STATUS_ROW = re.compile(r"^!?\s*(\S+)\s*\|\s*-?([A-Za-z]+)-?\s*\|[^|]*\|[^|]*\|(.*)$")
ERROR_ROW = re.compile(r"^!?\s*(\S+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*$")
WRITTEN = re.compile(r"(\d{1,18}) bytes written to /dev/(\S+)")
METHOD = re.compile(r"notice:\s+method\s+= (.+)$", re.MULTILINE)
ROUNDS = re.compile(r"notice:\s+rounds\s+= (\d{1,6})", re.MULTILINE)
VERIFY = re.compile(r"notice:\s+verify\s+= \d+ \((\w+)", re.MULTILINE)
NO_BLANK = "do not perform a final blank pass"


class Errors(NamedTuple):
    """How many of each kind."""

    passes: int
    verify: int
    fsync: int

    @property
    def any(self) -> bool:
        return bool(self.passes or self.verify or self.fsync)


class Wiped(NamedTuple):
    """What became of one drive."""

    name: str
    status: str
    errors: Errors | None
    written_bytes: int | None

    @property
    def is_erased(self) -> bool:
        no_error = self.errors is not None and not self.errors.any
        return self.status == "Erased" and no_error


class Log(NamedTuple):
    """One run of nwipe."""

    drives: tuple[Wiped, ...]
    has_summary: bool
    method: str
    rounds: int | None
    final_blank: bool | None
    verify: str

    @property
    def all_erased(self) -> bool:
        return bool(self.drives) and all(drive.is_erased for drive in self.drives)


def parse(text: str) -> Log:
    """What the log says; no drive at all where it is something else."""
    statuses: dict[str, str] = {}
    errors: dict[str, Errors] = {}
    for line in loose.lines(text):
        error, status = ERROR_ROW.match(line), STATUS_ROW.match(line)
        if error:
            numbers = (int(word[:9]) for word in error.groups()[1:])
            errors[error[1]] = Errors(*numbers)
        elif status and status[1] != "Device":
            statuses[status[1]] = status[2]
    written = {name: int(count) for count, name in WRITTEN.findall(text)}
    rounds = ROUNDS.search(text)
    return Log(
        drives=tuple(
            Wiped(name, status, errors.get(name), written.get(name))
            for name, status in statuses.items()
        ),
        has_summary="Drive Status" in text,
        method=_first(METHOD, text),
        rounds=int(rounds[1]) if rounds else None,
        # said only where there is none
        final_blank=NO_BLANK not in text if rounds else None,
        verify=_first(VERIFY, text),
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1].strip() if found else ""
