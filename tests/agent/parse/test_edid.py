from __future__ import annotations

import pytest

from agent.parse import edid


def screen(width_mm, height_mm, width_cm, height_cm):
    content = bytearray(edid.HEADER + bytes(120))
    content[21], content[22] = width_cm, height_cm
    content[54:56] = b"\x01\x1d"
    content[66], content[67] = width_mm & 0xFF, height_mm & 0xFF
    content[68] = (width_mm >> 8) << 4 | height_mm >> 8
    found = edid.parse(bytes(content))
    return found.width_mm, found.height_mm


@pytest.mark.parametrize(
    "shape", [(16, 9), (16, 10), (160, 90), (160, 100), (1600, 900), (1600, 1000)]
)
def test_the_shape_of_a_picture_is_not_its_size(shape):
    assert screen(shape[0], shape[1], 51, 29) == (510, 290)
    assert screen(shape[0], shape[1], 0, 0) == (None, None)


def test_a_shape_in_both_places_is_no_size():
    assert screen(16, 9, 16, 9) == (None, None)


def test_a_size_in_millimetres_is_the_finer_one():
    assert screen(344, 194, 34, 19) == (344, 194)
    assert screen(0, 0, 34, 19) == (340, 190)
