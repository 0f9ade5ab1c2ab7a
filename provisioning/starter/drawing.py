"""A sheet as PDF: A4, one leaf of paper, the same bytes every time."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Table,
)
from reportlab.platypus import Paragraph as Flow

from backoffice.core.fonts import BOLD, REGULAR, register_fonts
from backoffice.core.pdf_blocks import GREY, flow, style
from provisioning.starter.sheets import Part, Sheet
from provisioning.starter.words import WORDS, kind_of

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_BAND = 44 * mm
_FOOT = 16 * mm
_NUMBER = 11 * mm
_WITH_HEADING = 38 * mm
_WHITE, _BRAND, _TINT = map(HexColor, ("#FFFFFF", "#0B4F8A", "#E8F1F9"))
_YELLOW, _PALE, _LINE = map(HexColor, ("#F5B301", "#FFF6E0", "#D5DAE1"))
_KIND = style(11, font=BOLD, colour=_WHITE)
_TITLE = style(21, font=BOLD, colour=_WHITE)
_GOAL = style(13.5, after=8)
_HEADING = style(14.5, font=BOLD, colour=_BRAND, before=12, after=5)
_BODY = style(12.5)
_STRONG = style(13, font=BOLD)
_DIGIT = style(17, font=BOLD, colour=_BRAND)
_Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]
_PLAIN: Final[list[_Command]] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
]


def pdf(sheet: Sheet) -> bytes:
    """Raises FontsMissing where `make assets` has not run."""
    register_fonts()
    output = BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=A4,
        title=sheet.title,
        author="Rebond",
        subject=sheet.goal,
        lang=sheet.language,
        displayDocTitle=True,
        invariant=1,
    )

    def first(canvas: Canvas, _document: object) -> None:
        _band(canvas, sheet)
        _foot(canvas, sheet)

    def later(canvas: Canvas, _document: object) -> None:
        _foot(canvas, sheet)

    document.addPageTemplates(
        [
            PageTemplate("first", [_frame(_BAND)], first, autoNextPageTemplate="later"),
            PageTemplate("later", [_frame(_MARGIN)], later),
        ]
    )
    document.build(_body(sheet))
    return output.getvalue()


def _frame(top: float) -> Frame:
    height = A4[1] - top - _FOOT - 10 * mm
    return Frame(_MARGIN, _FOOT + 4 * mm, _WIDTH, height, 0, 0, 0, 0)


def _body(sheet: Sheet) -> list[Flowable]:
    words = WORDS[sheet.language]
    needs = [flow(f"•  {each}", _BODY) for each in sheet.needs]
    return [
        flow(sheet.goal, _GOAL),
        _box(words["needs"], needs, _TINT, _BRAND),
        flow(words["steps"], _HEADING),
        *(_step(number, step) for number, step in enumerate(sheet.steps, start=1)),
        _box(words["try"], [flow(sheet.exercise, _BODY)], _TINT, _BRAND),
        CondPageBreak(_WITH_HEADING),
        flow(words["troubles"], _HEADING),
        *(_trouble(each) for each in sheet.troubles),
        _box(words["remember"], [flow(sheet.remember, _BODY)], _PALE, _YELLOW),
    ]


def _step(number: int, step: Part) -> Flowable:
    said = [flow(step.title, _STRONG), flow(step.text, _BODY)]
    row = [[flow(str(number), _DIGIT), said]]
    return KeepTogether(Table(row, [_NUMBER, _WIDTH - _NUMBER], style=_PLAIN))


def _trouble(trouble: Part) -> Flowable:
    said = [flow(trouble.title, _STRONG), flow(trouble.text, _BODY)]
    lines: list[_Command] = [*_PLAIN, ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE)]
    return KeepTogether(Table([[said]], [_WIDTH], style=lines))


def _box(title: str, said: list[Flow], ground: Color, edge: Color) -> Flowable:
    box = Table(
        [[[flow(title, _STRONG), *said]]],
        [_WIDTH],
        style=[
            ("BACKGROUND", (0, 0), (-1, -1), ground),
            ("LINEBEFORE", (0, 0), (0, -1), 4, edge),
            ("LEFTPADDING", (0, 0), (-1, -1), 12),
            ("TOPPADDING", (0, 0), (-1, -1), 7),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 9),
        ],
        spaceBefore=8,
        spaceAfter=6,
    )
    return KeepTogether(box)


def _band(canvas: Canvas, sheet: Sheet) -> None:
    """The coloured head of the first page: what kind of sheet, and its title."""
    bottom = A4[1] - _BAND + 4 * mm
    canvas.setFillColor(_BRAND)
    canvas.rect(0, bottom, A4[0], _BAND, stroke=0, fill=1)
    canvas.setFillColor(_YELLOW)
    canvas.rect(0, bottom, A4[0], 1.6 * mm, stroke=0, fill=1)
    kind, title = flow(kind_of(sheet), _KIND), flow(sheet.title, _TITLE)
    kind.wrap(_WIDTH, _BAND)
    kind.drawOn(canvas, _MARGIN, A4[1] - 15 * mm)
    _, height = title.wrap(_WIDTH, _BAND)
    title.drawOn(canvas, _MARGIN, A4[1] - 17 * mm - height)


def _foot(canvas: Canvas, sheet: Sheet) -> None:
    said = flow(WORDS[sheet.language]["licence"], style(8, colour=GREY))
    said.wrap(_WIDTH - 15 * mm, _FOOT)
    said.drawOn(canvas, _MARGIN, 9 * mm)
    canvas.setFont(REGULAR, 8)
    canvas.setFillColor(GREY)
    canvas.drawRightString(A4[0] - _MARGIN, 9 * mm + 2, str(canvas.getPageNumber()))
