"""Overwrite a drive with zeros, once and whole: what a Clear is made of."""

from __future__ import annotations

import dataclasses
import errno
import os
import time
from collections.abc import Callable

from agent.erase.contract import Advance, Outcome, Stopped, Target, Tell
from agent.erase.target import BUFFER_BYTES, is_gone, opened, zeros
from agent.methods import Ended, Technique

STEP = "overwrite"
ZEROS = "00"
PIECE_BYTES = 64 * 1024
# A drive with more bad places than this is destroyed anyway: its time is not wasted.
MOST_ERRORS = 64
MARK_BYTES = 2**30
MARK_SECONDS = 30.0
TELL_SECONDS = 0.5


def _forget(_done_bytes: int) -> None:
    """Nobody asked where the overwrite is."""


@dataclasses.dataclass(frozen=True)
class Overwrite:
    """One pass of zeros from `start`, which an earlier pass had reached, to the end.

    `mark` is called with each position that is safe on the medium: after a flush,
    about every GiB or half minute, and never again once a place could not be written.
    """

    start: int = 0
    mark: Callable[[int], None] = _forget
    monotonic: Callable[[], float] = time.monotonic

    @property
    def technique(self) -> Technique:
        return Technique.OVERWRITE

    @property
    def zeroes(self) -> bool:
        return True

    def lines(self, target: Target) -> tuple[str, ...]:
        size = f"{target.size_bytes} bytes, {BUFFER_BYTES} at a time, O_DIRECT"
        return (f"write zeros: {target.path}, {size}",)

    def erase(self, target: Target, tell: Tell, stopped: Stopped) -> Outcome:
        started = _Pass(self, target, tell)
        try:
            with opened(target, os.O_WRONLY) as descriptor:
                return started.run(descriptor, stopped)
        except OSError as exc:
            said = exc.strerror or str(exc)
            gone = "the drive is gone" if is_gone(exc) else "the drive failed"
            return started.outcome(Ended.FAILED, f"{gone}: byte {started.done}, {said}")


class _Pass:
    def __init__(self, method: Overwrite, target: Target, tell: Tell) -> None:
        self._method = method
        self._target = target
        self._tell = tell
        self.done = method.start
        self._written = 0
        self._errors = 0
        self._marked = (method.start, method.monotonic())
        self._told = 0.0

    def run(self, descriptor: int, stopped: Stopped) -> Outcome:
        size = self._target.size_bytes
        self._tell(STEP, self._advance())  # the very first write may hang
        while self.done < size:
            if stopped():
                self._mark(descriptor)
                return self.outcome(Ended.ABORTED, f"stopped: byte {self.done}")
            self._write(descriptor, min(BUFFER_BYTES, size - self.done))
            self._say(descriptor)
        self._mark(descriptor)
        self._tell(STEP, self._advance())
        if self._errors:
            reason = f"places that could not be written: {self._errors}"
            return self.outcome(Ended.FAILED, reason)
        return self.outcome(Ended.ERASED)

    def outcome(self, ended: Ended, reason: str = "") -> Outcome:
        return Outcome(
            ended=ended,
            reason=reason,
            bytes_written=self._written,
            passes=1 if self.done >= self._target.size_bytes else 0,
            pattern=ZEROS,
            resumed_from=self._method.start or None,
            errors=self._errors + (ended is Ended.FAILED and not self._errors),
        )

    def _write(self, descriptor: int, count: int) -> None:
        """Once, then in pieces: what lies around a bad place is overwritten too."""
        try:
            self._advanced(os.pwrite(descriptor, zeros()[:count], self.done))
        except OSError as exc:
            if is_gone(exc):
                raise
            self._write_in_pieces(descriptor, self.done + count)

    def _write_in_pieces(self, descriptor: int, end: int) -> None:
        while self.done < end:
            piece = zeros()[: min(PIECE_BYTES, end - self.done)]
            try:
                self._advanced(os.pwrite(descriptor, piece, self.done))
            except OSError as exc:
                self._errors += 1
                if is_gone(exc) or self._errors > MOST_ERRORS:
                    raise
                self.done += len(piece)

    def _advanced(self, written: int) -> None:
        """Whole blocks only: a half-written one is written again."""
        whole = written - written % self._target.block_bytes
        if not whole:
            raise OSError(errno.EIO, os.strerror(errno.EIO), self._target.path)
        self.done += whole
        self._written += whole

    def _say(self, descriptor: int) -> None:
        now = self._method.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._tell(STEP, self._advance())
        done, at = self._marked
        if self.done - done >= MARK_BYTES or now - at >= MARK_SECONDS:
            self._mark(descriptor)

    def _mark(self, descriptor: int) -> None:
        os.fdatasync(descriptor)
        self._marked = (self.done, self._method.monotonic())
        if not self._errors:
            self._method.mark(self.done)

    def _advance(self) -> Advance:
        size = self._target.size_bytes
        return Advance(self.done, size, self.done * 100 // size)
