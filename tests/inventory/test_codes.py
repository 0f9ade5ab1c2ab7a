from __future__ import annotations

from inventory import codes


def test_makes_are_compared_by_capitals_and_digits() -> None:
    assert codes.key("Hewlett-Packard 2") == "HEWLETTPACKARD2"


def test_what_is_compared_is_never_longer_than_what_was_written() -> None:
    assert len(codes.key("ß" * 60)) == 60
