"""Erase several drives at once: a slow or dying one never holds the others."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
import time
from collections.abc import Callable, Iterable

from agent.collect.around import Around
from agent.erase.case import Case, Left, Means, Order
from agent.erase.contract import Advance
from agent.erase.news import News
from agent.erase.one import erase
from agent.erase.position import Position, Positions
from agent.erase.record import record_of
from agent.erase.strides import Strides
from agent.erase.thaw import Allowed
from agent.erase.thawing import Freezer, asked_for
from agent.methods import Ended
from agent.proofs import ErasureRecord
from agent.report import compose_erasure
from agent.spool import Spool
from agent.words import Words

# How long a drive may take to notice that it is to stop, before it is left behind.
GRACE_SECONDS = 10.0
LOOK_SECONDS = 0.2
WAITING = "waiting"


class Several:
    """The drives of one order, a thread for each, all of one process.

    `stop` gives them up for good, `stop_one` the drive of one run; `leave` too, but the
    next start goes on with them.
    """

    def __init__(
        self,
        around: Around,
        words: Words,
        means: Means,
        positions: Positions,
        spool: Spool,
        say: Callable[[News], None],
    ) -> None:
        self._around = around
        self._words = words
        self._means = means
        self._positions = positions
        self._spool = spool
        self._speak = say
        self._lock = threading.Lock()
        self._stopped: set[str] = set()
        self.stop = threading.Event()
        self.leave = threading.Event()

    def run(
        self, orders: Iterable[Order], allowed: Allowed | None = None
    ) -> list[ErasureRecord]:
        """The records of those that ended, each after its report waits in the spool.

        What is `allowed` to thaw frozen drives is done before any of them is erased;
        what the machine was started with, where nobody says. Raises nothing for one
        drive: what breaks off is reported as such.
        """
        orders = list(orders)
        for order in orders:
            self._settle(order)
        allowed = allowed or asked_for(self._around)
        drives = [_Drive(self, order) for order in self._thawed(orders, allowed)]
        for drive in drives:
            drive.start()
        self._wait(drives)
        return [drive.record for drive in drives if drive.record]

    def _settle(self, order: Order) -> None:
        """What nobody ordered is another erasure each time: hand in the one before, if
        that was never done, and forget it. An order of the server is done once.
        """
        if order.run:
            return
        with self._positions.turn(order.name) as is_ours:
            position = self._positions.load(order.name)
            if is_ours and position and position.record:
                self._tell(order.name, position, position.record)
                self._positions.forget(order.name)

    def _thawed(self, orders: Iterable[Order], allowed: Allowed) -> list[Order]:
        """The orders, with frozen drives thawed. Sleeping cuts the power of them all,
        so nothing is done where one of them is in the middle of something.
        """
        orders = list(orders)
        if any(self._positions.load(order.name) for order in orders):
            return orders
        freezer = Freezer(self._around, self._words, self._means.plan, allowed)
        return [
            freezer.thawed(
                order,
                self.strides(order),
                functools.partial(self.is_stopped, order),
            )
            for order in orders
        ]

    def stop_one(self, run_id: str) -> None:
        """Give up the drive of one run; the others go on."""
        self._stopped.add(run_id)

    def is_stopped(self, order: Order) -> bool:
        named = order.run is not None and str(order.run.run_id) in self._stopped
        return named or self.stop.is_set()

    def _wait(self, drives: list[_Drive]) -> None:
        """Until every drive ended; those that are to stop are not waited for long."""
        stopped_at: float | None = None
        while alive := [drive for drive in drives if drive.is_alive()]:
            if all(self.is_stopped(drive.order) for drive in alive):
                stopped_at = stopped_at or time.monotonic()
                if time.monotonic() - stopped_at > GRACE_SECONDS:
                    break
            for drive in drives:
                drive.join(LOOK_SECONDS / len(drives))
        for drive in drives:
            if drive.record is None and not self.leave.is_set():
                drive.give_up()

    def say(self, news: News) -> None:
        with self._lock:
            self._speak(news)

    def case(self, order: Order, tell: Strides) -> Case:
        return Case(
            self._around,
            self._words,
            self._means,
            self._positions,
            order,
            tell=tell,
            stopped=functools.partial(self.is_stopped, order),
            leaving=self.leave.is_set,
        )

    def strides(self, order: Order) -> Strides:
        return Strides(self._around, order, self.say)

    def hand_in(self, case: Case, record: ErasureRecord) -> None:
        """Put the report into the spool: once, wherever the power fails.

        Its id is on the disk before, so that the server keeps one of two.
        """
        position = dataclasses.replace(case.position, record=record)
        self._tell(case.order.name, position, record)

    def _tell(self, name: str, position: Position, record: ErasureRecord) -> None:
        if position.is_told:
            return
        self._positions.keep(name, position)
        self._spool.add(
            lambda link: dataclasses.replace(
                compose_erasure(record, self._around, link),
                report_id=position.report_id,
            )
        )
        told = dataclasses.replace(position, is_told=True)
        self._positions.keep(name, told)

    def turn(self, case: Case) -> contextlib.AbstractContextManager[bool]:
        """The order for this process alone, as soon as another has done with it: one
        that a service left behind may hang in the kernel for as long as it likes.
        """
        told: list[Advance] = []  # silence, where nothing moves: it is then stuck

        def is_over() -> bool:
            case.load()
            reached = _reached(case.position)
            if told[-1:] != [reached]:
                case.tell(WAITING, reached)
            told[:] = [reached]
            return self.is_stopped(case.order)

        return self._positions.turn(case.order.name, is_over)

    def given_up(self, order: Order, *, is_ours: bool) -> tuple[Ended, str]:
        """How and why a drive ended that did not end by itself."""
        if not is_ours:
            reason = self._words("Another process is erasing the drive.")
            return Ended.NOT_ATTEMPTED, reason
        if self.is_stopped(order):
            reason = self._words("Given up; the drive did not answer any more.")
            return Ended.ABORTED, reason
        return Ended.UNKNOWN, self._words("The erasure broke off.")


def _reached(position: Position) -> Advance:
    """Where another process is with a drive, as far as it wrote that down."""
    if position.trying is None:
        return Advance()
    done, size = position.trying.done_bytes, position.drive.size_bytes
    return Advance(done, size, done * 100 // size)


class _Drive(threading.Thread):
    """One drive. Left behind where the kernel does not give its thread back."""

    def __init__(self, several: Several, order: Order) -> None:
        super().__init__(name=f"erase-{order.drive.name}", daemon=True)
        self._several = several
        self.order = order
        self._strides = several.strides(order)
        self._case = several.case(order, self._strides)
        self._is_ours = False
        self._ending = threading.Lock()
        self.record: ErasureRecord | None = None

    def run(self) -> None:
        with self._several.turn(self._case) as self._is_ours:
            if self._is_ours:
                self._case.load()
                with contextlib.suppress(Left):
                    self._end(erase(self._case))

    def give_up(self) -> None:
        self._case.is_given_up = True
        ended, reason = self._several.given_up(self.order, is_ours=self._is_ours)
        self._end(record_of(self._case, ended, reason))

    def _end(self, record: ErasureRecord) -> None:
        """Once: a drive that was given up may still come back. What another process
        has in its hands is reported by that one alone.
        """
        with self._ending:
            if self.record is not None:
                return
            if self._is_ours:
                self._several.hand_in(self._case, record)
            self.record = record
        self._strides.ended(record.ended, record.reason)
