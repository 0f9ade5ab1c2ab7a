"""Do the jobs that a server may ask for. Nothing here talks to the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from agent import wire
from agent.collect.around import Around
from agent.jobs import Jobs
from agent.proofs import Stride
from agent.run import Stopped
from agent.spool import Spool
from agent.words import words_in

# What runs the tests: agent.checks.unattended, its last arguments filled in.
Offset = Callable[[], int | None]


class Progress(Protocol):
    """Told what is being done: a step, the percent of the whole, the seconds left.

    With a `stride` it is how far one of several drives is, and always worth saying.
    """

    def __call__(
        self,
        step: str,
        percent: int | None = None,
        seconds_left: int | None = None,
        stride: Stride | None = None,
    ) -> None: ...


class End(NamedTuple):
    """How a job ended, with a sentence for people."""

    state: wire.Stage
    message: str = ""


# (job, progress, cancelled) -> how it ended; raises OSError where the disk fails.
Work = Callable[[wire.Job, Progress, Stopped], End]


class Worker:
    """Does one job at a time: looks and reports, or runs tests and reports."""

    def __init__(
        self, around: Around, spool: Spool, jobs: Jobs, offset_seconds: Offset
    ) -> None:
        self._around = around
        self._spool = spool
        self._jobs = jobs
        self._offset_seconds = offset_seconds

    def __call__(self, job: wire.Job, progress: Progress, cancelled: Stopped) -> End:
        if job.kind is wire.Work.TESTS:
            return self._test(job, progress, cancelled)
        from agent.collect import look
        from agent.report import compose

        progress("look")
        findings = look(self._around)
        if cancelled():
            return End(wire.Stage.CANCELLED)
        self._spool.add(lambda link: compose(findings, self._around, link))
        return End(wire.Stage.DONE)

    def _test(self, job: wire.Job, progress: Progress, cancelled: Stopped) -> End:
        """One test after the other, each written down when it ends."""
        from agent.checks import ALONE
        from agent.report import compose_tests

        names = tuple(dict.fromkeys(job.args.tests)) or ALONE
        self._give_up_what_brought_the_machine_down(job)
        for place, name in enumerate(names):
            if name in {test.name for test in self._jobs.book.tests}:
                continue
            self._jobs.trying(name)
            test = self._try(name, job, _share(progress, place, len(names)), cancelled)
            if cancelled():
                return End(wire.Stage.CANCELLED)
            self._jobs.tried(test)
        tests = self._jobs.book.tests
        self._spool.add(lambda link: compose_tests(tests, self._around, link))
        return End(wire.Stage.DONE)

    def _try(
        self, name: wire.Check, job: wire.Job, progress: Progress, cancelled: Stopped
    ) -> wire.Test:
        from agent.checks import unattended

        def told(check: wire.Check, percent: int, seconds_left: int | None) -> None:
            progress(check, percent, seconds_left)

        (test,) = unattended(
            (name,),
            self._around,
            told,
            cancelled,
            language=job.args.language or "fr",
            offset_seconds=self._offset_seconds,
        )
        return test

    def _give_up_what_brought_the_machine_down(self, job: wire.Job) -> None:
        name = self._jobs.book.trying
        if name is None:
            return
        words = words_in(job.args.language)
        self._jobs.tried(
            wire.Test(
                name=name,
                result=wire.Result.UNKNOWN,
                by=wire.Judge.MEASURED,
                reason=words("The machine or its agent stopped during this test."),
                at=self._around.now(),
            )
        )


def _share(progress: Progress, place: int, count: int) -> Progress:
    """The progress of one test as a part of all."""

    def told(
        step: str,
        percent: int | None = None,
        seconds_left: int | None = None,
        stride: Stride | None = None,
    ) -> None:
        del stride  # a test has none
        progress(step, (place * 100 + (percent or 0)) // count, seconds_left)

    return told
