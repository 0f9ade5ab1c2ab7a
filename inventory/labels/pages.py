"""Labels on paper: a sheet of stickers or a roll of tape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backoffice.core.fonts import register_fonts
from inventory.labels.label import Box, Label, draw_label


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of stickers, in points: cells from the top left, row by row."""

    columns: int
    rows: int
    left: float
    top: float
    pitch_x: float
    pitch_y: float
    cell_width: float
    cell_height: float
    page: tuple[float, float] = A4

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    def box(self, cell: int) -> Box:
        """Where the cell lies, counted from 0."""
        row, column = divmod(cell, self.columns)
        return Box(
            left=self.left + column * self.pitch_x,
            bottom=self.page[1] - self.top - row * self.pitch_y - self.cell_height,
            width=self.cell_width,
            height=self.cell_height,
        )


AVERY_L7160 = Sheet(
    columns=3,
    rows=7,
    left=7.2 * mm,
    top=15.15 * mm,
    pitch_x=66.04 * mm,
    pitch_y=38.1 * mm,
    cell_width=63.5 * mm,
    cell_height=38.1 * mm,
)
TAPE = (62 * mm, 29 * mm)


def sheet_pdf(
    labels: Sequence[Label],
    *,
    first_cell: int = 0,
    sheet: Sheet = AVERY_L7160,
    language: str = "fr",
) -> bytes:
    """Labels on sheets of stickers; `first_cell` skips those already used.

    Raises ValueError without labels or for a cell that the sheet does not have,
    LabelTooSmall, AddressTooLong, FontsMissing.
    """
    if not 0 <= first_cell < sheet.cells:
        message = f"the sheet has the cells 0 to {sheet.cells - 1}, not {first_cell}"
        raise ValueError(message)
    canvas, output = _document(labels, page=sheet.page, language=language)
    for cell, label in enumerate(labels, start=first_cell):
        if cell > first_cell and cell % sheet.cells == 0:
            canvas.showPage()
        draw_label(canvas, label, sheet.box(cell % sheet.cells))
    canvas.save()
    return output.getvalue()


def tape_pdf(labels: Sequence[Label], *, language: str = "fr") -> bytes:
    """One page of 62 × 29 mm for each label, for a printer with a 62 mm roll.

    Raises ValueError without labels, LabelTooSmall, AddressTooLong, FontsMissing.
    """
    canvas, output = _document(labels, page=TAPE, language=language)
    for label in labels:
        draw_label(canvas, label, Box(0, 0, *TAPE))
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _document(
    labels: Sequence[Label], *, page: tuple[float, float], language: str
) -> tuple[Canvas, BytesIO]:
    if not labels:
        message = "there is no label to print"
        raise ValueError(message)
    register_fonts()
    output = BytesIO()
    # invariant: the same labels are the same bytes, whenever they are printed.
    canvas = Canvas(output, pagesize=page, invariant=1, lang=language)
    canvas.setTitle(_("Labels"))
    return canvas, output
