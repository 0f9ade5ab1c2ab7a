"""Look at the machine in a process of its own, which gives its memory back.

The service then carries neither the readers nor the cryptography for the weeks in
which nothing is asked of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agent import wire
from agent.run import Ran, Stopped, run
from agent.work import End, Progress, Work

SECONDS = 600.0
HOME = str(Path(__file__).resolve().parents[1])
START = f"""
import sys
sys.path.insert(0, {HOME!r})
from agent.__main__ import main
sys.exit(main(sys.argv[1:]))
"""

Run = Callable[[Sequence[str], Stopped], Ran]


def run_apart(argv: Sequence[str], stopped: Stopped) -> Ran:
    return run(argv, SECONDS, stopped=stopped)


def look_apart(state: Path, stopped: Stopped, run: Run = run_apart) -> End:
    """Make a report and leave it in the spool; it is on the disk when this returns."""
    words = ("--state", str(state), "report", "--keep")
    ran = run((sys.executable, "-I", "-c", START, *words), stopped)
    if ran.exit_code == 0:
        return End(wire.Stage.DONE)
    if stopped():
        return End(wire.Stage.CANCELLED)
    return End(
        wire.Stage.FAILED, _last_line(ran.stderr) or f"{ran.why or ran.exit_code}"
    )


def connect_apart(
    state: Path, language: str, stopped: Stopped, run: Run = run_apart
) -> End:
    """Try the pack's line and leave the report of it in the spool."""
    words = ("--state", str(state), "connect", "--keep", "--language", language)
    ran = run((sys.executable, "-I", "-c", START, *words), stopped)
    if stopped():
        return End(wire.Stage.CANCELLED)
    if ran.exit_code == 0:
        return End(wire.Stage.DONE, _last_line(ran.stdout))
    return End(
        wire.Stage.FAILED, _last_line(ran.stderr) or f"{ran.why or ran.exit_code}"
    )


def _last_line(said: bytes) -> str:
    return said.decode(errors="replace").strip().rpartition("\n")[2]


class Apart:
    """Reports and lines are made apart, drives erased and environments installed by
    those who can; whatever else by `others`.
    """

    def __init__(self, state: Path, others: Work, erase: Work, provision: Work) -> None:
        self._state = state
        self._others = others
        self._erase = erase
        self._provision = provision

    def __call__(self, job: wire.Job, progress: Progress, cancelled: Stopped) -> End:
        if job.kind is wire.Work.ERASE:
            return self._erase(job, progress, cancelled)
        if job.kind is wire.Work.PROVISION:
            return self._provision(job, progress, cancelled)
        if job.kind is wire.Work.CONNECT:
            progress("connect")
            language = "en" if job.args.language.lower().startswith("en") else "fr"
            return connect_apart(self._state, language, cancelled)
        if job.kind is not wire.Work.REPORT:
            return self._others(job, progress, cancelled)
        progress("look")
        return look_apart(self._state, cancelled)
