"""The card that goes with a hotspot: its network, its passphrase, and a square for phones.

Drawn when it is asked for and kept nowhere: it carries a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A6, landscape
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from backoffice.core.fonts import BOLD, REGULAR, register_fonts
from backoffice.core.symbols import QR_QUIET, qr

PAGE = landscape(A6)
MARGIN = 8 * mm
SQUARE = 46 * mm
_SPECIAL = re.compile(r'([\\;,:"])')


@dataclass(frozen=True)
class Network:
    """What a phone needs to join; the passphrase shows in no log that prints this."""

    name: str
    passphrase: str = field(repr=False)
    tag: str = ""

    @property
    def address(self) -> str:
        """As phones read it: `WIFI:T:WPA;S:…;P:…;;`, its own signs escaped."""
        name, secret = (
            _SPECIAL.sub(r"\\\1", text) for text in (self.name, self.passphrase)
        )
        return f"WIFI:T:WPA;S:{name};P:{secret};;"


def hotspot_card(network: Network, *, language: str) -> bytes:
    """A card of A6 in the language of its reader. Raises AddressTooLong, FontsMissing."""
    register_fonts()
    output = BytesIO()
    canvas = Canvas(output, pagesize=PAGE, invariant=1, lang=language)
    with translation.override(language):
        _draw(canvas, network)
    canvas.save()
    return output.getvalue()


def _draw(canvas: Canvas, network: Network) -> None:
    canvas.setTitle(_("Your internet"))
    width, height = PAGE
    room = width - 3 * MARGIN - SQUARE
    top = height - MARGIN - 6 * mm
    _line(canvas, _("Your internet"), BOLD, 18, top, room)
    top = _paragraph(
        canvas,
        _("Switch the box on, wait for its lights, then choose this network:"),
        top - 8 * mm,
        room,
    )
    for title, value in (
        (_("Network"), network.name),
        (_("Passphrase"), network.passphrase),
    ):
        _line(canvas, title, REGULAR, 9, top - 3 * mm, room)
        _line(canvas, value, BOLD, 16, top - 10 * mm, room)
        top -= 14 * mm
    _paragraph(
        canvas,
        _("With a phone: point its camera at the square."),
        top - 5 * mm,
        room,
    )
    _line(canvas, network.tag, REGULAR, 8, MARGIN, room)
    square = qr(network.address)
    module = SQUARE / (square.width + 2 * QR_QUIET)
    left = width - MARGIN - SQUARE + QR_QUIET * module
    square.draw(canvas, left, (height + SQUARE) / 2 - QR_QUIET * module, module)
    canvas.showPage()


def _line(
    canvas: Canvas, text: str, font: str, size: float, baseline: float, room: float
) -> None:
    """All of it, smaller where it is long: half a passphrase is none."""
    natural = stringWidth(text, font, size)
    fitting = size * min(1.0, room / natural) if natural else size
    canvas.setFont(font, fitting)
    canvas.drawString(MARGIN, baseline, text)


def _paragraph(canvas: Canvas, text: str, baseline: float, room: float) -> float:
    """Small lines from this baseline down; where the last one stands."""
    canvas.setFont(REGULAR, 10)
    for line in simpleSplit(text, REGULAR, 10, room):
        canvas.drawString(MARGIN, baseline, line)
        baseline -= 12
    return baseline
