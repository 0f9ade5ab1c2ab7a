"""A list as a file that is written while it is read: CSV and XLSX, row by row.

Inside stands what it shows, who had it made, and when. No cell runs as a formula: in
CSV it is quoted, in XLSX every text is typed as text.
"""

from __future__ import annotations

import csv
import dataclasses
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias
from xml.sax.saxutils import escape

from django.utils.formats import get_format
from django.utils.translation import get_language

from inventory.exports import BYTE_ORDER_MARK, plain_cell

# An amount of money is a Decimal: two places, whatever the reader's language.
Cell: TypeAlias = str | int | Decimal
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE = 200
# What XML 1.0 cannot hold, even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# The styles of cells by their place: plain, then what every program of sheets
# knows as format 4, two decimals in the reader's own signs.
_MONEY = 1
_STYLES = (
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" xfId="0"/>'
    '<xf numFmtId="4" xfId="0" applyNumberFormat="1"/></cellXfs>'
)


@dataclasses.dataclass(frozen=True)
class Sheet:
    """`about`: what stands before the list, as label and value. `rows` is read once."""

    title: str
    about_title: str
    about: Sequence[tuple[str, str]]
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


class _Pipe:
    """A file without an end: what was written since the last look."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def take(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """UTF-8 with its mark; semicolons where numbers use the comma (French)."""
    delimiter = ";" if (get_language() or "").startswith("fr") else ","
    point = str(get_format("DECIMAL_SEPARATOR"))
    write = csv.writer(_Echo(), delimiter=delimiter).writerow

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + write([plain_cell(sheet.title)])
        for pair in sheet.about:
            yield write([plain_cell(part) for part in pair])
        yield write([])
        yield write(sheet.header)
        for row in sheet.rows:
            yield write([_plain(cell, point) for cell in row])

    return lines()


def xlsx_parts(sheet: Sheet) -> Iterator[bytes]:
    """A workbook of two sheets: the list, and what it is."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as book:  # type: ignore[call-overload]
        for name, text in _frame(sheet):
            book.writestr(name, text)
        told: list[Sequence[Cell]] = [(sheet.title,), *sheet.about]
        book.writestr("xl/worksheets/sheet2.xml", "".join(_worksheet(told)))
        with book.open("xl/worksheets/sheet1.xml", "w") as file:
            for number, part in enumerate(_worksheet(_headed(sheet))):
                file.write(part.encode())
                if number % _AT_ONCE == 0:
                    yield pipe.take()
    yield pipe.take()


def _headed(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    yield sheet.header
    yield from sheet.rows


def _plain(cell: Cell, point: str) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", point)
    return plain_cell(cell) if isinstance(cell, str) else str(cell)


def _worksheet(rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
    for row in rows:
        yield "<row>" + "".join(_cell(cell) for cell in row) + "</row>"
    yield "</sheetData></worksheet>"


def _cell(cell: Cell) -> str:
    if isinstance(cell, Decimal):
        return f'<c s="{_MONEY}"><v>{cell:.2f}</v></c>'
    if isinstance(cell, int):
        return f"<c><v>{cell}</v></c>"
    text = _text(cell)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", text))


def _frame(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """The parts of a workbook that hold no row, by name."""
    names = [_text(_sheet_name(title)) for title in (sheet.title, sheet.about_title)]
    yield "[Content_Types].xml", _content_types()
    yield "_rels/.rels", _related(("officeDocument", "xl/workbook.xml"))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
    yield "xl/workbook.xml", f"{_XML}{book}</workbook>"
    sheets = [("worksheet", f"worksheets/sheet{number}.xml") for number in (1, 2)]
    yield "xl/_rels/workbook.xml.rels", _related(*sheets, ("styles", "styles.xml"))
    styles = f'<styleSheet xmlns="{_MAIN}">{_STYLES}</styleSheet>'
    yield "xl/styles.xml", f"{_XML}{styles}"


def _content_types() -> str:
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in (1, 2)]
    told = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in parts
    )
    rels = '<Default Extension="rels" ContentType="'
    rels += 'application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{rels}{told}</Types>'


def _related(*targets: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
    )


def _sheet_name(title: str) -> str:
    """A sheet’s name has 31 signs at most, and none of these."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31] or "-"
