"""One process at an order, and one at a drive, however many agents a machine has.

The kernel forgets a lock with the last process that has it: one that hangs in a write
keeps its own, also where nobody can hear of it any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

LOOK_SECONDS = 0.1
# udev locks a drive for a moment whenever it looks at it.
PATIENCE_SECONDS = 5.0


@contextlib.contextmanager
def turn(file: Path, is_over: Callable[[], bool]) -> Iterator[bool]:
    """Whether the file is locked by nobody else until the end of the block.

    Waits for whoever has it until that `is_over`, which is asked at least once then.
    The file is made, and stays: one that was deleted would lock nobody out.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield _is_locked(descriptor, is_over)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def alone_at(device: Path) -> Iterator[bool]:
    """Whether no other process, of this agent or another, is at a drive.

    By the drive's own device file, as systemd asks of everybody who changes one: udev
    leaves it alone meanwhile. Raises OSError where it cannot be opened.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    descriptor = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield _is_locked(descriptor, lambda: time.monotonic() >= until)
    finally:
        os.close(descriptor)


def _is_locked(descriptor: int, is_over: Callable[[], bool]) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if is_over():
                return False
            time.sleep(LOOK_SECONDS)
        else:
            return True
