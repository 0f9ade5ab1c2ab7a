"""A photo as a camera hands it over, for what has to have one."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image


@cache
def taken() -> bytes:
    """A small JPEG, always the same."""
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "navy").save(out, "JPEG")
    return out.getvalue()
