"""One job in a thread of its own, so that no work ever silences the machine."""

from __future__ import annotations

import threading
from collections.abc import Callable

from agent import wire
from agent.proofs import Stride
from agent.words import words_in
from agent.work import End, Work


class Hand:
    """Works on at most one job. `news` is called, in its thread, with each progress.

    What the work does not survive is a failure of the job and of nothing else.
    """

    def __init__(
        self,
        work: Work,
        news: Callable[[wire.Job, str, int | None, int | None, Stride | None], None],
        wake: Callable[[], None],
    ) -> None:
        self._work = work
        self._news = news
        self._wake = wake
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._end: End | None = None
        self.job: wire.Job | None = None

    def start(self, job: wire.Job) -> None:
        self.job = job
        self._end = None
        self._cancelled.clear()
        name = f"job-{job.kind}"
        self._thread = threading.Thread(target=self._do, args=(job,), name=name)
        self._thread.daemon = True
        self._thread.start()

    def cancel(self) -> None:
        self._cancelled.set()

    def result(self) -> tuple[wire.Job, End] | None:
        """The job that has ended and how, once."""
        if self.job is None or self._thread is None or self._thread.is_alive():
            return None
        job, self.job = self.job, None
        words = words_in(job.args.language)
        return job, self._end or End(wire.Stage.FAILED, words("The work broke off."))

    def rest(self, seconds: float) -> None:
        """Give up what runs and wait a moment for it."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(seconds)

    def _do(self, job: wire.Job) -> None:
        def progress(
            step: str,
            percent: int | None = None,
            seconds_left: int | None = None,
            stride: Stride | None = None,
        ) -> None:
            self._news(job, step, percent, seconds_left, stride)

        try:
            self._end = self._work(job, progress, self._cancelled.is_set)
        except (OSError, wire.Malformed) as exc:
            self._end = End(wire.Stage.FAILED, str(exc))
        finally:
            self._wake()
