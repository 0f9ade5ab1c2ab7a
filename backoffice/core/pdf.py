"""Draw a document as PDF: A4, in DejaVu Sans, the same bytes every time."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Table,
)

from backoffice.core.dates import date_format
from backoffice.core.fonts import BOLD, REGULAR, register_fonts
from backoffice.core.paper import DocumentSpec
from backoffice.core.pdf_blocks import (
    CLOSE,
    GREY,
    LINE,
    MARGIN,
    ROOMY,
    WIDTH,
    Spacing,
    flow,
    style,
)
from backoffice.core.pdf_flow import TO_SIGN, laid_out

FOOT = 13 * mm
_ISSUER = style(11, font=BOLD)
_SMALL = style(8, colour=GREY)
_SMALL_RIGHT = style(8, colour=GREY, right=True)
_NUMBER = style(9.5, font=BOLD, right=True)


def render(spec: DocumentSpec) -> bytes:
    """The document as PDF; one to sign is set closer where that saves a page.

    Raises FontsMissing.
    """
    register_fonts()
    with translation.override(spec.language):
        pages, drawn = _build(spec, ROOMY)
        if pages > 1 and any(isinstance(block, TO_SIGN) for block in spec.blocks):
            fewer, closer = _build(spec, CLOSE)
            return closer if fewer < pages else drawn
        return drawn


def _build(spec: DocumentSpec, spacing: Spacing) -> tuple[int, bytes]:
    """How many pages, and the file."""
    output = BytesIO()
    document = BaseDocTemplate(
        output,
        pagesize=A4,
        title=f"{spec.title} {spec.number}",
        author=spec.organisation.name,
        keywords=[spec.sha256],
        lang=spec.language,
        displayDocTitle=True,
        invariant=1,
    )

    def later(canvas: Canvas, _document: object) -> None:
        _draw_running_head(canvas, spec)

    document.addPageTemplates(
        [
            PageTemplate("first", [_frame(spacing)], autoNextPageTemplate="later"),
            PageTemplate("later", [_frame(spacing)], onPage=later),
        ]
    )
    document.build(
        [*_head(spec, spacing), *laid_out(spec.blocks, spacing)],
        canvasmaker=partial(_Numbered, spec),
    )
    return document.page, output.getvalue()


class _Numbered(Canvas):
    """Draws the foot of every page at the end, when the number of pages is known."""

    def __init__(self, spec: DocumentSpec, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._spec = spec
        self._drawn: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._drawn.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]

    def save(self) -> None:
        for page in self._drawn:
            self.__dict__.update(page)
            _draw_foot(self, self._spec, len(self._drawn))
            super().showPage()
        super().save()


def _frame(spacing: Spacing) -> Frame:
    height = A4[1] - MARGIN - spacing.foot
    return Frame(MARGIN, spacing.foot, WIDTH, height, 0, 0, 0, 0)


def _head(spec: DocumentSpec, spacing: Spacing) -> list[Flowable]:
    """The issuer on the left, number and date on the right, then the title."""
    issuer = spec.organisation
    lines = (issuer.registration, issuer.address, issuer.contact)
    left = [flow(issuer.name, _ISSUER), *(flow(line, _SMALL) for line in lines if line)]
    issued_on = _("Issued on %(date)s") % {"date": _long_date(spec)}
    number = _("No. %(number)s") % {"number": spec.number}
    right = [flow(number, _NUMBER), flow(issued_on, _SMALL_RIGHT)]
    letterhead = Table(
        [[left, right]],
        colWidths=[0.62 * WIDTH, 0.38 * WIDTH],
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ],
    )
    rule = HRFlowable(width="100%", thickness=0.75, color=LINE, spaceBefore=8)
    before, after = spacing.title
    title = style(18, font=BOLD, before=before, after=after)
    return [letterhead, rule, flow(spec.title, title)]


def _long_date(spec: DocumentSpec) -> str:
    return date_format(spec.issued_on, "j F Y")


def _draw_running_head(canvas: Canvas, spec: DocumentSpec) -> None:
    canvas.setFont(REGULAR, 7.5)
    canvas.setFillColor(GREY)
    height = A4[1] - 0.65 * MARGIN
    canvas.drawString(MARGIN, height, f"{spec.organisation.name} · {spec.title}")
    canvas.drawRightString(A4[0] - MARGIN, height, spec.number)


def _draw_foot(canvas: Canvas, spec: DocumentSpec, pages: int) -> None:
    """What identifies and proves the document, on every page."""
    facts = {"page": canvas.getPageNumber(), "pages": pages}
    version = _("Template version %(version)s") % {"version": spec.template_version}
    lines = [
        f"{spec.number} · {version} · {spec.language}",
        _("SHA-256 of the content: %(hash)s") % {"hash": spec.sha256},
        spec.verification,
    ]
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, FOOT + 11 * mm, A4[0] - MARGIN, FOOT + 11 * mm)
    canvas.setFillColor(GREY)
    canvas.setFont(REGULAR, 6.5)
    for row, line in enumerate(lines):
        canvas.drawString(MARGIN, FOOT + 7.5 * mm - row * 3.4 * mm, line)
    canvas.setFont(REGULAR, 8)
    canvas.drawRightString(
        A4[0] - MARGIN,
        FOOT + 7.5 * mm,
        _("Page %(page)s of %(pages)s") % facts,
    )
