from __future__ import annotations

import dataclasses

import pytest

from agent.checks.desk import Skipped
from agent.checks.screen import FrameBuffer, frame_buffer, pixel_of, screen
from agent.vocabulary import Judge, Result
from tests.agent.trees import grow

ONE_KEY_EACH = ("\r", "x", "x", "x", "x", "x")
SHOWN = {
    "sys/class/graphics/fb0/virtual_size": "4,3",
    "sys/class/graphics/fb0/stride": "20",
    "sys/class/graphics/fb0/bits_per_pixel": "32",
    "dev/fb0": "",
}


@pytest.mark.parametrize(
    ("answer", "result"),
    [("1", Result.PASS), ("2", Result.WARN), ("3", Result.FAIL), ("é", Result.WARN)],
)
def test_a_person_says_what_was_there_to_see(sit, answer, result):
    seat = sit(*ONE_KEY_EACH, answer)
    found = screen(seat.desk)
    assert (found.result, found.by) == (result, Judge.PERSON)
    assert found.tool == "terminal"


def test_five_colours_fill_the_terminal(sit):
    seat = sit(*ONE_KEY_EACH, "1")
    screen(seat.desk)
    for code in (47, 40, 41, 42, 44):
        assert f"\x1b[{code}m{' ' * (80 * 25 - 1)}\x1b[0m" in seat.shown


def test_the_machines_own_screen_is_filled_to_its_edges(sit, tmp_path):
    grow(tmp_path, SHOWN)
    seat = sit(*ONE_KEY_EACH, "1")
    found = screen(dataclasses.replace(seat.desk, is_console=True))
    assert found.tool == "framebuffer"
    assert (tmp_path / "dev/fb0").read_bytes() == bytes((255, 0, 0, 0)) * 5 * 3


def test_the_screen_of_the_machine_is_left_alone_from_elsewhere(sit, tmp_path):
    grow(tmp_path, SHOWN)
    assert screen(sit(*ONE_KEY_EACH, "1").desk).tool == "terminal"
    assert (tmp_path / "dev/fb0").read_bytes() == b""


@pytest.mark.parametrize(
    ("bits", "red"), [(16, b"\x00\xf8"), (24, b"\0\0\xff"), (32, b"\0\0\xff\0")]
)
def test_a_pixel_is_made_as_the_screen_wants_it(bits, red):
    assert pixel_of((255, 0, 0), bits) == red


def test_a_frame_buffer_of_an_unknown_form_is_not_touched(tmp_path):
    assert frame_buffer(tmp_path) is None
    grow(tmp_path, SHOWN)
    assert frame_buffer(tmp_path) == FrameBuffer(tmp_path / "dev/fb0", 3, 20, 32)
    grow(tmp_path, {"sys/class/graphics/fb0/bits_per_pixel": "8"})
    assert frame_buffer(tmp_path) is None


def test_who_leaves_gets_the_cursor_and_the_text_back(sit):
    seat = sit("\r", "x", "s")
    with pytest.raises(Skipped):
        screen(seat.desk)
    assert seat.shown.endswith("\x1b[?25h\x1b[2J\x1b[H")
