"""The bytes of a target, in a file that tests read, and what a drive does to them."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

from tests.machine.targets.options import Options

STEPS = 32  # of an erasure; progress is told in such parts
CHUNK = 2**20
HELD_SECONDS = 0.1  # between two looks at how far it may go
# What is read where the key was thrown away: changed everywhere, and zero nowhere.
SCRAMBLED = random.Random("scrambled").randbytes(CHUNK)
ERASED = bytes(CHUNK)

Ended = Callable[[bool], None]
"""Told that an erasure is over, and whether the drive says that it worked."""


class Medium:
    """A file of fixed size. Threads may read and write at once."""

    def __init__(self, file: Path) -> None:
        self._opened = os.open(file, os.O_RDWR)
        self.size = os.fstat(self._opened).st_size

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._opened, length, offset)

    def write(self, offset: int, content: bytes) -> None:
        os.pwrite(self._opened, content, offset)

    def fill(self, offset: int, length: int, pattern: bytes) -> None:
        """Write a pattern of CHUNK bytes over and over, not beyond the end."""
        end = min(self.size, offset + length)
        for start in range(offset, end, CHUNK):
            self.write(start, pattern[: min(CHUNK, end - start)])


class Eraser:
    """An erasure that a drive does by itself, while its power is on.

    It stands still without power and goes on when power is back, unless stopped.
    """

    def __init__(self, medium: Medium, options: Options) -> None:
        self._medium = medium
        self._options = options
        self._power = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = 0.0  # of 1

    @property
    def is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def power(self, *, on: bool) -> None:
        if on:
            self._power.set()
        else:
            self._power.clear()

    def start(self, pattern: bytes, ended: Ended) -> None:
        self.progress = 0.0
        self._stopped.clear()
        work = threading.Thread(target=self._work, args=(pattern, ended), daemon=True)
        self._thread = work
        work.start()

    def stop(self) -> None:
        """End it without a word, as a power cut ends what does not go on after it."""
        self._stopped.set()
        self._power.set()
        self.wait()
        self._power.clear()

    def wait(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _is_held(self, step: int) -> bool:
        if not self._options.held_by:
            return False
        allowed = int(Path(self._options.held_by).read_text() or 0)
        return step >= allowed or not self._power.is_set()

    def _work(self, pattern: bytes, ended: Ended) -> None:
        length = -(-self._medium.size // STEPS)
        for step in range(STEPS):
            self._power.wait()
            if self._stopped.wait(self._options.seconds / STEPS):
                return
            while self._is_held(step):
                if self._stopped.wait(HELD_SECONDS):
                    return
            if self._options.fails and step == STEPS // 2:
                ended(False)
                return
            if not self._options.lies:
                self._medium.fill(step * length, length, pattern)
            self.progress = (step + 1) / STEPS
        ended(True)


def repeated(pattern: bytes) -> bytes:
    """A short pattern, as often as a chunk holds it."""
    return pattern * (CHUNK // len(pattern))
