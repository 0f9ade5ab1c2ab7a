"""The service that stays: tells what waits, hears what is asked, does it once.

Everything is handed in (session, disk, work, chance, clock), so that a test or a
load of many machines runs this very code. One turn is one round with the server;
`turn` says how long to rest, and raises `Over` where there is nothing left to do.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable

from agent import wire
from agent.backoff import Backoff
from agent.client import Refused
from agent.diary import Diary
from agent.hand import Hand
from agent.jobs import Jobs
from agent.sending import Outcome, Sender, Stop, Trouble, why_not
from agent.session import Session
from agent.spool import Spool
from agent.transport import NotUnderstood, Unreachable
from agent.work import End, Work

FIRST_POLL_SECONDS = 5
BUSY_SECONDS = 5.0
BEAT_SECONDS = 30.0
NEWS_SECONDS = 1.0
JITTER = 0.2
MOST_BYTES = 50 * 10**6

FINAL = frozenset({Stop.ENROL_AGAIN, Stop.CLONE})


class Over(Exception):
    """The service ends: for a reason of the server's, or because the machine retired."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        super().__init__(outcome.detail if outcome else "retired")
        self.outcome = outcome


@dataclasses.dataclass
class _News:
    """What was last said of the running job, and when."""

    step: str = ""
    percent: int | None = None
    seconds_left: int | None = None
    at: float = 0.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """Where the machine keeps what it must not forget."""

    spool: Spool
    diary: Diary
    jobs: Jobs


