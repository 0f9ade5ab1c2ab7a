from __future__ import annotations

import pytest

from agent.parse import scsi
from agent.parse.sanitizing import State

FIXED = bytes.fromhex("70 00 02 00 00 00 00 0a 00 00 00 00 04 1b 00 80 80 00")
DESCRIBED = bytes.fromhex("72 02 04 1b 00 00 00 0c 00 02 80 00 02 06 00 00 c0 40 00 00")


def sensed(key, code):
    return bytes([0x70, 0, key]) + bytes(9) + code.to_bytes(2) + bytes(4)


def test_progress_is_read_out_of_both_formats():
    assert scsi.standing(FIXED).percent == 50
    assert scsi.standing(DESCRIBED)[:3] == (State.RUNNING, 25, scsi.SANITIZING)
    assert scsi.standing(FIXED).said == "sense 2/04/1b"


@pytest.mark.parametrize(
    ("key", "code", "state"),
    [
        (0, 0x0000, State.IDLE),
        (0, 0x5E01, State.IDLE),
        (2, 0x0404, State.RUNNING),
        (3, 0x3103, State.FAILED),
        (2, 0x3100, State.FAILED),
        (6, 0x2900, State.UNKNOWN),
        (2, 0x0402, State.UNKNOWN),
        (5, 0x2000, State.UNKNOWN),
        (4, 0x4400, State.UNKNOWN),
    ],
)
def test_only_what_is_known_to_be_idle_is(key, code, state):
    assert scsi.standing(sensed(key, code)).state is state


@pytest.mark.parametrize("raw", [b"", bytes(8), bytes(252), b"\x70" * 17, b"\x72"])
def test_what_is_no_sense_data_is_unknown(raw):
    assert scsi.standing(raw).state is State.UNKNOWN


def test_descriptors_without_end_are_no_progress():
    raw = bytes([0x72, 2, 4, 0x1B, 0, 0, 0, 255]) + bytes(64)
    assert scsi.standing(raw)[:2] == (State.RUNNING, None)


@pytest.mark.parametrize(
    ("raw", "is_so"),
    [
        (bytes([0, 3, 0, 10]), True),
        (bytes([0, 0x83, 0, 10]), True),
        (bytes([0, 1, 0, 0]), False),
        (bytes([0, 0, 0, 0]), False),
        (bytes([0, 5, 0, 10]), False),
        (b"\0\3", False),
        (b"", False),
    ],
)
def test_a_command_is_supported_as_the_standard_says_or_not_at_all(raw, is_so):
    assert scsi.is_supported(raw) is is_so


def test_a_serial_is_that_of_its_own_page():
    assert scsi.serial(b"\0\x80\0\x06FIC 1 ") == "FIC 1"
    assert scsi.serial(b"\0\x83\0\x06FIC 1 ") == ""
    assert scsi.serial(b"\0\x80") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0x20000 0x200\n", (131072, 512)),
        ("0x0 0x0\n", None),
        ("", None),
        ("READ CAPACITY failed", None),
    ],
)
def test_a_capacity_is_two_numbers_or_none(text, found):
    assert scsi.capacity(text) == found
