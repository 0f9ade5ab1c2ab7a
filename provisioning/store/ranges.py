"""Which part of a blob is asked for: RFC 9110, §13 and §14, for one range of bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# More digits than any size has; and one range: of several, all of the blob is sent.
_RANGE = re.compile(r"bytes=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*")


@dataclass(frozen=True, slots=True)
class Part:
    """`start` and `length` in bytes. Whole where nothing less was asked for."""

    start: int
    length: int
    whole: bool


class Unsatisfiable(ValueError):
    """A range that begins after the blob ends."""


def part_of(size: int, tag: str, asked: Mapping[str, str]) -> Part:
    """What the headers ask of a blob of this size whose entity tag is `tag`.

    A range that cannot be read is ignored, as the RFC asks; so is one whose If-Range
    names another blob. Raises Unsatisfiable.
    """
    everything = Part(0, size, whole=True)
    read = _RANGE.fullmatch(asked.get("Range", ""))
    if read is None or asked.get("If-Range", tag) != tag:
        return everything
    first, last = read.groups()
    if not first:
        return _last_bytes(size, last, everything)
    start, end = int(first), min(int(last or size), size - 1)
    if last and int(last) < start:
        return everything
    if start >= size:
        raise Unsatisfiable
    return Part(start, end - start + 1, whole=False)


def _last_bytes(size: int, wanted: str, everything: Part) -> Part:
    if not wanted:
        return everything
    length = min(int(wanted), size)
    if length == 0:
        raise Unsatisfiable
    return Part(size - length, length, whole=False)


def names(header: str, tag: str) -> bool:
    """Whether If-None-Match names this tag: the asker has the blob already."""
    tags = {part.strip().removeprefix("W/") for part in header.split(",")}
    return bool(tags & {tag, "*"})
