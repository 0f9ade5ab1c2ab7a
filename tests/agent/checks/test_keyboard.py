from __future__ import annotations

import os
from dataclasses import replace

import pytest

from agent.checks import evdev
from agent.checks.evdev import EVENT, KEY, PRESSED, RELEASED, REPEATED, bits, inputs
from agent.checks.keyboard import LETTERS, judge, keyboard
from agent.checks.layouts import AZERTY, KEYPAD, LAYOUTS, QWERTY_UK, QWERTY_US, SPARE
from agent.checks.pressed import Pressed
from agent.vocabulary import Result
from tests.agent.trees import around, grow

ALL_KEYS = "402000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"
ESCAPE, ENTER = 1, 28


def capable(name: str, keys: str = ALL_KEYS, number: int = 0) -> dict[str, str]:
    folder = f"sys/class/input/event{number}/device"
    return {f"{folder}/name": name, f"{folder}/capabilities/key": keys}


def event(code: int, value: int, kind: int = KEY) -> bytes:
    return EVENT.pack(1, 2, kind, code, value)


def strokes(codes) -> bytes:
    return b"".join(event(code, PRESSED) + event(code, RELEASED) for code in codes)


@pytest.fixture
def plugged(tmp_path):
    """A keyboard whose events come through a pipe with a name; its other end."""
    grow(tmp_path, capable("AT Translated Set 2 keyboard"))
    (tmp_path / "dev/input").mkdir(parents=True)
    os.mkfifo(tmp_path / "dev/input/event0")
    end = os.open(tmp_path / "dev/input/event0", os.O_RDWR | os.O_NONBLOCK)
    yield end
    os.close(end)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_key_of_a_layout_has_one_place_and_one_name(layout):
    codes = [code for row in layout.rows(keypad=True) for code in row]
    assert len(codes) == len(set(codes))
    assert "" not in {layout.label(code) for code in codes}
    assert set(codes) >= LETTERS | set(KEYPAD)


def test_the_same_letter_is_another_key_on_another_layout():
    assert (AZERTY.code_of("a"), QWERTY_US.code_of("a")) == (16, 30)
    assert (AZERTY.code_of("1"), QWERTY_US.code_of("!")) == (2, 2)
    assert (QWERTY_UK.code_of("#"), QWERTY_US.code_of("#")) == (43, 4)
    assert (AZERTY.code_of("f12"), AZERTY.code_of("ß")) == (88, None)


def test_every_key_seen_by_the_kernel_passes(sit, plugged):
    seat = sit("1", "2")
    os.write(plugged, strokes(sorted(AZERTY.keys(keypad=False))))
    found = keyboard(seat.desk)
    assert (found.result, found.tool) == (Result.PASS, "evdev")
    assert found.numbers["keys"] == found.numbers["seen"] == 82
    assert "[a]" in seat.shown


def test_a_dead_letter_fails_and_is_named_as_it_is_printed(sit, plugged):
    codes = AZERTY.keys(keypad=False) - {16, ESCAPE}
    os.write(plugged, strokes([*sorted(codes), ESCAPE, ESCAPE]))
    found = keyboard(sit("1", "2").desk)
    assert found.result is Result.FAIL
    assert found.reason == "Keys that did not answer: a."
    assert found.numbers["missing_needed"] == 1


def test_enter_twice_ends_it_where_escape_is_dead(sit, plugged):
    os.write(plugged, strokes([ENTER, ENTER]))
    assert keyboard(sit("2", "2").desk).result is Result.FAIL


def test_escape_is_tested_once_and_then_ends_it(sit, plugged):
    os.write(plugged, strokes([ESCAPE, ENTER, 16, ENTER, ESCAPE, 17]))
    sheet = sit("1", "2")
    found = keyboard(sheet.desk)
    assert found.numbers["seen"] == 3
    assert "Escape: the end." in sheet.shown


def test_nobody_pressing_anything_ends_it_too(sit, plugged):
    seat = sit("1", "2")
    clock = iter(range(0, 10_000, 50))
    desk = _with(seat.desk, monotonic=lambda: float(next(clock)))
    assert keyboard(desk).numbers["seen"] == 0


