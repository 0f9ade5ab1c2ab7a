"""`python -m agent run`: the resident service, with its signals and its one lock."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import functools
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from agent import clock, durable, identity, lent, tell, wire
from agent.apart import Apart, look_apart
from agent.boot import boot_id
from agent.client import Client, Refused
from agent.clock import WithRightClock
from agent.collect.around import Around
from agent.erase.job import Erase
from agent.identity import Identity, NotEnrolled
from agent.itself import LOCK, check, forget
from agent.place import Place, place_of
from agent.provision.job import Provision
from agent.provision.room import is_to_be_forgotten
from agent.resident import Over, Resident
from agent.run import Stopped, never
from agent.sending import Outcome
from agent.session import Session
from agent.tell import Exit
from agent.transport import NotUnderstood, OverHttp, Send, Unreachable
from agent.words import Words
from agent.work import End, Worker

AGAIN_SECONDS = 600.0


class AlreadyRunning(Exception):
    """Another process serves this state folder."""


def serve(asked: argparse.Namespace, words: Words) -> Exit:
    """Stay until told to stop, or until the server wants nothing more.

    A machine that somebody enrols anew meanwhile goes on as who it is now.
    """
    around = Around()
    known = check(asked.state, around)
    stopping = Stopping()
    try:
        with _alone(asked.state):
            while True:
                end = _stay(asked, known, around, words, stopping)
                if stopping.is_asked or not _is_replaced(asked.state, known):
                    return end
                known = check(asked.state, around)
    except AlreadyRunning:
        tell.warn(words("Another agent is already running on this machine."))
        return Exit.LOCAL


def _is_replaced(state: Path, known: Identity) -> bool:
    """Whether somebody enrolled it anew; one that was forgotten is nobody."""
    try:
        return identity.load(state).agent_id != known.agent_id
    except NotEnrolled:
        return False


def _stay(
    asked: argparse.Namespace,
    known: Identity,
    around: Around,
    words: Words,
    stopping: Stopping,
) -> Exit:
    """Serve under one identity."""
    place = place_of(asked.state, known, around)
    first_report = FirstReport(asked.state, known, around)
    first_report.make()
    erase = Erase(asked.state, place.jobs)
    provision = Provision(asked.state)
    resident = Resident(
        Session(
            Client(
                known.server.address, _transport(asked, known, place, around, words)
            ),
            known,
            functools.partial(identity.keep, asked.state),
            functools.partial(identity.load, asked.state),
        ),
        place,
        Apart(
            asked.state,
            Worker(around, place.spool, place.jobs, _offset(known, around)),
            erase,
            provision,
        ),
        random=random.random,
        monotonic=time.monotonic,
        wait=stopping.wait,
        wake=stopping.wake,
        say=functools.partial(_say, place, words),
        heard=functools.partial(_note_what_it_is, asked.state),
        is_lent=lent.is_lent(asked.state),
    )
    try:
        while not (stopping.is_asked or _is_replaced(asked.state, known)):
            rest_seconds = resident.turn()
            if not resident.is_busy and is_to_be_forgotten(asked.state, place):
                forget(asked.state)
                return Exit.DONE
            stopping.wait(rest_seconds)
            first_report.make()
    except Over as over:
        return tell.of_the_end(over.outcome, words)
    finally:
        erase.leave()
        provision.leave()
        resident.close()
    return Exit.DONE


class Stopping:
    """Whether somebody asked to stop (SIGTERM, Ctrl-C), and waits that end then."""

    def __init__(self) -> None:
        self.is_asked = False
        self._awake = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self, seconds: float) -> None:
        if not self.is_asked:
            self._awake.wait(seconds)
        self._awake.clear()

    def wake(self) -> None:
        self._awake.set()

    def _ask(self, *_signal: object) -> None:
        self.is_asked = True
        self._awake.set()


def _transport(
    asked: argparse.Namespace,
    known: Identity,
    place: Place,
    around: Around,
    words: Words,
) -> Send:
    over = OverHttp(known.server)
    if not asked.set_clock:
        return over

    def corrected(seconds: int, is_set: bool) -> None:
        state, message = clock.told_clock(seconds, is_set, words)
        place.diary.note("clock", state, message=message)

    return WithRightClock(known, over, around.now, clock.set_system_clock, corrected)


def _offset(known: Identity, around: Around) -> clock.Offset:
    """Server minus agent in seconds, asked over a connection of its own."""

    def offset() -> int | None:
        over = OverHttp(known.server)
        try:
            said = Client(known.server.address, over).time()
        except (Unreachable, NotUnderstood, Refused):
            return None
        finally:
            over.hang_up()
        return round((said.now - around.now()).total_seconds())

    return offset


class FirstReport:
    """A machine that was switched on says what it is; a restarted service does not.

    What fails is tried again, but not all the time.
    """

    def __init__(
        self,
        state: Path,
        known: Identity,
        around: Around,
        *,
        look: Callable[[Path, Stopped], End] = look_apart,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._look = look
        self._monotonic = monotonic
        self._mark = state / "reported"
        started = boot_id(around)
        self._name = f"{known.agent_id} {started}\n"
        is_made = self._mark.exists() and self._mark.read_text() == self._name
        self._due: float | None = None if started and is_made else monotonic()

    def make(self) -> None:
        """Make it where it is due; never of a machine that is with a person."""
        if self._due is None or self._monotonic() < self._due:
            return
        if lent.is_lent(self._state):
            return
        self._due = self._monotonic() + AGAIN_SECONDS
        end = self._look(self._state, never)
        if end.state is not wire.Stage.DONE:
            tell.warn(end.message)
            return
        self._due = None
        durable.write(self._mark, self._name.encode())


def _note_what_it_is(state: Path, assignment: wire.Assignment) -> None:
    """Which device the machine is, for whoever stands before its screen, and whether
    it is with a person: that is known again before the next start says a word.
    """
    with contextlib.suppress(OSError):  # neither is worth the service
        lent.note(state, assignment.mode)
        durable.write(state / identity.DEVICE, (assignment.device or "").encode())


def _say(place: Place, words: Words, outcome: Outcome) -> None:
    tell.of_sending(outcome, len(place.spool.waiting()), words)


@contextlib.contextmanager
def _alone(state: Path) -> Iterator[None]:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    descriptor = os.open(state / LOCK, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as exc:
        raise AlreadyRunning from exc
    finally:
        os.close(descriptor)
