"""Five plain colours over the whole screen; a person looks for what is not plain."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rich.control import Control

from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.collect.around import number, said
from agent.vocabulary import Judge, Result

# Red, green and blue of each, and the terminal's own number for it.
COLOURS = (
    ((255, 255, 255), 47),
    ((0, 0, 0), 40),
    ((255, 0, 0), 41),
    ((0, 255, 0), 42),
    ((0, 0, 255), 44),
)


@dataclasses.dataclass(frozen=True)
class FrameBuffer:
    """The screen's own memory, as fbdev shows it. Sizes in pixels and bytes."""

    path: Path
    height: int
    stride: int
    bits: int

    def fill(self, colour: tuple[int, int, int]) -> None:
        pixel = pixel_of(colour, self.bits)
        row = (pixel * (self.stride // len(pixel) + 1))[: self.stride]
        with self.path.open("wb") as screen:
            screen.write(row * self.height)


def pixel_of(colour: tuple[int, int, int], bits: int) -> bytes:
    """A pixel in the usual orders: BGRX, BGR, or 5-6-5 bits."""
    red, green, blue = colour
    if bits == 16:
        packed = (red >> 3) << 11 | (green >> 2) << 5 | blue >> 3
        return packed.to_bytes(2, "little")
    return bytes((blue, green, red, 0)[: bits // 8])


def frame_buffer(root: Path) -> FrameBuffer | None:
    """The first one, where it is of a form that is known here."""
    shown = root / "sys/class/graphics/fb0"
    _, _, height = said(shown / "virtual_size").partition(",")
    stride, bits = number(shown / "stride"), number(shown / "bits_per_pixel")
    if not height.isdigit() or not stride or bits not in (16, 24, 32):
        return None
    return FrameBuffer(root / "dev/fb0", int(height), stride, bits)


def screen(desk: Desk) -> Found:
    words = desk.words
    desk.show(
        words("Screen"),
        words(
            "Five plain colours follow, one per key. Look for dots, lines and shadows."
        ),
    )
    desk.begin(words("show the first colour"))
    buffer = frame_buffer(desk.bench.around.root) if desk.is_console else None
    tool = _show_colours(desk, buffer)
    question = words("What was there to see?")
    answer = desk.choose(question, [words(sentence) for sentence, _ in ANSWERS])
    sentence, result = ANSWERS[answer]
    return Found(result, words(sentence), {"colours": 5}, tool, Judge.PERSON)


ANSWERS = (
    ("The five colours were plain.", Result.PASS),
    ("One to three dots, or light spots.", Result.WARN),
    ("A line, a crack, more dots, or no light.", Result.FAIL),
)


def _show_colours(desk: Desk, buffer: FrameBuffer | None) -> str:
    """Fill the screen, else the terminal's window; the one that was filled."""
    try:
        for colour, code in COLOURS:
            _fill_terminal(desk, code)
            if buffer:
                buffer.fill(colour)
            desk.heed(None)
    finally:
        desk.console.show_cursor(True)
        desk.console.clear()
    return "framebuffer" if buffer else "terminal"


def _fill_terminal(desk: Desk, code: int) -> None:
    """Blanks of one colour up to the last place, which would scroll."""
    desk.console.show_cursor(False)
    desk.home()
    width, height = desk.console.size
    out = desk.console.file
    out.write(f"\x1b[{code}m" + " " * (width * height - 1) + "\x1b[0m")
    desk.console.control(Control.home())
    out.flush()
