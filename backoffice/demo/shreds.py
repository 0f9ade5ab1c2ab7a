"""A picture of what is left of a shredded drive: drawn, for there was none."""

from __future__ import annotations

import io
import random

from PIL import Image, ImageDraw

from backoffice.core.photos import Photo, read_photo

SIZE = (960, 640)
TRAY, METAL = (52, 58, 64), ((196, 202, 208), (150, 158, 166), (104, 112, 120))


def photo_of_shreds(seed: int) -> Photo:
    """Pieces of metal on a tray, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    image = Image.new("RGB", SIZE, TRAY)
    draw = ImageDraw.Draw(image)
    for _piece in range(160):
        across, down = chance.randint(60, 900), chance.randint(60, 580)
        corners = [
            (across + chance.randint(-34, 34), down + chance.randint(-26, 26))
            for _corner in range(5)
        ]
        draw.polygon(corners, fill=chance.choice(METAL), outline=TRAY)
    drawn = io.BytesIO()
    image.save(drawn, "PNG")
    return read_photo(drawn.getvalue())
