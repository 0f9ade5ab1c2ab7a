"""A bound on the whole of an exchange, however slowly the other side drips."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Protocol

BOTH_WAYS = 2  # socket.SHUT_RDWR, which wakes who waits


class Line(Protocol):
    """A socket, as far as it is needed here."""

    def shutdown(self, how: int, /) -> None: ...


class Watch:
    """Cuts the connection that it watches where an exchange takes too long.

    A timeout of a socket bounds each wait for the next byte, and bytes can go on
    coming. What waits for one is woken by the cut, as if the other side had hung up.
    """

    def __init__(self) -> None:
        self._line: Line | None = None
        self._moved_at = 0.0
        self.is_late = False

    def over(self, line: Line) -> None:
        """Watch this connection from now on, until there is another."""
        self._line = line
        if self.is_late:
            self._cut()

    @contextlib.contextmanager
    def for_seconds(self, seconds: float) -> Iterator[None]:
        """What is done inside is cut after so many seconds."""
        self.is_late = False
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    @contextlib.contextmanager
    def while_moving(self, seconds: float) -> Iterator[None]:
        """What is done inside is cut where `moved` is not called for so many seconds."""
        self.is_late = False
        self.moved()
        over = threading.Event()

        def look() -> None:
            left = seconds
            while not over.wait(left):
                left = self._moved_at + seconds - time.monotonic()
                if left <= 0:
                    self._cut()
                    return

        thread = threading.Thread(target=look, name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def moved(self) -> None:
        self._moved_at = time.monotonic()

    def _cut(self) -> None:
        self.is_late = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(BOTH_WAYS)
