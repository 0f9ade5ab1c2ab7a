"""The blocks of a document as reportlab flowables."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    Flowable,
    Image,
    LongTable,
    Spacer,
)
from reportlab.platypus import Paragraph as Flow

from backoffice.core.fonts import BOLD, REGULAR
from backoffice.core.letters import as_drawn, lines_as_drawn
from backoffice.core.paper import (
    Block,
    Facts,
    Paragraph,
    Picture,
    Signatures,
    Signed,
    SignedBy,
    Table,
    Verdict,
)
from backoffice.core.symbols import QR_QUIET, qr

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, GREY, LINE, SHADE = map(HexColor, ("#101828", "#475467", "#D0D5DD", "#F2F4F7"))
NARROW_NO_BREAK = "\u202f"
GOOD, BAD = HexColor("#027A48"), HexColor("#B42318")
_PADDING = 5
_CODE = 28 * mm
_CLOSE_WIDTH = 31 * mm
_LABEL_WIDTH = 45 * mm
_SIGNING_HEIGHT = 28 * mm
_GAP = 6 * mm
_BULLET = "• "
_PICTURE_WIDTH, _PICTURE_HEIGHT = 110 * mm, 80 * mm
_Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Spacing:
    """How much white there is: below a page, around headings, in the rows of tables."""

    foot: float
    title: tuple[float, float]
    heading: float
    row: tuple[float, float]
    signature: float


ROOMY = Spacing(33 * mm, title=(20, 14), heading=14, row=(3, 3.5), signature=22 * mm)
CLOSE = Spacing(28 * mm, title=(10, 8), heading=8, row=(1.5, 2), signature=15 * mm)


def style(
    size: float,
    *,
    font: str = REGULAR,
    colour: Color = INK,
    right: bool = False,
    before: float = 0,
    after: float = 0,
    indent: float = 0,
) -> ParagraphStyle:
    """A paragraph style of the house, lengths in points.

    `indent`: how far all lines but the first stand in.
    """
    return ParagraphStyle(
        "house",
        fontName=font,
        fontSize=size,
        leading=1.4 * size,
        textColor=colour,
        alignment=TA_RIGHT if right else 0,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=indent,
        firstLineIndent=-indent,
    )


_BODY = style(9.5, after=7)
_LISTED = style(9.5, indent=9)
_LABEL = style(8.5, colour=GREY)
_CLOSE_LABEL = style(7.5, colour=GREY)
_CLOSE = style(7.5)
_LOUD = style(14, font=BOLD, after=4)
_TINY = style(6.5, colour=GREY)
_CELL = style(8.5)
_CELL_RIGHT = style(8.5, right=True)
_STRONG = style(8.5, font=BOLD)
_STRONG_RIGHT = style(8.5, font=BOLD, right=True)


def flow(text: str, like: ParagraphStyle) -> Flow:
    """Plain text as a paragraph; its line ends are kept.

    reportlab breaks lines at a narrow no-break space, so a no-break space of the
    same width stands in for it.
    """
    narrow = f'<font size="{0.63 * like.fontSize:.2f}">\xa0</font>'
    text = "\n".join(as_drawn(line) for line in text.split("\n"))
    markup = html.escape(text, quote=False).replace(NARROW_NO_BREAK, narrow)
    return Flow(markup.replace("\n", "<br/>"), like)


def parts(block: Block, spacing: Spacing = ROOMY) -> list[Flowable]:
    """One block with its heading, ready to be laid out."""
    heading = _heading(block, spacing)
    match block:
        case Paragraph():
            return [*heading, *_lines(block.text)]
        case Facts(columns=1):
            return [*heading, _facts(block, spacing)]
        case Facts():
            return [*heading, _facts_beside(block)]
        case Table():
            return [*heading, _table(block, spacing)]
        case Verdict():
            return [_verdict(block)]
        case Signatures():
            return _signatures(block)
        case Signed():
            return [*heading, _signed(block, spacing)]
        case Picture():
            return [*heading, *_picture(block)]


def _heading(block: Block, spacing: Spacing) -> list[Flowable]:
    text = getattr(block, "heading", "")
    like = style(11, font=BOLD, before=spacing.heading, after=5)
    return [flow(text, like)] if text else []


def _lines(text: str) -> list[Flowable]:
    """A text as one paragraph; where it lists, its lines stand in from their signs."""
    if not text.startswith(_BULLET):
        return [flow(text, _BODY)]
    lines = [flow(line, _LISTED) for line in text.split("\n")]
    return [*lines, Spacer(0, _BODY.spaceAfter)]


def _facts(block: Facts, spacing: Spacing) -> Flowable:
    rows = [[flow(label, _LABEL), flow(value, _CELL)] for label, value in block.filled]
    commands: list[_Command] = [
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
    ]
    widths = [_LABEL_WIDTH, WIDTH - _LABEL_WIDTH]
    return _grid(rows, widths, commands, spacing=spacing)


def _facts_beside(block: Facts) -> Flowable:
    """Two columns, closer set: the second begins half-way down."""
    rows = [[flow(k, _CLOSE_LABEL), flow(v, _CLOSE)] for k, v in block.filled]
    half = -(-len(rows) // 2)
    pairs = zip_longest(rows[:half], rows[half:], fillvalue=["", ""])
    beside = [[*left, "", *right] for left, right in pairs]
    value = (WIDTH - _GAP) / 2 - _CLOSE_WIDTH
    last = len(rows) - half - 1
    commands: list[_Command] = [
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("LEFTPADDING", (3, 0), (3, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("LINEBELOW", (0, 0), (1, -1), 0.25, LINE),
    ]
    if last >= 0:
        commands.append(("LINEBELOW", (3, 0), (4, last), 0.25, LINE))
    widths = [_CLOSE_WIDTH, value, _GAP, _CLOSE_WIDTH, value]
    return _grid(beside, widths, commands)


def _verdict(block: Verdict) -> Flowable:
    """A box that stands out, the QR code at its right end."""
    sign = "✓" if block.is_good else "✗"
    said = [flow(f"{sign} {block.text}", _LOUD)]
    said += [flow(line, _CELL) for line in block.details]
    code: list[Flowable] = []
    if block.address:
        code = [_Code(block.address), flow(block.hint, _TINY)]
    room = _CODE + 2 * _PADDING if code else 0
    commands: list[_Command] = [
        ("BACKGROUND", (0, 0), (0, 0), SHADE),
        ("LINEBEFORE", (0, 0), (0, 0), 3, GOOD if block.is_good else BAD),
        ("TOPPADDING", (1, 0), (1, 0), 0),
        ("LEFTPADDING", (0, 0), (0, 0), 2 * _PADDING),
        ("TOPPADDING", (0, 0), (0, 0), 2 * _PADDING),
        ("BOTTOMPADDING", (0, 0), (0, 0), 2 * _PADDING),
    ]
    boxed = _grid([[said, code]], [WIDTH - room, room], commands)
    boxed.spaceAfter = 4
    return boxed


class _Code(Flowable):
    """A QR code, `_CODE` wide; the paper around it is its quiet zone."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.symbol = qr(address)
        self.width = self.height = _CODE

    def draw(self) -> None:
        module = _CODE / (self.symbol.width + 2 * QR_QUIET)
        self.canv.setFillColor(INK)
        self.symbol.draw(
            self.canv, QR_QUIET * module, _CODE - QR_QUIET * module, module
        )


