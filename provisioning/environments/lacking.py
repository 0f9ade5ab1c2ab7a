"""What a content lacks that its own parts ask of it."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


class Incomplete(ValueError):
    """A part of the content lacks what the others ask of it; `part` names the field."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} is missing")
        self.part = part


def asked(said: T | None, part: str) -> T:
    if said is None:
        raise Incomplete(part)
    return said
