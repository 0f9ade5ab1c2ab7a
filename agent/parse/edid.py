"""Read EDID 1.x: what a screen says of itself, in 128 bytes and more (VESA E-EDID)."""

from __future__ import annotations

from typing import NamedTuple

from agent.parse import Unreadable

HEADER = b"\x00\xff\xff\xff\xff\xff\xff\x00"
BLOCK_BYTES = 128
DESCRIPTORS = (54, 72, 90, 108)
NAME, SERIAL, TEXT = 0xFC, 0xFF, 0xFE
FIRST_YEAR = 1990
# Some screens give the shape of the picture in the place of its size.
SHAPES = {(16, 9), (16, 10), (160, 90), (160, 100), (1600, 900), (1600, 1000)}


class Edid(NamedTuple):
    """Sizes are None where it does not say them."""

    make: str
    product: int
    model: str
    serial: str
    year: int | None
    width_px: int | None
    height_px: int | None
    width_mm: int | None
    height_mm: int | None


def parse(content: bytes) -> Edid:
    """Raises Unreadable where it is no EDID; the checksum is often wrong and ignored."""
    if len(content) < BLOCK_BYTES or content[:8] != HEADER:
        raise Unreadable("no EDID")
    texts = _texts(content)
    wide, high, wide_mm, high_mm = _timing(content[54:72])
    # the detailed size is in millimetres; the other in centimetres, 0 for none
    in_cm = (content[21] * 10 or None, content[22] * 10 or None)
    if (wide_mm, high_mm) in SHAPES:
        wide_mm = high_mm = None
        in_cm = (None, None) if in_cm in SHAPES else in_cm
    model = texts.get(NAME) or texts.get(TEXT, "")
    return Edid(
        make=_make(int.from_bytes(content[8:10], "big")),
        product=int.from_bytes(content[10:12], "little"),
        model=model,
        serial=texts.get(SERIAL) or _number(content[12:16]),
        year=content[17] + FIRST_YEAR if content[17] else None,
        width_px=wide,
        height_px=high,
        width_mm=wide_mm or (in_cm[0] if in_cm[1] else None),
        height_mm=high_mm or (in_cm[1] if in_cm[0] else None),
    )


def _make(number: int) -> str:
    """Three letters of five bits each."""
    letters = [(number >> shift) & 0x1F for shift in (10, 5, 0)]
    fits = all(1 <= each <= 26 for each in letters)
    return "".join(chr(each + 64) for each in letters) if fits else ""


def _number(content: bytes) -> str:
    number = int.from_bytes(content, "little")
    return str(number) if number not in (0, 0x01010101, 0xFFFFFFFF) else ""


def _texts(content: bytes) -> dict[int, str]:
    """The descriptors that hold words, by their kind; the first of each."""
    found: dict[int, str] = {}
    for place in DESCRIPTORS:
        block = content[place : place + 18]
        if block[:3] == b"\x00\x00\x00" and block[3] in (NAME, SERIAL, TEXT):
            word = block[5:18].partition(b"\n")[0].decode("cp437").strip(" \x00")
            found.setdefault(block[3], word)
    return found


def _timing(block: bytes) -> tuple[int | None, ...]:
    """Pixels and millimetres of the preferred mode."""
    if block[:2] == b"\x00\x00":
        return (None, None, None, None)
    sizes = (
        block[2] | (block[4] & 0xF0) << 4,
        block[5] | (block[7] & 0xF0) << 4,
        block[12] | (block[14] & 0xF0) << 4,
        block[13] | (block[14] & 0x0F) << 8,
    )
    return tuple(size or None for size in sizes)