def test_only_the_keyboard_under_test_counts(sit, plugged, tmp_path):
    """A second keyboard must not hide the dead keys of the first."""
    grow(tmp_path, capable("USB keyboard", number=1))
    os.mkfifo(tmp_path / "dev/input/event1")
    other = os.open(tmp_path / "dev/input/event1", os.O_RDWR | os.O_NONBLOCK)
    os.write(plugged, strokes([30]))
    seat = sit("1", "2")
    os.write(other, strokes(AZERTY.keys(keypad=True)))
    os.write(plugged, strokes([ESCAPE, ESCAPE]))
    assert keyboard(seat.desk).numbers["seen"] == 2
    os.close(other)


def test_a_key_that_stays_down_fails_even_where_all_were_seen(tmp_path, sit):
    pressed = Pressed(AZERTY, keypad=False, seen=set(AZERTY.keys(keypad=False)))
    pressed.press(30, now=10)
    found = judge(pressed, pressed.stuck(14), "evdev", sit().desk)
    assert (found.result, found.reason) == (Result.FAIL, "Keys that stay down: q.")
    assert pressed.stuck(12) == []


def test_a_key_that_was_stuck_before_anybody_listened_fails(sit, plugged):
    codes = [*sorted(AZERTY.keys(keypad=False) - {30, ESCAPE}), ESCAPE, ESCAPE]
    os.write(plugged, event(30, REPEATED) + strokes(codes))
    clock = iter(range(10_000))
    desk = _with(sit("1", "2").desk, monotonic=lambda: float(next(clock)))
    assert keyboard(desk).reason == "Keys that stay down: q."


@pytest.mark.parametrize(
    ("missing", "answer", "result"),
    [
        ({110}, "1", Result.WARN),
        ({110, 104}, "1", Result.WARN),
        ({110, 104, 109}, "1", Result.FAIL),
        ({110, 104, 109}, "2", Result.PASS),
    ],
)
def test_only_a_person_can_tell_a_dead_spare_key_from_none(
    sit, missing, answer, result
):
    assert missing <= SPARE
    seen = set(AZERTY.keys(keypad=False)) - missing
    found = judge(Pressed(AZERTY, False, seen=seen), [], "evdev", sit(answer).desk)
    assert found.result is result
    assert found.numbers["missing_spare"] == len(missing)


def test_a_terminal_never_sees_enough_to_pass(sit):
    seat = sit("2")
    letters = [QWERTY_US.label(code) for code in sorted(LETTERS)]
    others = "`1234567890-=[]\\;',./ \t\x7f"
    keys = [
        "OP",
        "OQ",
        "OR",
        "OS",
        *(f"[{n}~" for n in (15, 17, 18, 19, 20, 21, 23, 24)),
    ]
    keys += [f"[{letter}" for letter in "ABCDHF"] + [f"[{n}~" for n in (2, 3, 5, 6)]
    seat.press(*letters, *others, "\r", *(f"\x1b{key}" for key in keys), "\x1b")
    found = keyboard(seat.desk)
    assert (found.result, found.tool) == (Result.UNKNOWN, "terminal"), found
    assert "cannot be seen from a terminal" in found.reason


def test_a_keyboard_that_may_not_be_opened_is_heard_by_the_terminal(sit, tmp_path):
    grow(tmp_path, capable("AT Translated Set 2 keyboard"))
    seat = sit("1")
    seat.press("a", "\r", "\r")
    found = keyboard(seat.desk)
    assert (found.tool, found.numbers["seen"]) == ("terminal", 2)


def test_capabilities_are_read_as_the_kernel_writes_them(tmp_path):
    assert bits("1 0") == {64}
    assert bits("10004") == {2, 16}
    assert bits("") == bits("nonsense") == frozenset()
    grow(tmp_path, capable("Power Button", "10000000000000 0", number=3))
    (button,) = inputs(around(tmp_path))
    assert button.keys == {116}
    assert not button.keys >= LETTERS


def test_a_device_that_is_pulled_out_falls_silent(tmp_path):
    read, write = os.pipe()
    os.write(write, event(30, PRESSED))
    os.close(write)
    (device,) = inputs(around(grow(tmp_path, capable("one"))))
    ears = evdev.Ears({read: device})
    assert [each.code for each in ears.listen(0)] == [30]
    assert ears.listen(0) == ears.listen(0) == []
    os.close(read)


def _with(desk, **changes):
    return replace(desk, bench=replace(desk.bench, **changes))
