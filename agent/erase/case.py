"""One drive that is being erased: what was asked, what it can be done with, where it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from agent import wire
from agent.collect.around import Around
from agent.erase.contract import Plan, Stopped, Tell
from agent.erase.hidden import Revealed
from agent.erase.position import Position, Positions
from agent.erase.table import Rung, medium_of, rung_of
from agent.methods import Technique
from agent.proofs import Counters, HiddenAreas, Run, Step, Verified
from agent.run import never
from agent.words import Words


class Left(Exception):
    """A drive is left in the middle: the service ends and its next start goes on, or
    what came of it is reported already.
    """


@dataclasses.dataclass(frozen=True)
class Means:
    """What is asked of drives, handed in so that a test needs none."""

    plan: Callable[[Around, wire.Drive, Run | None, Words], Plan]
    reveal: Callable[[Around, wire.Drive], Revealed]
    counters: Callable[[Around, wire.Drive], Counters]
    tools: Callable[[Around], tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class Order:
    """One drive to erase. `run` is what a person approved at the server, if one did.

    `name` is that of its position. `asked`: it was named, so that it may be a stick.
    `technique`: that one or none. `steps` were taken before, to thaw it.
    """

    name: str
    drive: wire.Drive
    run: Run | None = None
    asked: bool = False
    technique: Technique | None = None
    steps: tuple[Step, ...] = ()


class Case:
    """One order with everything around it. `position` is on the disk as it is here.

    `leaving`: whether the service itself ends, so that the next start goes on; it is
    always `stopped` then too.
    """

    def __init__(
        self,
        around: Around,
        words: Words,
        means: Means,
        positions: Positions,
        order: Order,
        *,
        tell: Tell,
        stopped: Stopped,
        leaving: Stopped = never,
    ) -> None:
        self.around = around
        self.words = words
        self.means = means
        self.positions = positions
        self.order = order
        self.tell = tell
        self.stopped = stopped
        self.leaving = leaving
        self.is_given_up = False
        self.load()
        self.plan = Plan(drive=order.drive)
        self.verified = Verified()
        self.stayed = 0
        self.after = Counters()
        self.bytes_erased = 0
        self.steps = order.steps

    def load(self) -> None:
        """Read where it is anew: another process may have got on with it."""
        self.position = self.positions.load(self.order.name) or self._begun()
        self.has_lied = self.position.has_lied

    @property
    def hidden(self) -> HiddenAreas:
        return self.position.hidden or HiddenAreas()

    @property
    def before(self) -> Counters:
        return self.position.before or Counters()

    def keep(self, **changes: Any) -> None:
        """Write the position down. Raises OSError where the disk does not take it, and
        Left where nobody waits for this drive any more.
        """
        if self.is_given_up:
            raise Left
        self.position = dataclasses.replace(self.position, **changes)
        self.positions.keep(self.order.name, self.position)

    def rung(self, technique: Technique) -> Rung:
        """What a technique is worth on this drive."""
        return rung_of(medium_of(self.position.drive), technique)

    def _begun(self) -> Position:
        return Position(
            drive=self.order.drive,
            started_at=self.around.now(),
            report_id=self.around.new_id(),
        )
