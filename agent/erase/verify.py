"""Read a drive back: the whole of it, or samples as NIST SP 800-88 Rev. 1 lays out."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from typing import NamedTuple

from agent.erase.contract import Advance, Stopped, Target, Tell
from agent.erase.markers import number
from agent.erase.target import Buffer, is_gone, opened

STEP = "verify"
SUBSECTIONS = 1000
SHARE = 10  # percent of the drive, at least
GRAIN_BYTES = 4096
# What is read at once. More is no faster, and each drive has such a buffer of its own.
CHUNK_BYTES = 2**20
DIGEST_BYTES = 8
SMALLEST_SAMPLED_BYTES = 8 * 10**9
TELL_SECONDS = 0.5
# After so many, how many more there are changes nothing.
MOST_MISMATCHES = 1000
MOST_ERRORS = 64


class Place(NamedTuple):
    """A part of a drive, in bytes."""

    start: int
    length: int


def whole(size_bytes: int) -> list[Place]:
    return [Place(0, size_bytes)]


def sampled(size_bytes: int, seed: str) -> list[Place]:
    """A thousand subsections, two random places in each that never overlap, and both ends.

    A place in each half of a subsection, a twentieth of it long: a tenth in all.
    Anybody can lay them out again from the seed.
    """
    places = [Place(0, GRAIN_BYTES)]
    for n in range(SUBSECTIONS):
        start = size_bytes * n // SUBSECTIONS // GRAIN_BYTES * GRAIN_BYTES
        end = size_bytes * (n + 1) // SUBSECTIONS // GRAIN_BYTES * GRAIN_BYTES
        half = (end - start) // 2 // GRAIN_BYTES * GRAIN_BYTES
        count = -(-(end - start) * SHARE // 200 // GRAIN_BYTES) * GRAIN_BYTES
        for which, begin, room in (
            (0, start, half),
            (1, start + half, end - start - half),
        ):
            draw = number(seed, f"{n} {which}")
            shift = draw % ((room - count) // GRAIN_BYTES + 1) * GRAIN_BYTES
            places.append(Place(begin + shift, count))
    last = (size_bytes - 1) // GRAIN_BYTES * GRAIN_BYTES
    return [*places, Place(last, size_bytes - last)]


class Looked(NamedTuple):
    """What came of reading places. `prints` are those of every chunk, in order."""

    bytes_read: int = 0
    mismatches: int = 0
    errors: int = 0
    prints: bytes = b""
    is_whole: bool = True


def prints_of(
    target: Target, places: list[Place], tell: Tell, stopped: Stopped
) -> Looked:
    """What the places hold now, a few bytes for each mebibyte, to compare later.

    Raises OSError where the drive is gone or cannot be opened.
    """
    return _Reading(target, places, tell, stopped, "look").run(_Prints())


def are_zero(
    target: Target, places: list[Place], tell: Tell, stopped: Stopped
) -> Looked:
    """Whether every byte of the places is zero; `mismatches` are blocks that hold any.

    Raises OSError where the drive is gone or cannot be opened.
    """
    return _Reading(target, places, tell, stopped, STEP).run(_Zeros())


def are_changed(
    target: Target, places: list[Place], before: bytes, tell: Tell, stopped: Stopped
) -> Looked:
    """Whether the places hold something else than before, or nothing.

    `mismatches` are chunks that stayed. What repeats within a few bytes is nobody's
    data, and may stay. Prints of other places, or not of all of them, are an error.
    Raises OSError where the drive is gone or cannot be opened.
    """
    chunks = sum(len(range(0, place.length, CHUNK_BYTES)) for place in places)
    if len(before) != chunks * DIGEST_BYTES:
        return Looked(errors=1, is_whole=False)
    return _Reading(target, places, tell, stopped, STEP).run(_Changed(before))


class _Prints:
    def __init__(self) -> None:
        self.prints = bytearray()

    def skip(self, count: int) -> None:
        self.prints += _UNREAD * len(range(0, count, CHUNK_BYTES))

    def __call__(self, buffer: Buffer, count: int) -> int:
        for start in range(0, count, CHUNK_BYTES):
            self.prints += _print(buffer, start, min(CHUNK_BYTES, count - start))
        return 0


class _Zeros:
    prints = b""

    def skip(self, count: int) -> None:
        """Nothing to remember: an error is counted by whoever reads."""

    def __call__(self, buffer: Buffer, count: int) -> int:
        if buffer.is_zero(0, count):
            return 0
        return sum(
            not buffer.is_zero(start, min(GRAIN_BYTES, count - start))
            for start in range(0, count, GRAIN_BYTES)
        )


class _Changed:
    prints = b""

    def __init__(self, before: bytes) -> None:
        self._before = before
        self._at = 0

    def skip(self, count: int) -> None:
        self._at += DIGEST_BYTES * len(range(0, count, CHUNK_BYTES))

    def __call__(self, buffer: Buffer, count: int) -> int:
        stayed = 0
        for start in range(0, count, CHUNK_BYTES):
            was = self._before[self._at : self._at + DIGEST_BYTES]
            self._at += DIGEST_BYTES
            now = _print(buffer, start, min(CHUNK_BYTES, count - start))
            stayed += now == was and now != _PLAIN
        return stayed


_PLAIN = bytes(DIGEST_BYTES)
_UNREAD = b"\xff" * DIGEST_BYTES


def _print(buffer: Buffer, start: int, count: int) -> bytes:
    if buffer.repeats(start, count):
        return _PLAIN
    chunk = buffer.view[start : start + count]
    return hashlib.blake2b(chunk, digest_size=DIGEST_BYTES).digest()


class _Reading:
    """One pass over places, piece by piece, with what is told of it."""

    def __init__(
        self,
        target: Target,
        places: list[Place],
        tell: Tell,
        stopped: Stopped,
        step: str,
    ) -> None:
        self._target = target
        self._places = places
        self._tell = tell
        self._stopped = stopped
        self._step = step
        self._total = sum(place.length for place in places)
        self._told = 0.0

    def run(self, judge: _Prints | _Zeros | _Changed) -> Looked:
        buffer = Buffer(CHUNK_BYTES)
        read = mismatches = errors = passed = 0
        with opened(self._target, os.O_RDONLY) as descriptor:
            for start, count in self._pieces():
                got = self._read(descriptor, buffer, start, count)
                read += got
                passed += count
                if got == count:
                    mismatches += judge(buffer, count)
                else:
                    errors += 1
                    judge.skip(count)
                self._say(passed)
                if mismatches >= MOST_MISMATCHES or errors >= MOST_ERRORS:
                    break
                if self._stopped():
                    break
        is_whole = passed == self._total
        return Looked(read, mismatches, errors, bytes(judge.prints), is_whole)

    def _pieces(self) -> Iterator[Place]:
        for start, count in self._places:
            for at in range(start, start + count, CHUNK_BYTES):
                yield Place(at, min(CHUNK_BYTES, start + count - at))

    def _read(self, descriptor: int, buffer: Buffer, start: int, count: int) -> int:
        """How much was read; less than asked where a part cannot be."""
        try:
            return buffer.read(descriptor, start, count)
        except OSError as exc:
            if is_gone(exc):
                raise
            return 0

    def _say(self, done: int) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS or done == self._total:
            self._told = now
            percent = done * 100 // self._total
            self._tell(self._step, Advance(done, self._total, percent))
