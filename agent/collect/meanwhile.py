"""Do something in a thread of its own until its answer is asked for.

`concurrent.futures` does the same and more, and takes longer to load than most
drives take to answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic

from agent.collect.around import T

AT_ONCE = threading.BoundedSemaphore(32)


class Meanwhile(Generic[T]):
    """One piece of work that has begun. What it raises is raised by `answer`."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._answers: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with AT_ONCE:
            try:
                self._answers.append(self._work())
            except BaseException as exc:  # noqa: BLE001  # raised again by `answer`
                self._error = exc

    def answer(self) -> T:
        """Wait for it."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answers[0]
