"""The sheet of commands that hangs at every station."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from backoffice.core.fonts import BOLD, REGULAR, register_fonts
from backoffice.core.symbols import code128
from inventory.labels.label import Box
from inventory.scanner import Command

# Wider than on a label: the sheet is read from across the bench.
MODULE = 0.375 * mm
# Understood, and answered in words, until an erasure can be ordered from a station.
NOT_YET = frozenset({Command.ERASE})
LEFT = 15 * mm
GUTTER = 6 * mm
CARD_WIDTH = (A4[0] - 2 * LEFT - GUTTER) / 2
CARD_HEIGHT = 26 * mm
CARD_PITCH = 30 * mm


def command_sheet_pdf(*, language: str = "fr") -> bytes:
    """One A4 page with every command, modes first, in the given language."""
    register_fonts()
    output = BytesIO()
    with translation.override(language):
        canvas = Canvas(output, pagesize=A4, invariant=1, lang=language)
        canvas.setTitle(_("Commands of the scan station"))
        top = _heading(canvas, A4[1] - 18 * mm)
        modes = [command for command in Command if command.is_mode]
        others = [c for c in Command if not c.is_mode and c not in NOT_YET]
        top = _section(canvas, _("Change the mode"), modes, top)
        _section(canvas, _("During the work"), others, top)
    canvas.save()
    return output.getvalue()


def _heading(canvas: Canvas, top: float) -> float:
    canvas.setFont(BOLD, 18)
    canvas.drawString(LEFT, top, _("Commands of the scan station"))
    canvas.setFont(REGULAR, 9.5)
    canvas.drawString(
        LEFT, top - 6 * mm, _("Scan a command as you would scan a label.")
    )
    return top - 15 * mm


def _section(
    canvas: Canvas, heading: str, commands: Sequence[Command], top: float
) -> float:
    canvas.setFont(BOLD, 11)
    canvas.drawString(LEFT, top, heading)
    top -= 3 * mm
    for place, command in enumerate(commands):
        row, column = divmod(place, 2)
        left = LEFT + column * (CARD_WIDTH + GUTTER)
        bottom = top - row * CARD_PITCH - CARD_HEIGHT
        _card(canvas, command, Box(left, bottom, CARD_WIDTH, CARD_HEIGHT))
    rows = (len(commands) + 1) // 2
    return top - rows * CARD_PITCH - 6 * mm


def _card(canvas: Canvas, command: Command, box: Box) -> None:
    canvas.setLineWidth(0.4)
    canvas.roundRect(box.left, box.bottom, box.width, box.height, 2 * mm)
    bars = code128(command.value)
    middle = box.left + box.width / 2
    canvas.setFont(BOLD, 11)
    canvas.drawCentredString(
        middle, box.bottom + box.height - 6 * mm, str(command.label)
    )
    left = middle - bars.width * MODULE / 2
    bars.draw(canvas, left, box.bottom + 18 * mm, MODULE, 12 * mm)
    canvas.setFont(REGULAR, 7)
    canvas.drawCentredString(middle, box.bottom + 2.5 * mm, command.value)
