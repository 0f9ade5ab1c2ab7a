"""Thaw the drives of an order before any of them is erased, where somebody asked for it.

Asked for is what a person typed, or else what the machine was started with:
`rebond.thaw=sleep`, `…=replug`, or both with a comma, on the kernel's command line. The
order of a drive may allow the sleep by itself.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

from agent import wire
from agent.collect.around import Around, said
from agent.erase.case import Order
from agent.erase.contract import Plan, Tell
from agent.erase.firmware.pace import Pace
from agent.erase.guard import Guard, Refused
from agent.erase.thaw import Allowed, thaw
from agent.proofs import Run
from agent.run import Stopped
from agent.words import Words

WORD = "rebond.thaw="
REPLUG_SECONDS = 180.0


def asked_for(around: Around) -> Allowed:
    """What whoever started this machine wants done with frozen drives."""
    words = said(around.proc / "cmdline").split()
    told = [word.removeprefix(WORD) for word in words if word.startswith(WORD)]
    return allowing(each for word in told for each in word.split(","))


def allowing(ways: Iterable[str]) -> Allowed:
    """What these words allow: `sleep`, `replug`."""
    wanted = set(ways)
    return Allowed(
        sleep="sleep" in wanted,
        replug_seconds=REPLUG_SECONDS if "replug" in wanted else 0.0,
    )


@dataclasses.dataclass(frozen=True)
class Freezer:
    """Takes frozen drives out, one by one, as far as it is allowed to."""

    around: Around
    words: Words
    plan: Callable[[Around, wire.Drive, Run | None, Words], Plan]
    allowed: Allowed
    pace: Pace = dataclasses.field(default_factory=Pace)

    def thawed(self, order: Order, tell: Tell, stopped: Stopped) -> Order:
        """The order, for the drive under the name that it has now.

        A drive that may not be erased is nobody's to unplug, and left as it is.
        """
        may_sleep = self.allowed.sleep or (
            order.run is not None and order.run.may_sleep
        )
        allowed = dataclasses.replace(self.allowed, sleep=may_sleep)
        if not (allowed.sleep or allowed.replug_seconds):
            return order
        guard = Guard(self.around, self.words, order.run, asked=order.asked)
        try:
            drive = guard.check(order.drive)
        except Refused:
            return order
        if not self.plan(self.around, drive, order.run, self.words).is_frozen:
            return order
        now = thaw(
            self.around,
            drive,
            allowed,
            tell=tell,
            stopped=stopped,
            pace=self.pace,
        )
        renamed = dataclasses.replace(drive, name=now.name, path=f"/dev/{now.name}")
        return dataclasses.replace(order, drive=renamed, steps=now.steps)
