from __future__ import annotations

import json

import pytest

from agent.parse import Unreadable, nvmeformat

FORMATS = [{"ms": 0, "ds": 9, "rp": 2}, {"ms": 0, "ds": 12, "rp": 0}]
NAMESPACE = {"nsze": 1000, "nuse": 10, "nlbaf": 1, "flbas": 1, "lbafs": FORMATS}


def namespace(**facts):
    return nvmeformat.parse(json.dumps({**NAMESPACE, **facts}).encode())


def test_the_format_that_is_in_use_is_known_by_its_number():
    found = namespace()
    assert (found.number, found.block_bytes, found.size_bytes) == (1, 4096, 4_096_000)
    assert (found.metadata, found.protection, found.left_percent) == (0, 0, None)


def test_numbers_are_texts_at_times():
    assert namespace(flbas="0x1", nsze="1000").size_bytes == 4_096_000


def test_what_lies_between_the_blocks_is_kept_too():
    found = namespace(flbas=0x11, dps=0x9)
    assert (found.number, found.metadata, found.protection) == (1, 1, 9)


def test_more_than_sixteen_formats_are_counted_on():
    assert namespace(flbas=0x21, nlbaf=40).number == 0x11
    assert namespace(flbas=0x21, nlbaf=1).number == 1


def test_a_format_that_runs_says_what_is_left():
    assert namespace(fpi=0x80 | 42).left_percent == 42
    assert namespace(fpi=42).left_percent is None


def test_a_format_without_a_line_has_no_size():
    found = namespace(flbas=7)
    assert (found.number, found.block_bytes, found.size_bytes) == (7, None, None)


@pytest.mark.parametrize("said", [b"", b"{}", b"NVMe status: Invalid Namespace(0xb)"])
def test_what_is_no_namespace_is_unreadable(said):
    with pytest.raises(Unreadable):
        nvmeformat.parse(said)
