"""Photos that people hand in: looked at by content, redrawn without what a camera adds."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
# The longer side, in pixels, of what is kept.
LONGEST_SIDE = 1600
QUALITY = 82
MEDIA_TYPE = "image/jpeg"
KINDS = ("JPEG", "PNG", "WEBP")


class NoPhoto(ValueError):
    """The bytes are no photo that is known here, or too many. Says why, to people."""


class NotAPhoto(NoPhoto):
    """The bytes are another kind of file, or none."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: JPEG, upright, without position, camera or date."""

    jpeg: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.jpeg).hexdigest()


def read_photo(data: bytes) -> Photo:
    """Draw a photo anew from its pixels alone. Raises NoPhoto."""
    if len(data) > LARGEST_BYTES:
        raise NoPhoto(_("The photo is larger than 12 MB."))
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as given:
            if given.width * given.height > MOST_PIXELS:
                raise NoPhoto(_("The photo has more than 60 million points."))
            return Photo(_redrawn(given))
    except (UnidentifiedImageError, Image.DecompressionBombError) as unknown:
        raise NotAPhoto(_("This is no photo: JPEG, PNG or WebP.")) from unknown
    except (OSError, SyntaxError, ValueError) as broken:
        if isinstance(broken, NoPhoto):
            raise
        raise NoPhoto(_("The photo is damaged and cannot be read.")) from broken


def _redrawn(given: Image.Image) -> bytes:
    if given.format == "JPEG":
        given.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
    upright = ImageOps.exif_transpose(given)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=_opacity(upright))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _opacity(picture: Image.Image) -> Image.Image | None:
    return picture.getchannel("A") if picture.mode in ("RGBA", "LA") else None