class Resident:
    """One machine in service. `wake` is called when a job has ended."""

    def __init__(
        self,
        session: Session,
        place: Place,
        work: Work,
        *,
        random: Callable[[], float],
        monotonic: Callable[[], float],
        wait: Callable[[float], None],
        wake: Callable[[], None] = lambda: None,
        say: Callable[[Outcome], None] = lambda _outcome: None,
    ) -> None:
        self._session = session
        self._place = place
        self._random = random
        self._monotonic = monotonic
        self._wait = wait
        self._say = say
        self._backoff = Backoff(random)
        self._hand = Hand(work, self._on_progress, wake)
        self._assignment: wire.Assignment | None = None
        self._etag = ""
        self._trouble: Stop | None = None
        self._news = _News()
        self._take_up()

    def turn(self) -> float:
        """One round with the server; the seconds to rest until the next."""
        self._harvest()
        self._beat()
        self._make_room()
        try:
            stopped = self._tell_reports()
            if stopped is None:
                self._tell_events_where_they_are_heard()
                self._hear()
        except (Unreachable, NotUnderstood, Refused) as trouble:
            stopped = _outcome(trouble)
        if stopped is None:
            self._trouble = None
            self._backoff.succeeded()
            return self._rest()
        return self._stand_back(stopped)

    def close(self) -> None:
        """Give up what runs, without a word: the next start will know."""
        self._hand.rest(5)

    def _make_room(self) -> None:
        drop = self._place.diary.drop_oldest
        if dropped := self._place.spool.make_room(MOST_BYTES, drop):
            self._say(Outcome(dropped_events=dropped))

    def _tell_reports(self) -> Outcome | None:
        """Send what waits; what stood in the way, if anything did."""
        if not self._place.spool.waiting():
            return None
        outcome = Sender(self._place.spool, self._session.report, self._wait).send()
        if outcome.sent or outcome.rejected:
            self._say(outcome)
        return outcome if outcome.stop else None

    def _tell_events_where_they_are_heard(self) -> None:
        """A machine that nobody approved yet still asks what it is there for."""
        try:
            self._tell_events()
        except Refused as refused:
            if why_not(refused) is not Stop.NOT_APPROVED:
                raise

    def _tell_events(self) -> None:
        while oldest := self._place.diary.oldest():
            paths, events = oldest
            reply = self._session.events(events)
            self._place.diary.done(paths, reply.last_seq)
            if self._hand.job and self._hand.job.job_id in reply.cancelled:
                self._hand.cancel()

    def _hear(self) -> None:
        answer = self._session.assignment(self._etag)
        if answer:
            self._assignment, self._etag = answer
        assignment = self._assignment
        if assignment is None:
            return
        if assignment.mode is wire.Mode.RETIRED:
            raise Over
        if assignment.job and assignment.approved:
            self._consider(assignment.job, is_new=answer is not None)

    def _consider(self, job: wire.Job, *, is_new: bool) -> None:
        """Take a job once; whoever asks again is told again how it ended."""
        if self._hand.job:
            if job.cancelled and job.job_id == self._hand.job.job_id:
                self._hand.cancel()
            return
        if ended := self._place.jobs.ended(job.job_id):
            if is_new:
                self._note(job, End(ended.state, ended.message))
            return
        if why := self._why_refused(job):
            self._end(job, End(wire.Stage.REFUSED, why))
        elif job.cancelled:
            self._end(job, End(wire.Stage.CANCELLED))
        else:
            self._place.jobs.take(job)
            self._note(job, End(wire.Stage.TAKEN))
            self._start(job)

    def _why_refused(self, job: wire.Job) -> str:
        if job.agent_id != self._session.known.agent_id:
            return "this job is for another machine"
        device = self._assignment.device if self._assignment else None
        if job.device and job.device != device:
            return f"this job is for {job.device}, this machine is {device}"
        if job.kind is wire.Work.UNKNOWN:
            return "this agent does not know this kind of job"
        return ""

    def _start(self, job: wire.Job) -> None:
        self._news = _News(at=self._monotonic())
        self._hand.start(job)

    def _take_up(self) -> None:
        """Go on with the job that was open when this machine or its agent stopped."""
        job = self._place.jobs.book.open
        if job is None:
            return
        self._place.diary.note(
            job.kind,
            wire.Stage.STARTED,
            job_id=job.job_id,
            message="taken up again after a restart",
        )
        self._start(job)

    def _harvest(self) -> None:
        if result := self._hand.result():
            self._end(*result)

    def _end(self, job: wire.Job, end: End) -> None:
        """Remember first, then say so: what was not said is asked for again."""
        self._place.jobs.end(job.job_id, end.state, end.message)
        self._note(job, end)

    def _note(self, job: wire.Job, end: End) -> None:
        self._place.diary.note(
            job.kind, end.state, job_id=job.job_id, message=end.message
        )

    def _beat(self) -> None:
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
    ) -> None:
        """From the working thread: a new step, or a new percent after a while."""
        last = self._news
        is_step = step != last.step
        is_due = self._monotonic() - last.at >= NEWS_SECONDS
        if is_step or (percent != last.percent and is_due):
            self._say_progress(job, _News(step, percent, seconds_left))

    def _say_progress(self, job: wire.Job, news: _News) -> None:
        self._news = dataclasses.replace(news, at=self._monotonic())
        with contextlib.suppress(OSError):  # progress is not worth a job
            self._place.diary.note(
                news.step or job.kind,
                wire.Stage.PROGRESS,
                job_id=job.job_id,
                percent=news.percent,
                seconds_left=news.seconds_left,
            )

    def _rest(self) -> float:
        poll = self._assignment.poll_seconds if self._assignment else FIRST_POLL_SECONDS
        is_busy = self._hand.job is not None
        seconds = min(float(poll), BUSY_SECONDS) if is_busy else float(poll)
        return seconds * (1 - JITTER + 2 * JITTER * self._random())

    def _stand_back(self, outcome: Outcome) -> float:
        if outcome.stop is not self._trouble:
            self._say(outcome)
        self._trouble = outcome.stop
        if outcome.stop in FINAL:
            raise Over(outcome)
        if outcome.stop is Stop.NOT_APPROVED:
            return self._rest()
        self._etag = ""
        return self._backoff.failed(outcome.retry_after_seconds)


def _outcome(trouble: Trouble) -> Outcome:
    asked = trouble.retry_after_seconds if isinstance(trouble, Refused) else None
    stop = why_not(trouble)
    return Outcome(stop=stop, detail=str(trouble), retry_after_seconds=asked)
