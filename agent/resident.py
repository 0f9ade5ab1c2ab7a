"""The service that stays: tells what waits, hears what is asked, does it once.

Everything is handed in (session, disk, work, chance, clock), so that a test or a
load of many machines runs this very code. One turn is one round with the server;
`turn` says how long to rest, and raises `Over` where there is nothing left to do.
"""

from __future__ import annotations

from collections.abc import Callable

from agent import wire
from agent.backoff import Backoff
from agent.client import Refused
from agent.foreman import Foreman
from agent.place import Place
from agent.sending import Outcome, Sender, Stop, Trouble, why_not
from agent.session import Session
from agent.transport import NotUnderstood, Unreachable
from agent.work import Work

FIRST_POLL_SECONDS = 5
BUSY_SECONDS = 5.0
JITTER = 0.2
MOST_BYTES = 50 * 10**6

FINAL = frozenset({Stop.ENROL_AGAIN, Stop.CLONE})


class Over(Exception):
    """The service ends: for a reason of the server's, or because the machine retired."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        super().__init__(outcome.detail if outcome else "retired")
        self.outcome = outcome


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
        heard: Callable[[wire.Assignment], None] = lambda _assignment: None,
        is_lent: bool = False,
    ) -> None:
        self._session = session
        self._heard = heard
        self._place = place
        self._random = random
        self._wait = wait
        self._say = say
        self._backoff = Backoff(random)
        self._foreman = Foreman(
            session.known.agent_id,
            place.jobs,
            place.diary,
            work,
            monotonic=monotonic,
            wake=wake,
        )
        self._is_lent = is_lent
        self._assignment: wire.Assignment | None = None
        self._etag = ""
        self._trouble: Stop | None = None
        self._foreman.take_up()

    def turn(self) -> float:
        """One round with the server; the seconds to rest until the next.

        A machine that is with a person asks what it is there for, refuses what it is
        asked, and says nothing of itself: what waits here waits until it is back.
        """
        self._foreman.harvest()
        self._foreman.beat()
        self._make_room()
        try:
            stopped = None if self._is_lent else self._tell_reports()
            if self._is_lent:
                self._hear()
            elif stopped is None:
                self._tell_events_where_they_are_heard()
                self._hear()
        except (Unreachable, NotUnderstood, Refused) as trouble:
            stopped = _outcome(trouble)
        if stopped is None:
            self._trouble = None
            self._backoff.succeeded()
            return self._rest()
        return self._stand_back(stopped)

    @property
    def is_busy(self) -> bool:
        return self._foreman.is_busy

    def close(self) -> None:
        """Give up what runs, without a word: the next start will know."""
        self._foreman.close()

    def _make_room(self) -> None:
        drop = self._place.diary.drop_oldest
        if dropped := self._place.spool.make_room(MOST_BYTES, drop):
            self._say(Outcome(dropped_events=dropped))

    def _tell_reports(self) -> Outcome | None:
        """Send what waits; what stood in the way, if anything did."""
        if not self._place.spool.waiting():
            return None
        outcome = Sender(self._place.spool, self._session.report, self._wait).send()
        if outcome.stop:
            return outcome
        self._say(outcome)
        return None

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
            self._foreman.give_up(reply.cancelled)

    def _hear(self) -> None:
        answer = self._session.assignment(self._etag)
        if answer:
            self._assignment, self._etag = answer
            self._heard(answer[0])
        assignment = self._assignment
        if assignment is None:
            return
        if assignment.mode is wire.Mode.RETIRED:
            raise Over
        self._is_lent = assignment.mode is wire.Mode.LOAN
        job = assignment.job if assignment.approved else None
        if job is None:
            return
        is_new = answer is not None
        if not self._is_lent:
            self._foreman.consider(job, assignment.device, is_new=is_new)
        elif self._foreman.refuse_lent(job, is_new=is_new):
            self._tell_newest()

    def _tell_newest(self) -> None:
        """That alone: what happened before waits until the machine is back."""
        if newest := self._place.diary.newest():
            paths, events = newest
            reply = self._session.events(events)
            self._place.diary.done(paths, reply.last_seq)

    def _rest(self) -> float:
        poll = self._assignment.poll_seconds if self._assignment else FIRST_POLL_SECONDS
        is_busy = self._foreman.is_busy
        seconds = min(float(poll), BUSY_SECONDS) if is_busy else float(poll)
        return seconds * (1 - JITTER + 2 * JITTER * self._random())

    def _stand_back(self, outcome: Outcome) -> float:
        is_news = outcome.sent or outcome.rejected
        if is_news or outcome.stop is not self._trouble:
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
