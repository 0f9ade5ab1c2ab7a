"""Read the log of nwipe (0.33 to 0.42), alone or in ShredOS.

Its exit code says little and its “Erased” not much more: it ends with 0 after it was
stopped, after an option that it does not know, and says “Erased” of a drive that it
did not read back, or only read. So each drive answers for itself: its own row, its own
errors, its own bytes. nwipe appends to its log: each run is read apart, because `sda`
is another drive in the next.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from inventory.errors import ResultsUnreadable
from inventory.imports.result import Hidden, Result, Weakness, moment
from inventory.methods import Technique, Verification

STAMP = re.compile(r"^\[(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)\]\s*(?:nwipe:)?\s*(.*)$")
# Every pattern below asks once for each place in a line: what looks for its end first
# is split there (`_found`, `_rounds`).
FOUND = "notice: Found "
FOUND_DRIVE = re.compile(r"(/dev/[^\s,]+), ([^,]*), ?")
FOUND_SIZE = re.compile(r" *[\d.]+ ?[KMGTP]?B")
SIZE = re.compile(r"notice: (/dev/\S+), sect/blk/dev \d+/\d+/(\d{1,19})$")
OPTION = re.compile(r"notice:\s+(banner|method|rounds|verify)\s+= (.+)$")
STARTED = re.compile(r"notice: Invoking method '[^']*' on (/dev/\S+)$")
WRITTEN = re.compile(r"notice: (\d{1,19}) bytes written to (/dev/\S+)$")
READ = re.compile(r"notice: (\d{1,19}) bytes read from (/dev/\S+)$")
HIDES = re.compile(
    r"(?:protected area is enabled|buggy drive firmware) on (/dev/\S+?)\??$"
)
HIDES_NOTHING = re.compile(r"protected area is disabled on (/dev/\S+)$")
BRIDGE = re.compile(r"warning: (/dev/\S+) USB bridge, no pass-through")
ERROR_ROW = re.compile(r"^!?\s*(\S+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*\|\s*(\d+)\s*$")
STATUS_ROW = re.compile(r"^!?\s*(\S+)\s*\|([^|]{1,12})\|[^|]*\|[^|]*\|(.*)$")
SUMMARY = "Total Throughput "
# nwipe cuts its own lines far shorter.
LONGEST_LINE = 1_000
# These overwrite; every other name may be of a method that only reads, or of the
# drive’s own erasure, which this log does not show to the end.
OVERWRITES = (
    "Fill With Zeros",
    "Fill With Ones",
    "RCMP TSSIT OPS-II",
    "DoD Short",
    "DoD 5220.22-M",
    "Gutmann Wipe",
    "PRNG Stream",
    "HMG IS5 Enhanced",
    "HMG IS5 Baseline",
    "Schneier Wipe",
    "Bruce Schneier",
    "BMB21-2019",
)
ONLY_READS = re.compile(r"^verify\b", re.IGNORECASE)


@dataclasses.dataclass
class Seen:
    """What one run says of one drive."""

    bus: str = ""
    model: str = ""
    serial: str = ""
    size: int | None = None
    written: int | None = None
    read: int | None = None
    started: str = ""
    bridge: bool = False
    hidden: Hidden = Hidden.UNKNOWN
    errors: int | None = None
    word: str = ""


@dataclasses.dataclass
class Run:
    """One start of the program, with the drives that it found."""

    options: dict[str, str] = dataclasses.field(default_factory=dict)
    drives: dict[str, Seen] = dataclasses.field(default_factory=dict)
    last: str = ""
    rounds: str = ""

    def of(self, name: str) -> Seen:
        return self.drives.setdefault(name.removeprefix("/dev/"), Seen())


def is_log(text: str) -> bool:
    return "Nwipe" in text or ("nwipe" in text.lower() and "sect/blk/dev" in text)


def read(text: str) -> Iterator[Result]:
    """Each drive that a run erased, tried to, or was stopped at."""
    for number, run in enumerate(_runs(text.splitlines()), start=1):
        for seen in run.drives.values():
            if seen.size is not None or seen.word:
                yield _result(number, run, seen)


def _runs(lines: list[str]) -> Iterator[Run]:
    run = Run()
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise ResultsUnreadable(
                _("A line of the log is longer than nwipe writes any."),
                advice=_("Choose the log that the tool wrote, as it wrote it."),
            )
        stamped = STAMP.match(line)
        said = stamped[2] if stamped else line
        if run.options and (_found(said) or BRIDGE.search(said)):
            yield run
            run = Run()
        if stamped:
            run.last = stamped[1]
            _note(run, said, stamped[1])
        else:
            _note_row(run, line)
    yield run


def _note(run: Run, said: str, at: str) -> None:
    """Take in one line that has a time."""
    if drive := _found(said):
        seen = run.of(drive[0])
        seen.bus, seen.model, seen.serial = drive[1:]
    elif found := OPTION.search(said):
        run.options[found[1]] = found[2].strip()
    elif found := SIZE.search(said):
        run.of(found[1]).size = int(found[2])
    elif found := STARTED.search(said):
        run.of(found[1]).started = at
    elif found := WRITTEN.search(said):
        # What was read before this was read of what stood there before.
        seen = run.of(found[2])
        seen.written, seen.read = int(found[1]), None
    elif found := READ.search(said):
        run.of(found[2]).read = int(found[1])
    elif SUMMARY in said:
        run.rounds = said.rpartition(", ")[2]
    else:
        _note_trouble(run, said)


def _found(said: str) -> tuple[str, str, str, str] | None:
    """Name, bus, model and serial of a drive that a line says was found."""
    _before, _mark, rest = said.partition(FOUND)
    before, mark, serial = rest.rpartition(", S/N=")
    model, _comma, size = before.rpartition(",")
    named = FOUND_DRIVE.match(model)
    if not mark or named is None or not FOUND_SIZE.fullmatch(size):
        return None
    return named[1], named[2].strip(), model[named.end() :].strip(), serial.strip()


def _note_trouble(run: Run, said: str) -> None:
    if found := BRIDGE.search(said):
        run.of(found[1]).bridge = True
    elif found := HIDES.search(said):
        run.of(found[1]).hidden = Hidden.LEFT
    elif found := HIDES_NOTHING.search(said):
        run.of(found[1]).hidden = Hidden.NONE


def _note_row(run: Run, line: str) -> None:
    """Take in one row of the two tables at the end."""
    if found := ERROR_ROW.match(line):
        run.of(found[1]).errors = sum(int(count[:9]) for count in found.groups()[1:])
    elif (found := STATUS_ROW.match(line)) and found[1] != "Device":
        run.of(found[1]).word = found[2].strip(" -")


def _result(number: int, run: Run, seen: Seen) -> Result:
    method = run.options.get("method", "")
    weakness = _weakness(run, seen)
    return Result(
        tool="nwipe",
        tool_version=run.options.get("banner", "").removeprefix("nwipe").strip()[:40],
        run=number,
        said=seen.word,
        method=method[:80],
        model=seen.model[:80],
        serial=seen.serial[:64],
        size_bytes=seen.size,
        bytes_erased=seen.written,
        technique=Technique.OVERWRITE if overwrites(method) else None,
        verification=_verification(run, seen),
        started=moment(seen.started, "%Y/%m/%d %H:%M:%S"),
        ended=moment(run.last, "%Y/%m/%d %H:%M:%S"),
        through_bridge=seen.bridge or seen.bus == "USB",
        hidden=seen.hidden,
        weakness=weakness,
    )


def _weakness(run: Run, seen: Seen) -> str:
    """The first rule that a drive’s own lines do not meet; "" where they hold."""
    method = run.options.get("method", "")
    rules = (
        (Weakness.NOT_ERASED, seen.word == "Erased"),
        (Weakness.ERRORS_COUNTED, seen.errors == 0),
        (Weakness.NOTHING_WRITTEN, not ONLY_READS.match(method)),
        (Weakness.METHOD_UNKNOWN, overwrites(method)),
        (Weakness.BYTES_UNSAID, bool(seen.size) and seen.written is not None),
        (Weakness.BYTES_DIFFER, seen.written == seen.size),
        (Weakness.NOT_VERIFIED, _verification(run, seen) is Verification.FULL),
        (Weakness.DATE_UNKNOWN, bool(run.last)),
    )
    return next((rule.value for rule, holds in rules if not holds), "")


def _verification(run: Run, seen: Seen) -> Verification:
    """Read back in full only where the log says so twice: asked for, and counted."""
    is_off = run.options.get("verify", "0").startswith("0") or "NV" in run.rounds
    whole = seen.read is not None and seen.read == seen.size
    return Verification.FULL if whole and not is_off else Verification.NONE


def overwrites(method: str) -> bool:
    """Whether a method, by its name, writes every address."""
    return method.startswith(OVERWRITES)
