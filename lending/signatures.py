"""Pictures of signatures as people hand them in: drawn on a screen, or paper scanned."""

from __future__ import annotations

import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageChops, ImageOps, UnidentifiedImageError

from backoffice.core.photos import LARGEST_BYTES, NoPhoto, NotAPhoto, read_photo

# What a pad sends; a drawing of some strokes is far smaller.
LARGEST_DRAWING = 300 * 1024
MOST_PIXELS = 4_000_000
LONGEST_SIDE = 900
# Fewer dark points than this is a slip of the finger.
LEAST_INK = 40
PNG, PDF = "image/png", "application/pdf"


class NoSignature(ValueError):
    """The bytes are no signature that can be kept. Says why, to people."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A signature as it is kept."""

    media_type: str
    data: bytes


def read_drawing(data: bytes) -> Picture:
    """A drawn signature, cut to its strokes and drawn anew: black on white, PNG.

    Raises NoSignature.
    """
    if not data:
        raise NoSignature(_("Nothing was drawn."))
    if len(data) > LARGEST_DRAWING:
        raise NoSignature(_("The drawing is larger than 300 kB: draw it again."))
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as given:
            if given.width * given.height > MOST_PIXELS:
                raise NoSignature(_("The drawing is larger than any screen."))
            return Picture(PNG, _redrawn(given))
    except (UnidentifiedImageError, Image.DecompressionBombError) as unknown:
        raise NoSignature(_("This is no drawing of ours.")) from unknown
    except (OSError, SyntaxError, ValueError) as broken:
        if isinstance(broken, NoSignature):
            raise
        raise NoSignature(_("The drawing is damaged: draw it again.")) from broken


def read_paper(data: bytes) -> Picture:
    """The scan of a signed paper: a photo drawn anew, or a PDF kept as it is.

    Raises NoSignature.
    """
    if not data:
        raise NoSignature(_("Add the scan or the photo of the signed paper."))
    if len(data) > LARGEST_BYTES:
        raise NoSignature(_("The scan is larger than 12 MB."))
    if data.startswith(b"%PDF-"):
        return Picture(PDF, data)
    try:
        return Picture("image/jpeg", read_photo(data).jpeg)
    except NotAPhoto as refused:
        raise NoSignature(
            _("This is neither a PDF nor a photo (JPEG, PNG or WebP).")
        ) from refused
    except NoPhoto as refused:
        raise NoSignature(str(refused)) from refused


def _redrawn(given: Image.Image) -> bytes:
    pixels = given.convert("RGBA")
    on_white = Image.new("RGBA", pixels.size, "white")
    on_white.alpha_composite(pixels)
    grey = on_white.convert("L")
    inked = ImageChops.invert(grey)
    box = inked.getbbox()
    if box is None or sum(inked.histogram()[128:]) < LEAST_INK:
        raise NoSignature(_("Nothing was drawn."))
    cut = ImageOps.expand(grey.crop(box), border=8, fill=255)
    cut.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    cut.save(out, "PNG", optimize=True)
    return out.getvalue()
