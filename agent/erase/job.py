"""An order to erase: planned at once, begun when a person said yes, done apart.

What erases is another process, so that a write that hangs in the kernel holds up
neither the service nor its word to the server.
"""

from __future__ import annotations

import dataclasses
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from agent import wire
from agent.erase import confirming
from agent.erase.news import OVER, PLAN, News
from agent.jobs import Jobs
from agent.run import Stopped, Talk
from agent.words import words_in
from agent.work import End, Progress

HOME = str(Path(__file__).resolve().parents[2])
START = f"""
import os, sys
sys.path.insert(0, {HOME!r})
from agent.erase.apart import main
os._exit(main(sys.argv[1:]))
"""
LOOK_SECONDS = 1.0
PLAN_SECONDS = 600.0
STUCK_SECONDS = 30.0
STUCK_NEWS_SECONDS = 10.0
LEAVE_SECONDS = 15.0
STOP_SECONDS = 60.0


class Child(Protocol):
    """The process apart, as far as it is used here."""

    is_over: bool

    def lines(self, seconds: float) -> list[bytes]: ...
    def say(self, word: bytes) -> None: ...
    def leave(self, seconds: float) -> int | None: ...


Start = Callable[[Sequence[str]], Child]


@dataclasses.dataclass
class _Drive:
    """What was last heard of one drive, and when it last took a byte."""

    news: News
    moved_at: float
    said_at: float


class Erase:
    """Does jobs of the kind `erase`. `leave` is for the end of the service: what was
    begun is gone on with at its next start, and is not given up.
    """

    def __init__(
        self,
        state: Path,
        jobs: Jobs,
        start: Start = Talk,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._jobs = jobs
        self._start = start
        self._monotonic = monotonic
        self._leaving = threading.Event()

    def leave(self) -> None:
        self._leaving.set()

    def __call__(self, job: wire.Job, progress: Progress, cancelled: Stopped) -> End:
        if not job.args.runs:
            words = words_in(job.args.language)
            return End(wire.Stage.REFUSED, words("This order names no drive."))
        if not self._is_confirmed(job):
            progress(PLAN)
            self._hear(PLAN, job, progress, cancelled)
            progress("confirm")
        while not self._is_confirmed(job):
            if cancelled() or self._leaving.wait(LOOK_SECONDS):
                return End(wire.Stage.CANCELLED)
        progress("confirmed")
        is_whole = self._hear("erase", job, progress, cancelled)
        if cancelled():
            return End(wire.Stage.CANCELLED)
        words = words_in(job.args.language)
        broken = End(wire.Stage.FAILED, words("The erasure broke off."))
        return End(wire.Stage.DONE) if is_whole else broken

    def _is_confirmed(self, job: wire.Job) -> bool:
        """By the server, or on the machine; a restart forgets neither."""
        if confirming.is_confirmed(self._state, job.job_id):
            self._jobs.confirm(job.job_id)
        known = self._jobs.book.open
        return job.args.confirmed or bool(known and known.args.confirmed)

    def _given_up(self) -> set[uuid.UUID]:
        """The drives of the order that somebody took back since."""
        known = self._jobs.book.open
        return set(known.args.stopped) if known else set()

    def _hear(
        self, what: str, job: wire.Job, progress: Progress, cancelled: Stopped
    ) -> bool:
        """Whether the process apart came to its end."""
        argv = (sys.executable, "-I", "-c", START, what, str(self._state))
        child = self._start(argv)
        drives: dict[str, _Drive] = {}
        told_at, began = 0.0, self._monotonic()
        stopped: set[uuid.UUID] = set()
        try:
            while not child.is_over:
                for line in child.lines(LOOK_SECONDS):
                    news = News.from_bytes(line)
                    if news.step == OVER:
                        return True
                    self._note(news, drives, progress)
                self._say_stuck(drives, progress)
                for run_id in self._given_up() - stopped:
                    stopped.add(run_id)
                    child.say(f"stop {run_id}".encode())
                if self._leaving.is_set():
                    return False
                now = self._monotonic()
                if cancelled() and not told_at:
                    told_at = now
                    child.say(b"stop")
                is_late = what == PLAN and now - began > PLAN_SECONDS
                if is_late or (told_at and now - told_at > STOP_SECONDS):
                    return False
        finally:
            child.leave(LEAVE_SECONDS)
        return False

    def _note(self, news: News, drives: dict[str, _Drive], progress: Progress) -> None:
        now = self._monotonic()
        last = drives.get(news.name)
        has_moved = last is None or _bytes(last.news) != _bytes(news)
        moved_at = now if has_moved or last is None else last.moved_at
        drives[news.name] = _Drive(news, moved_at, now)
        if news.ended:
            del drives[news.name]
        progress(news.step, news.percent, news.seconds_left, news.stride)

    def _say_stuck(self, drives: dict[str, _Drive], progress: Progress) -> None:
        """A drive that counts bytes and takes none: it hangs in the kernel."""
        now = self._monotonic()
        for drive in drives.values():
            stuck = now - drive.moved_at
            is_due = now - drive.said_at >= STUCK_NEWS_SECONDS
            if drive.news.stride.done_bytes is None or stuck < STUCK_SECONDS:
                continue
            if is_due:
                drive.said_at = now
                stride = dataclasses.replace(
                    drive.news.stride, stuck_seconds=round(stuck), bytes_per_second=None
                )
                progress(drive.news.step, drive.news.percent, None, stride)


def _bytes(news: News) -> tuple[str, int | None]:
    return news.step, news.stride.done_bytes
