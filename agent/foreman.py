"""Take the jobs that are asked for, once each, and say how they go."""

from __future__ import annotations

import contextlib
import dataclasses
import uuid
from collections.abc import Callable

from agent import wire
from agent.diary import Diary
from agent.hand import Hand
from agent.jobs import Jobs
from agent.proofs import Stride
from agent.words import words_in
from agent.work import End, Work

BEAT_SECONDS = 30.0
NEWS_SECONDS = 1.0
# The step of the event by which a machine refuses what it is asked at a person's home.
LENT = "lent"


@dataclasses.dataclass
class _News:
    """What was last said of the running job, and when."""

    step: str = ""
    percent: int | None = None
    seconds_left: int | None = None
    stride: Stride | None = None
    at: float = 0.0


class Foreman:
    """One machine's jobs. Called from one thread; the work is done in another.

    Raises OSError where the disk does not take a job. An end that it does not take is
    kept in memory and no other job is begun: the same one would be done for ever.
    """

    def __init__(
        self,
        agent_id: uuid.UUID,
        jobs: Jobs,
        diary: Diary,
        work: Work,
        *,
        monotonic: Callable[[], float],
        wake: Callable[[], None],
    ) -> None:
        self._agent_id = agent_id
        self._jobs = jobs
        self._diary = diary
        self._monotonic = monotonic
        self._hand = Hand(work, self._on_progress, wake)
        self._news = _News()
        self._unkept: tuple[wire.Job, End] | None = None

    @property
    def is_busy(self) -> bool:
        return self._hand.job is not None or self._unkept is not None

    def give_up(self, jobs: tuple[uuid.UUID, ...]) -> None:
        """Stop what runs where it is one of these."""
        if self._hand.job and self._hand.job.job_id in jobs:
            self._hand.cancel()

    def close(self) -> None:
        """Give up what runs, without a word: the next start will know."""
        self._hand.rest(5)

    def consider(self, job: wire.Job, device: str | None, *, is_new: bool) -> None:
        """Take a job once; whoever asks again is told again how it ended."""
        if self._hand.job:
            if job.job_id == self._hand.job.job_id:
                self._hear_of(job)
            return
        if self._unkept:
            return
        if ended := self._jobs.ended(job.job_id):
            if is_new:
                self._note(job, End(ended.state, ended.message))
            return
        if why := self._why_refused(job, device):
            self._end(job, End(wire.Stage.REFUSED, why))
        elif job.cancelled:
            self._end(job, End(wire.Stage.CANCELLED))
        else:
            self._jobs.take(job)
            self._note(job, End(wire.Stage.TAKEN))
            self._start(job)

    def refuse_lent(self, job: wire.Job, *, is_new: bool) -> bool:
        """Refuse a job that a machine is asked at a person’s home; whether to say so.

        What runs meanwhile ends, and is told when the machine is back.
        """
        ended = self._jobs.ended(job.job_id)
        if self.is_busy or (ended and not is_new):
            return False
        if ended is None:
            words = words_in(job.args.language)
            why = words("This machine is with a person: it does no job meanwhile.")
            self._jobs.end(job.job_id, wire.Stage.REFUSED, why)
            self._note(job, End(wire.Stage.REFUSED, why), LENT)
        else:
            code = LENT if ended.state is wire.Stage.REFUSED else ""
            self._note(job, End(ended.state, ended.message), code)
        return True

    def _hear_of(self, job: wire.Job) -> None:
        """The job that runs, as the server has it now."""
        if job.cancelled:
            self._hand.cancel()
            return
        if job.args.confirmed:
            self._jobs.confirm(job.job_id)
        self._jobs.give_up(job.job_id, job.args.stopped)

    def _why_refused(self, job: wire.Job, device: str | None) -> str:
        words = words_in(job.args.language)
        if job.agent_id != self._agent_id:
            return words("This job is for another machine.")
        if job.device and job.device != device:
            sentence = "This job is for {device}, and this machine is not."
            return words(sentence, device=job.device)
        if job.kind is wire.Work.UNKNOWN:
            return words("This agent does not know this kind of job.")
        return ""

    def _start(self, job: wire.Job) -> None:
        self._news = _News(at=self._monotonic())
        self._hand.start(job)

    def take_up(self) -> None:
        """Go on with the job that was open when this machine or its agent stopped."""
        job = self._jobs.book.open
        if job is None:
            return
        if job.agent_id != self._agent_id:  # asked of whom this machine was before
            self._jobs.end(job.job_id, wire.Stage.REFUSED, "")
            return
        words = words_in(job.args.language)
        self._diary.note(
            job.kind,
            wire.Stage.STARTED,
            job_id=job.job_id,
            message=words("Taken up again after a restart."),
        )
        self._start(job)

    def harvest(self) -> None:
        """Write down what has ended; where the disk takes nothing, in a later turn."""
        self._unkept = self._unkept or self._hand.result()
        if self._unkept:
            with contextlib.suppress(OSError):
                self._end(*self._unkept)
                self._unkept = None

    def _end(self, job: wire.Job, end: End) -> None:
        """Remember first, then say so: what was not said is asked for again."""
        if self._jobs.ended(job.job_id) is None:
            self._jobs.end(job.job_id, end.state, end.message)
        self._note(job, end)

    def _note(self, job: wire.Job, end: End, code: str = "") -> None:
        step = code or job.kind
        self._diary.note(step, end.state, job_id=job.job_id, message=end.message)

    def beat(self) -> None:
        """A word every half minute while a job runs, also where nothing moves."""
        is_quiet = self._monotonic() - self._news.at > BEAT_SECONDS
        if self._hand.job and is_quiet:
            self._say_progress(self._hand.job, self._news)

    def _on_progress(
        self,
        job: wire.Job,
        step: str,
        percent: int | None,
        seconds_left: int | None,
        stride: Stride | None = None,
    ) -> None:
        """From the working thread: a new step, or a new percent after a while."""
        last = self._news
        if stride:
            self._say_progress(job, _News(step, percent, seconds_left, stride))
            return
        is_step = step != last.step
        is_due = self._monotonic() - last.at >= NEWS_SECONDS
        if is_step or (percent != last.percent and is_due):
            self._say_progress(job, _News(step, percent, seconds_left))

    def _say_progress(self, job: wire.Job, news: _News) -> None:
        self._news = dataclasses.replace(news, at=self._monotonic())
        with contextlib.suppress(OSError):  # progress is not worth a job
            self._diary.note(
                news.step or job.kind,
                wire.Stage.PROGRESS,
                job_id=job.job_id,
                percent=news.percent,
                seconds_left=news.seconds_left,
                stride=news.stride,
            )
