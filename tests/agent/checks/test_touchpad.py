from __future__ import annotations

import os

import pytest

from agent.checks.evdev import ABS, EVENT, KEY, REL, Event, Input
from agent.checks.touchpad import (
    LEFT_BUTTON,
    MT_X,
    MT_Y,
    RIGHT_BUTTON,
    Touched,
    X,
    Y,
    is_touchpad,
    judge,
    touchpad,
)
from agent.vocabulary import Result
from tests.agent.trees import grow

FOLDER = "sys/class/input/event5/device"
PAD = {
    f"{FOLDER}/name": "SynPS/2 Synaptics TouchPad",
    f"{FOLDER}/capabilities/key": "6420 10000 0 0 0 0",
    f"{FOLDER}/capabilities/abs": "660800011000003",
    f"{FOLDER}/properties": "5",
}


@pytest.fixture
def fingers(tmp_path):
    """A touchpad whose events come through a pipe with a name; its other end."""
    grow(tmp_path, PAD)
    (tmp_path / "dev/input").mkdir(parents=True)
    os.mkfifo(tmp_path / "dev/input/event5")
    end = os.open(tmp_path / "dev/input/event5", os.O_RDWR | os.O_NONBLOCK)
    yield end
    os.close(end)


def raw(*events: tuple[int, int, int]) -> bytes:
    return b"".join(EVENT.pack(0, 0, *each) for each in events)


SWEEPS = ((ABS, X, 1200), (ABS, X, 5600), (ABS, Y, 1100), (ABS, Y, 4700))
CLICK_RIGHT = ((ABS, X, 5500), (KEY, LEFT_BUTTON, 1), (KEY, LEFT_BUTTON, 0))
CLICK_LEFT = ((ABS, X, 1300), (KEY, LEFT_BUTTON, 1), (KEY, LEFT_BUTTON, 0))


def test_a_pad_that_answers_everywhere_passes(sit, fingers):
    os.write(fingers, raw(*SWEEPS, *CLICK_LEFT, *CLICK_RIGHT))
    seat = sit()
    found = touchpad(seat.desk)
    assert (found.result, found.numbers) == (Result.PASS, {"asked": 4, "answered": 4})


def test_a_corner_that_does_not_click_fails_and_is_named(sit, fingers):
    os.write(fingers, raw(*SWEEPS, *CLICK_LEFT))
    seat = sit()
    seat.press("1")
    found = touchpad(seat.desk)
    assert (found.result, found.numbers["answered"]) == (Result.FAIL, 3)
    assert found.reason == "The touchpad did not answer to: click on the right."
    assert "[x] sweep from side to side" in seat.shown


def touched(*events: tuple[int, int, int], is_pad: bool = False) -> Touched:
    device = Input("pad", None, *[frozenset()] * 4)  # type: ignore[arg-type]
    seen = Touched(is_pad)
    for kind, code, value in events:
        seen.take(Event(device, kind, code, value))
    return seen


def test_a_pad_with_two_buttons_is_judged_by_its_buttons(sit):
    sweeps = ((REL, X, 150), (REL, X, 150), (REL, Y, -300), (KEY, LEFT_BUTTON, 1))
    assert judge(touched(*sweeps), sit().desk).result is Result.FAIL
    both = (*sweeps, (KEY, RIGHT_BUTTON, 1))
    assert judge(touched((REL, Y, 300), *both), sit().desk).result is Result.PASS


def test_fingers_of_newer_pads_are_followed_too():
    seen = touched((ABS, MT_X, 0), (ABS, MT_X, 900), (ABS, MT_Y, 0), (ABS, MT_Y, 900))
    assert list(seen.answered().values()) == [True, True, False, False]


def test_a_click_without_a_place_answers_nothing():
    seen = touched((KEY, LEFT_BUTTON, 1), is_pad=True)
    assert not any(seen.answered().values())


def test_what_is_no_touchpad_is_left_alone(sit, tmp_path):
    mouse = Input("USB mouse", tmp_path, frozenset({LEFT_BUTTON}), *[frozenset()] * 3)
    old = Input(
        "AlpsPS/2 ALPS GlidePoint",
        tmp_path,
        frozenset({LEFT_BUTTON}),
        *[frozenset()] * 3,
    )
    assert not is_touchpad(mouse)
    assert is_touchpad(old)
    found = touchpad(sit().desk)
    assert (found.result, found.numbers) == (Result.NOT_TESTED, {"touchpads": 0})
