from __future__ import annotations

import pytest

from agent.scanner.frames import Fault, Frames
from agent.scans import MAX_CODE

CODES = ["PC004217W", "XXSUITE", "https://rebond.example/t/PC004217W"]


def codes(*pieces: bytes) -> list[str]:
    frames = Frames()
    heard = [each for piece in pieces for each in frames.feed(piece)]
    assert not any(each.fault for each in heard)
    return [each.code for each in heard]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b"\r"),
        (b"", b"\n"),
        (b"", b"\r\n"),
        (b"\x02", b"\x03"),
        (b"\x02", b"\r\n\x03"),
    ],
)
def test_codes_end_as_scanners_end_them(before, after):
    said = b"".join(before + code.encode() + after for code in CODES)
    assert codes(said) == CODES


def test_codes_come_whole_however_they_are_cut():
    said = "".join(f"{code}\r\n" for code in CODES).encode()
    assert codes(*(bytes([byte]) for byte in said)) == CODES


def test_a_start_forgets_what_never_ended():
    assert codes(b"half of o\x02PC004217W\x03") == ["PC004217W"]


def test_accents_are_read_as_utf_8():
    assert codes("Établi 3\r".encode()) == ["Établi 3"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (b"PC00\xff4217W\r", Fault.UNREADABLE),
        (b"PC00\x004217W\r", Fault.UNREADABLE),
        (b"PC\x1b[31m\r", Fault.UNREADABLE),
        (b"A" * (MAX_CODE + 1) + b"\r", Fault.TOO_LONG),
        (b"\r\n+CREG: 1\r\n", Fault.MODEM),
        (b"^RSSI:17\r\n", Fault.MODEM),
        (b"RING\r\n", Fault.MODEM),
        (b"AT+CPIN?\r", Fault.MODEM),
    ],
)
def test_what_is_no_code_is_told_apart(said, fault):
    frames = Frames()
    (heard,) = frames.feed(said)
    assert heard.fault is fault
    (next_one,) = frames.feed(b"PC004217W\r")
    assert next_one == ("PC004217W", None)


def test_a_flood_without_an_end_takes_no_memory():
    frames = Frames()
    assert list(frames.feed(b"x" * 1_000_000)) == []
    (heard,) = frames.feed(b"\r")
    assert len(heard.code) == MAX_CODE


def test_half_a_code_of_a_line_that_went_away_is_none():
    frames = Frames()
    assert list(frames.feed(b"PC00")) == []
    frames.forget()
    assert [each.code for each in frames.feed(b"PC004217W\r")] == ["PC004217W"]
