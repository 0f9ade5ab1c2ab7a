"""An order to install, from the service: written down, done apart, watched to its end.

What installs is a process of its own with the rights that packages need, which the
service has not; it goes on when the service is started anew, and after a power cut.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from agent import wire
from agent.apart import START
from agent.parser import STATE
from agent.provision.room import Asked, News, Over, Room
from agent.run import Detached, Stopped, run
from agent.words import Words, words_in
from agent.work import End, Progress

UNIT: Final = "rebond-agent-provision.service"
LOOK_SECONDS: Final = 1.0
START_SECONDS: Final = 30.0  # from being started to being at it
MOST_STARTS: Final = 3
TOOL_SECONDS: Final = 30.0
_STAGES: Final = {
    wire.Outcome.WHOLE: wire.Stage.DONE,
    wire.Outcome.REFUSED: wire.Stage.REFUSED,
    wire.Outcome.CANCELLED: wire.Stage.CANCELLED,
}


class Apart:
    """Starts the runner: by its unit where systemd has it, else as a process."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def __call__(self) -> None:
        if self._state == STATE:
            ran = run(("systemctl", "start", "--no-block", UNIT), TOOL_SECONDS)
            if ran.exit_code == 0:
                return
        words = ("--state", str(self._state), "provision", "--resume")
        Detached((sys.executable, "-I", "-c", START, *words))


class Provision:
    """Does jobs of the kind `provision`. `leave` is for the end of the service: what
    was begun goes on without it, and is not given up.
    """

    def __init__(
        self,
        state: Path,
        start: Callable[[], None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._room = Room(state)
        self._start = start or Apart(state)
        self._monotonic = monotonic
        self._leaving = threading.Event()

    def leave(self) -> None:
        self._leaving.set()

    def __call__(self, job: wire.Job, progress: Progress, cancelled: Stopped) -> End:
        words = words_in(job.args.language)
        order = job.args.profile
        if order is None:
            return End(wire.Stage.REFUSED, words("This order names no environment."))
        known = self._room.asked()
        over = self._over(job)
        if over is None and (known is None or known.job_id != job.job_id):
            if self._room.is_busy():
                said = words("Another installation is running on this machine.")
                return End(wire.Stage.FAILED, said)
            language = "fr" if words.is_french else "en"
            asked = Asked(order=order, job_id=job.job_id, language=language)
            self._room.ask(asked)
        return self._watch(job, words, progress, cancelled)

    def _watch(
        self, job: wire.Job, words: Words, progress: Progress, cancelled: Stopped
    ) -> End:
        """Until it is over, or the service leaves."""
        starts, started_at = 0, 0.0
        while True:
            if over := self._over(job):
                return _end(over, words)
            if self._leaving.is_set():
                return End(wire.Stage.CANCELLED)
            if cancelled():
                self._room.cancel()
            if news := self._room.news():
                progress(_step(news, words), news.percent, news.seconds_left)
            now = self._monotonic()
            is_due = not starts or now - started_at > START_SECONDS
            if is_due and not self._room.is_busy() and not self._over(job):
                if starts == MOST_STARTS:
                    self._room.done()
                    return End(wire.Stage.FAILED, words("The installation broke off."))
                starts, started_at = starts + 1, now
                self._start()
                continue
            self._leaving.wait(LOOK_SECONDS)

    def _over(self, job: wire.Job) -> Over | None:
        over = self._room.over()
        return over if over and over.job_id == job.job_id else None


def _step(news: News, words: Words) -> str:
    """`3/12 Imprimante`: the n-th of N, by its title."""
    if news.phase != "step":
        return news.phase
    title = news.title_fr if words.is_french else news.title_en
    return f"{news.number}/{news.total} {title}"[:64]


def _end(over: Over, words: Words) -> End:
    said = over.fr if words.is_french else over.en
    return End(_STAGES.get(over.outcome, wire.Stage.FAILED), said)