def _table(block: Table, spacing: Spacing) -> Flowable:
    widths = [WIDTH * share / sum(block.shares) for share in block.shares]
    body = [_row(block, row, widths) for row in block.rows]
    rows = [_strong_row(block, block.columns), *body]
    commands: list[_Command] = [
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, LINE),
        ("TEXTCOLOR", (0, 1), (-1, -1), INK),
        ("FONT", (0, 1), (-1, -1), REGULAR, _CELL.fontSize, _CELL.leading),
        *(("ALIGN", (column, 0), (column, -1), "RIGHT") for column in block.numeric),
    ]
    if block.total:
        rows.append(_strong_row(block, block.total))
        commands.append(("LINEABOVE", (0, -1), (-1, -1), 0.75, INK))
    return _grid(rows, widths, commands, header_rows=1, spacing=spacing)


def _row(block: Table, row: Sequence[str], widths: Sequence[float]) -> list[str | Flow]:
    """Plain strings where they fit on one line: ten times faster than paragraphs."""
    return [
        _turned(text, width)
        if column in block.from_right
        else as_drawn(text)
        if stringWidth(text, REGULAR, _CELL.fontSize) < width - 2 * _PADDING
        else flow(text, _CELL_RIGHT if column in block.numeric else _CELL)
        for column, (text, width) in enumerate(zip(row, widths, strict=True))
    ]


