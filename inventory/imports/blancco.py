"""Read Blancco Drive Eraser’s reports, exported as XML or CSV.

The shape is the public one: `blancco_erasure_report`, then `entries` named `erasures`
and `erasure`, each with a `target`; or the same names as elements. A report says
which standard it followed, not which command the drive was given: where the drive
erased itself that is not known here, and the line proves nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.errors import ResultsUnreadable
from inventory.imports.result import Hidden, Result, Weakness, moment
from inventory.methods import Technique, Verification

SHAPES = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
ZONE = re.compile(r"(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$")
LONGEST_MOMENT = 40
# A report has about ten levels.
DEEPEST = 50
# What a column of a CSV export is called, in small letters with underscores.
COLUMNS = {
    "state": ("state", "erasure_status", "status"),
    "erasure_standard_name": ("erasure_standard_name", "erasure_standard"),
    "serial": ("serial", "disk_serial", "drive_serial", "serial_number"),
    "model": ("model", "disk_model", "drive_model"),
    "capacity": ("capacity", "disk_capacity", "drive_capacity"),
}


def is_xml(text: str) -> bool:
    return text.lstrip().startswith("<") and "blancco_erasure_report" in text


def is_csv(text: str) -> bool:
    first = text.partition("\n")[0].lower()
    return "serial" in first and ("erasure" in first or "overwriting" in first)


def read_xml(text: str) -> Iterator[Result]:
    """Each erasure of each report; raises ResultsUnreadable for what is no report."""
    root = _tree(text)
    version = _version(root)
    run = 0
    for part in root.iter():
        if _name(part) == "erasure":
            run += 1
            yield _result(run, _facts(part), version)


def read_csv(text: str) -> Iterator[Result]:
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    try:
        names = [_column(name) for name in next(rows, [])]
        for run, row in enumerate(rows, start=1):
            if any(row):
                said = dict(zip(names, (value.strip() for value in row), strict=False))
                yield _result(run, _renamed(said), said.get("version", ""))
    except csv.Error as odd:
        raise ResultsUnreadable(_("The report is no well-formed CSV.")) from odd


def _tree(text: str) -> ElementTree.Element:
    """The elements of a report that declares nothing, because entities can fill a
    memory, and nests no deeper than reports do.
    """
    parser, depth = expat.ParserCreate(), _Depth()
    parser.StartElementHandler, parser.EndElementHandler = depth.down, depth.up
    parser.StartDoctypeDeclHandler = _refuse_declarations
    try:
        parser.Parse(text, True)
        return ElementTree.fromstring(text)  # noqa: S314 - no declaration is left
    except (expat.ExpatError, ElementTree.ParseError, ValueError) as odd:
        raise ResultsUnreadable(_("The report is no well-formed XML.")) from odd


class _Depth:
    """How deep a parser is; refuses what no report has."""

    def __init__(self) -> None:
        self._levels = 0

    def down(self, *_element: object) -> None:
        self._levels += 1
        if self._levels > DEEPEST:
            raise ResultsUnreadable(_("The report is nested deeper than any report."))

    def up(self, *_element: object) -> None:
        self._levels -= 1


def _refuse_declarations(*_declared: object) -> None:
    raise ResultsUnreadable(_("The report declares entities: that is no report."))


def _name(part: ElementTree.Element) -> str:
    """What an element is about: its name, or the one it is given."""
    plain = part.tag.rpartition("}")[2]
    return part.get("name", "") if plain in {"entry", "entries"} else plain


def _facts(erasure: ElementTree.Element) -> dict[str, str]:
    """The values of an erasure and of its target; the first of each name counts."""
    found: dict[str, str] = {}
    targets = [part for part in erasure.iter() if _name(part) == "target"]
    for owner in (*targets[:1], erasure):
        for part in owner:
            if len(part) == 0:
                found.setdefault(_name(part), (part.text or "").strip())
    return found


def _version(root: ElementTree.Element) -> str:
    named = (part for part in root.iter() if _name(part) == "product_version")
    return next((part.text or "" for part in named), "").strip()


def _column(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def _renamed(said: Mapping[str, str]) -> dict[str, str]:
    known = {
        name: next((said[other] for other in others if said.get(other)), "")
        for name, others in COLUMNS.items()
    }
    return {**said, **known}


def _result(run: int, said: Mapping[str, str], version: str) -> Result:
    size, erased = _count(said.get("capacity", "")), _erased(said)
    ended = _moment(said.get("end_time", ""))
    full = said.get("verification", "").rstrip(" %") in {"100", "full", "Full"}
    verification = Verification.FULL if full else Verification.NONE
    overwritten = _overwritten(said)
    rules = (
        (Weakness.NOT_ERASED, said.get("state") in {"Successful", "Erased"}),
        (Weakness.ERRORS_COUNTED, _no_errors(said)),
        (Weakness.METHOD_UNKNOWN, overwritten),
        (Weakness.BYTES_UNSAID, bool(size) and erased is not None),
        (Weakness.BYTES_DIFFER, erased == size),
        (Weakness.NOT_VERIFIED, full),
        (Weakness.DATE_UNKNOWN, ended is not None),
    )
    return Result(
        tool="Blancco Drive Eraser",
        tool_version=version[:40],
        run=run,
        said=said.get("state", "")[:40],
        method=said.get("erasure_standard_name", "")[:80],
        model=said.get("model", "")[:80],
        serial=said.get("serial", "")[:64],
        size_bytes=size,
        bytes_erased=erased,
        technique=Technique.OVERWRITE if overwritten else None,
        verification=verification,
        started=_moment(said.get("start_time", "")),
        ended=ended,
        through_bridge=said.get("interface_type", "").upper() == "USB",
        hidden=Hidden.UNKNOWN,
        weakness=next((rule.value for rule, holds in rules if not holds), ""),
    )


def _moment(text: str) -> dt.datetime | None:
    """A time by our clock where its zone is said, else as it was written."""
    if len(text) > LONGEST_MOMENT:
        return None
    zone = ZONE.search(text)
    said = moment(text[: zone.start()] if zone else text, *SHAPES)
    if said is None or zone is None:
        return said
    try:
        offset = dt.datetime.strptime(zone[0], "%z").tzinfo
        return timezone.make_naive(said.replace(tzinfo=offset))
    except OverflowError:
        return None


def _overwritten(said: Mapping[str, str]) -> bool:
    """Whether it was only overwritten, at least once."""
    by_drive = _count(said.get("firmware_rounds", ""))
    return bool(_count(said.get("overwriting_rounds", ""))) and by_drive == 0


def _no_errors(said: Mapping[str, str]) -> bool:
    """Whether errors were counted, and there were none."""
    return all(
        _count(said.get(name, "")) == 0 for name in ("total_errors", "failed_sectors")
    )


def _erased(said: Mapping[str, str]) -> int | None:
    """Bytes: sectors that were cleaned, by the size of one where it is said, else 512."""
    sectors = _count(said.get("cleaned_sectors", ""))
    size = _count(said.get("sector_size", "")) or 512
    return sectors * size if sectors is not None else None


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
