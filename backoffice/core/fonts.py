"""The two fonts of everything printed: DejaVu Sans has U+202F, ✓, № and Cyrillic."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

REGULAR = "DejaVuSans"
BOLD = "DejaVuSans-Bold"
FOLDER = Path(__file__).resolve().parent / "static" / "build" / "fonts"


class FontsMissing(RuntimeError):
    """The fonts have not been put in place."""


@cache
def register_fonts(folder: Path = FOLDER) -> None:
    """Make both fonts known to reportlab, once per process. Raises FontsMissing."""
    try:
        for name in (REGULAR, BOLD):
            pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    except TTFError as error:
        message = f"No fonts for printing in {folder}: run “make assets” first."
        raise FontsMissing(message) from error
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD)
