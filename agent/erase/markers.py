"""Random blocks planted before a drive erases itself, and looked for afterwards.

A drive that reports success and erased nothing still holds them.
"""

from __future__ import annotations

import hashlib
import os
from typing import NamedTuple

from agent.erase.contract import Advance, Target, Tell
from agent.erase.target import Buffer, is_gone, opened

STEP = "markers"
MARKER_BYTES = 2**20
COUNT = 16
# What is left of a marker counts from this many bytes on.
REST_BYTES = 512


class Markers(NamedTuple):
    """Where markers lie on a drive of `size_bytes`, and what they are, from a seed."""

    seed: str
    size_bytes: int

    @property
    def places(self) -> tuple[int, ...]:
        """The first mebibyte, the last, and fourteen random ones between."""
        count = self.size_bytes // MARKER_BYTES
        if count <= COUNT:
            return tuple(n * MARKER_BYTES for n in range(count))
        between: set[int] = set()
        draw = 0
        while len(between) < COUNT - 2:
            place = number(self.seed, f"place {draw}") % (count - 2)
            between.add((place + 1) * MARKER_BYTES)
            draw += 1
        return (0, *sorted(between), self.size_bytes - MARKER_BYTES)

    def content(self, place: int) -> bytes:
        return hashlib.shake_128(f"{self.seed} {place}".encode()).digest(MARKER_BYTES)


def number(seed: str, what: str) -> int:
    """A number that nobody can foretell without the seed; anybody can with it."""
    return int.from_bytes(hashlib.sha256(f"{seed} {what}".encode()).digest()[:8])


def plant(target: Target, markers: Markers, tell: Tell) -> int:
    """Write the markers; how many of them the drive then really holds.

    Told before each, so that one which hangs in the kernel is known to.

    Raises OSError where the drive is gone or cannot be opened.
    """
    buffer = Buffer(MARKER_BYTES)
    with opened(target, os.O_WRONLY) as descriptor:
        for count, place in enumerate(markers.places):
            tell(STEP, _advance(count, len(markers.places)))
            buffer.view[:] = markers.content(place)
            try:
                os.pwrite(descriptor, buffer.view, place)
            except OSError as exc:
                if is_gone(exc):
                    raise
        os.fdatasync(descriptor)
    return look_for(target, markers, whole=True)


def _advance(count: int, of: int) -> Advance:
    return Advance(count * MARKER_BYTES, of * MARKER_BYTES, count * 100 // of)


def look_for(target: Target, markers: Markers, *, whole: bool = False) -> int:
    """How many markers are there: the `whole` of one, or else any rest of it.

    One that cannot be read counts as gone: reading the drive back tells of that.
    Raises OSError where the drive is gone or cannot be opened.
    """
    buffer = Buffer(MARKER_BYTES)
    found = 0
    with opened(target, os.O_RDONLY) as descriptor:
        for place in markers.places:
            try:
                count = buffer.read(descriptor, place, MARKER_BYTES)
            except OSError as exc:
                if is_gone(exc):
                    raise
                continue
            seen = bytes(buffer.view[:count])
            wanted = markers.content(place)
            found += seen == wanted if whole else _has_rest(seen, wanted)
    return found


def _has_rest(seen: bytes, wanted: bytes) -> bool:
    return any(
        seen[at : at + REST_BYTES] == wanted[at : at + REST_BYTES]
        for at in range(0, len(seen), REST_BYTES)
    )