def _turned(text: str, width: float) -> Flow:
    """A paragraph that is read from right to left, its lines already broken."""
    room = width - 2 * _PADDING - 1

    def measure(line: str) -> float:
        return float(stringWidth(line, REGULAR, _CELL.fontSize))

    lines = lines_as_drawn(text, room, measure)
    return Flow("<br/>".join(html.escape(line) for line in lines), _CELL_RIGHT)


def _strong_row(block: Table, row: Sequence[str]) -> list[str | Flow]:
    return [
        flow(text, _STRONG_RIGHT if column in block.numeric else _STRONG)
        for column, text in enumerate(row)
    ]


def _picture(block: Picture) -> list[Flowable]:
    """As wide as the page or as high as there is room for, with its caption."""
    drawn = Image(io.BytesIO(block.jpeg), hAlign="LEFT")
    scale = min(_PICTURE_WIDTH / drawn.imageWidth, _PICTURE_HEIGHT / drawn.imageHeight)
    drawn.drawWidth, drawn.drawHeight = (
        scale * drawn.imageWidth,
        scale * drawn.imageHeight,
    )
    return [drawn, flow(block.caption, _TINY)]


def _signatures(block: Signatures) -> list[Flowable]:
    """A box to sign in for each party; one party signs on the right half."""
    half = (WIDTH - _GAP) / 2
    parties = block.parties if len(block.parties) > 1 else ("", *block.parties)
    boxes = [column for column in (0, 2) if parties[column // 2]]
    hint = flow(block.hint, _LABEL)
    left, right = ([flow(name, _STRONG), hint] if name else "" for name in parties)
    row = [left, "", right]
    commands: list[_Command] = [
        ("BOX", (column, 0), (column, 0), 0.5, LINE) for column in boxes
    ]
    signing = _grid([row], [half, _GAP, half], commands, heights=[_SIGNING_HEIGHT])
    signing.spaceBefore = 18
    return [signing]


def _signed(block: Signed, spacing: Spacing) -> Flowable:
    half = (WIDTH - _GAP) / 2
    left, right = (_signed_by(party, half, spacing) for party in block.parties)
    commands: list[_Command] = [
        ("BOX", (column, 0), (column, 0), 0.5, LINE) for column in (0, 2)
    ]
    return _grid([[left, "", right]], [half, _GAP, half], commands)


def _signed_by(party: SignedBy, width: float, spacing: Spacing) -> list[Flowable]:
    """The name, how it was signed, and the picture no higher than a line to sign on."""
    said: list[Flowable] = [flow(party.name, _STRONG)]
    said += [flow(line, _LABEL) for line in party.lines]
    if party.picture:
        drawn = Image(io.BytesIO(party.picture), hAlign="LEFT")
        room = (width - 2 * _PADDING) / drawn.imageWidth
        scale = min(room, spacing.signature / drawn.imageHeight)
        drawn.drawWidth = scale * drawn.imageWidth
        drawn.drawHeight = scale * drawn.imageHeight
        said.append(drawn)
    return said


def _grid(
    rows: Sequence[list[Any]],
    widths: Sequence[float],
    commands: Sequence[_Command],
    *,
    header_rows: int = 0,
    heights: Sequence[float] | None = None,
    spacing: Spacing = ROOMY,
) -> LongTable:
    house: list[_Command] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), spacing.row[0]),
        ("BOTTOMPADDING", (0, 0), (-1, -1), spacing.row[1]),
    ]
    return LongTable(
        rows,
        colWidths=widths,
        rowHeights=heights,
        repeatRows=header_rows,
        style=[*house, *commands],
        hAlign="LEFT",
    )
