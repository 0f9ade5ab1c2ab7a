"""Read nwipe’s “Disk Erasure Report” (0.35 on): the text inside its PDF, or copied from it.

nwipe writes the strings of a page as they are, uncompressed: they are looked for, and
nothing of the file is drawn or run. One drive a report, each value behind its label.
What people type into nwipe (names, addresses) stands beside; a label that is said twice
makes the whole of it unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from inventory.errors import ResultsUnreadable
from inventory.imports import nwipe
from inventory.imports.result import Hidden, Result, Weakness, moment
from inventory.methods import Technique, Verification

STRING = re.compile(rb"\(((?:[^()\\]|\\.){0,400})\)\s*Tj")
ESCAPED = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
VERSION = re.compile(r"NWIPE version ([0-9][0-9A-Za-z.\-]{0,39})")
READ = (
    *("Make/Model:", "Serial:", "Bus:", "Size(Apparent):", "Start time:", "End time:"),
    *("Status:", "Method:", "Verify Pass(Last/All/None):", "*Bytes Erased:"),
    *("Rounds(completed/requested):", "HPA/DCO:", "HPA/DCO Size:"),
    "Errors(pass/sync/verify):",
)
# They end the value before them.
ENDS = (
    *("Size(Real):", "Duration:", "PRNG algorithm:", "Final Pass(Zeros/Ones/None):"),
    *("Throughput:", "Information:", "Disk Erasure Details", "* bytes erased:"),
)
LABEL = re.compile("|".join(map(re.escape, sorted(READ + ENDS, key=len)[::-1])))
SIZE = re.compile(r"([0-9]{1,19}) bytes")
COUNT = re.compile(r"[0-9]{1,19}")
ROUNDS = re.compile(r"([0-9]{1,4})/\1")
AT = "%Y/%m/%d %H:%M:%S"


def strings_of(body: bytes) -> str:
    """What the pages of a PDF show, a line for each string; "" where none is found."""
    found = (ESCAPED.sub(_unescaped, each[1]) for each in STRING.finditer(body))
    return "\n".join(string.decode("latin-1") for string in found)


def _unescaped(escaped: re.Match[bytes]) -> bytes:
    code = escaped[1]
    return bytes([int(code, 8) & 255]) if len(code) == 3 else code


def is_report(text: str) -> bool:
    return "Disk Erasure Report" in text and VERSION.search(text) is not None


def read(text: str) -> Iterator[Result]:
    """The one drive of a report. Raises ResultsUnreadable where a value is said twice."""
    said = _said(text)
    method = said["Method:"][:80]
    size, written = _size(said), _count(said["*Bytes Erased:"])
    verified = said["Verify Pass(Last/All/None):"].removeprefix("Verify ").split(" ")[0]
    full = verified in {"Last", "All"}
    ended = moment(said["End time:"], AT)
    version = VERSION.search(text)
    rules = (
        (Weakness.NOT_ERASED, _is_erased(said)),
        (Weakness.ERRORS_COUNTED, said["Errors(pass/sync/verify):"] == "0/0/0"),
        (Weakness.NOTHING_WRITTEN, not nwipe.ONLY_READS.match(method)),
        (Weakness.METHOD_UNKNOWN, nwipe.overwrites(method)),
        (Weakness.BYTES_UNSAID, bool(size) and written is not None),
        (Weakness.BYTES_DIFFER, written == size),
        (Weakness.NOT_VERIFIED, full),
        (Weakness.DATE_UNKNOWN, ended is not None),
    )
    yield Result(
        tool="nwipe",
        tool_version=version[1] if version else "",
        run=1,
        said=said["Status:"][:40],
        method=method,
        model=said["Make/Model:"][:80],
        serial=_serial(said["Serial:"]),
        size_bytes=size,
        bytes_erased=written,
        technique=Technique.OVERWRITE if nwipe.overwrites(method) else None,
        verification=Verification.FULL if full else Verification.NONE,
        started=moment(said["Start time:"], AT),
        ended=ended,
        through_bridge=said["Bus:"].split(" ")[0] == "USB",
        hidden=_hidden(f"{said['HPA/DCO:']} {said['HPA/DCO Size:']}"),
        weakness=next((rule.value for rule, holds in rules if not holds), ""),
    )


def _said(text: str) -> Mapping[str, str]:
    """The value behind each label; "" where there is none."""
    said = dict.fromkeys(READ, "")
    labels = list(LABEL.finditer(text))
    for label, end in zip(labels, [*labels[1:], None], strict=True):
        value = text[label.end() : end.start() if end else len(text)]
        if label[0] not in said:
            continue
        if said[label[0]]:
            raise ResultsUnreadable(
                _("The report says “%(label)s” more than once.") % {"label": label[0]},
                advice=_("Choose the log that the tool wrote, as it wrote it."),
            )
        said[label[0]] = " ".join(value.split())[:200]
    return said


def _is_erased(said: Mapping[str, str]) -> bool:
    """Whether it says so, of every round that was asked for."""
    rounds = ROUNDS.match(said["Rounds(completed/requested):"])
    return said["Status:"].split(" ")[0] == "ERASED" and rounds is not None


def _serial(said: str) -> str:
    return "" if said == "Unknown" else said[:64]


def _size(said: Mapping[str, str]) -> int | None:
    found = SIZE.search(said["Size(Apparent):"])
    return int(found[1]) if found else None


def _count(said: str) -> int | None:
    found = COUNT.match(said)
    return int(found[0]) if found else None


def _hidden(said: str) -> Hidden:
    if "idden sectors found" in said:
        return Hidden.LEFT
    is_none = "No hidden sectors" in said or "Not applicable" in said
    return Hidden.NONE if is_none else Hidden.UNKNOWN
