"""How often a drive that erases itself is asked, and how to wait for one that blocks."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable

from agent.erase.contract import Stopped
from agent.run import Ran

SLICE_SECONDS = 0.5


@dataclasses.dataclass(frozen=True)
class Pace:
    """The clock of an erasure; a test has its own."""

    poll_seconds: float = 3.0
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def pause(self, stopped: Stopped) -> bool:
        """Wait until the next question. False as soon as it is to stop."""
        until = self.monotonic() + self.poll_seconds
        while not stopped():
            left = until - self.monotonic()
            if left <= 0:
                return True
            self.sleep(min(SLICE_SECONDS, left))
        return False

    def meanwhile(
        self, work: Callable[[], Ran], told: Callable[[float], None], stopped: Stopped
    ) -> Ran | None:
        """What came of a command that blocks for as long as the drive is busy.

        `told` is called with the seconds since it began, at every question. None as
        soon as it is to stop: the kernel lets nobody end such a command, so it and
        the drive are left to themselves.
        """
        ends: list[Ran] = []
        thread = threading.Thread(target=lambda: ends.append(work()), daemon=True)
        started = self.monotonic()
        thread.start()
        while thread.is_alive():
            told(self.monotonic() - started)
            if stopped():
                return None
            # a fake clock is not waited for, a real one no longer than this
            thread.join(0.0)
            if thread.is_alive():
                self.sleep(SLICE_SECONDS)
        return ends[0] if ends else Ran(())
