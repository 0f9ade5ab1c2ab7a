"""One label: name and bars on the left, the QR code on the right."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from backoffice.core.fonts import BOLD, REGULAR
from backoffice.core.symbols import QR_QUIET, Symbol, code128, qr
from inventory.tags import display

# Exactly two dots of a 203 dpi printer, three of a 300 dpi one (within 2 %).
MODULE = 0.25 * mm
DOT = 0.125 * mm
QUIET = 10 * MODULE
MARGIN = 2.5 * mm
LARGEST_QR = 24 * mm
ELLIPSIS = "…"


class LabelTooSmall(ValueError):
    """The QR code does not fit beside the bars in a size that a phone can read."""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on one label.

    `tag` is what the bars say; `title` is large (a tag as shown, a place’s name),
    `subtitle` small, at most two lines; `address` is what the QR code says.
    """

    tag: str
    title: str
    subtitle: str
    address: str


@dataclass(frozen=True, slots=True)
class Box:
    """Where a label goes on the page, in points from the bottom left corner."""

    left: float
    bottom: float
    width: float
    height: float


def tag_label(tag: str, *, base_url: str, title: str = "", subtitle: str = "") -> Label:
    """The label of a tagged thing; its QR code opens `{base_url}/t/{tag}`."""
    address = f"{base_url.rstrip('/')}/t/{tag}"
    return Label(tag, title or display(tag), subtitle, address)


def draw_label(canvas: Canvas, label: Label, box: Box) -> None:
    """Draw one label into its box. Raises LabelTooSmall, AddressTooLong."""
    bars, square = code128(label.tag), qr(label.address)
    left = box.left + MARGIN
    # The quiet zone right of the bars is kept free of the square.
    room = box.width - MARGIN - bars.width * MODULE - QUIET
    side = _draw_qr(canvas, square, box, room)
    text_width = box.width - MARGIN - side - 1 * mm
    foot = _draw_bars(canvas, label, bars, left, box)
    _draw_text(
        canvas, label, Box(left, foot, text_width, box.bottom + box.height - foot)
    )


def _draw_qr(canvas: Canvas, square: Symbol, box: Box, room: float) -> float:
    """Draw the square at the right edge; returns its width with the quiet zone."""
    modules = square.width + 2 * QR_QUIET
    dots = int(min(room, box.height, LARGEST_QR) / modules / DOT)
    if dots < 2:
        message = "the address is too long for a QR code on this label"
        raise LabelTooSmall(message)
    module = dots * DOT
    side = modules * module
    left = box.left + box.width - side + QR_QUIET * module
    top = box.bottom + (box.height + square.width * module) / 2
    square.draw(canvas, left, top, module)
    return side


def _draw_bars(
    canvas: Canvas, label: Label, bars: Symbol, left: float, box: Box
) -> float:
    """Draw the bars at the foot; returns the height where they end."""
    foot = box.bottom + MARGIN
    if label.title != display(label.tag):
        canvas.setFont(REGULAR, 7)
        canvas.drawString(left, foot, display(label.tag))
        foot += 3 * mm
    height = 0.33 * box.height
    bars.draw(canvas, left, foot + height, MODULE, height)
    return foot + height


def _draw_text(canvas: Canvas, label: Label, box: Box) -> None:
    size = _fitting_size(label.title, BOLD, largest=13, width=box.width)
    baseline = box.bottom + box.height - MARGIN - 0.76 * size
    canvas.setFont(BOLD, size)
    canvas.drawString(box.left, baseline, _cut(label.title, BOLD, size, box.width))
    canvas.setFont(REGULAR, 8)
    for line in _lines(label.subtitle, REGULAR, 8, box.width):
        baseline -= 10
        canvas.drawString(box.left, baseline, line)


def _fitting_size(text: str, font: str, *, largest: float, width: float) -> float:
    natural = stringWidth(text, font, largest)
    return max(8, min(largest, largest * width / natural)) if natural else largest


def _lines(text: str, font: str, size: float, width: float) -> list[str]:
    """At most two lines; what does not fit ends in an ellipsis."""
    lines = simpleSplit(text, font, size, width)
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    return [_cut(line, font, size, width) for line in lines]


def _cut(text: str, font: str, size: float, width: float) -> str:
    if stringWidth(text, font, size) <= width:
        return text
    while text and stringWidth(text + ELLIPSIS, font, size) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS
