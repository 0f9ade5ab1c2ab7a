"""How far one drive is, every few seconds, with its rate and the time that is left."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable

from agent.collect.around import Around, entries, said
from agent.erase.case import Order
from agent.erase.contract import Advance
from agent.erase.news import News
from agent.methods import Ended
from agent.proofs import Stride

NEWS_SECONDS = 3.0
# The rate is that of the last while: a drive is slower at its end than at its start.
WINDOW_SECONDS = 20.0
HEAT_SECONDS = 30.0


class Strides:
    """Called by the thread of one drive with every advance; says what is worth saying."""

    def __init__(
        self,
        around: Around,
        order: Order,
        say: Callable[[News], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._around = around
        self._order = order
        self._say = say
        self._monotonic = monotonic
        self._step = ""
        self._said = 0.0
        self._seen: deque[tuple[float, int]] = deque()
        self._first: tuple[float, int] | None = None
        self._celsius: int | None = None
        self._felt = -HEAT_SECONDS

    def __call__(self, step: str, advance: Advance) -> None:
        now = self._monotonic()
        is_new = step != self._step
        if is_new:
            self._step = step
            self._seen.clear()
            self._first = None
        rate = self._rate(now, advance.done_bytes)
        if is_new or now - self._said >= NEWS_SECONDS:
            self._said = now
            self._say(self._news(step, advance, rate, now))

    def ended(self, ended: Ended, reason: str) -> None:
        """Said once, when the report of the drive waits."""
        stride = self._stride(Advance(), None)
        order = self._order
        self._say(
            News(step=ended, name=order.name, stride=stride, ended=ended, reason=reason)
        )

    def _news(self, step: str, advance: Advance, rate: int | None, now: float) -> News:
        if now - self._felt >= HEAT_SECONDS:
            self._felt = now
            self._celsius = celsius(self._around, self._order.drive.name)
        return News(
            step=step,
            name=self._order.name,
            percent=advance.percent,
            seconds_left=self._left(now, advance, rate),
            stride=self._stride(advance, rate),
        )

    def _left(self, now: float, advance: Advance, rate: int | None) -> int | None:
        """The seconds that are left: as told, by the bytes, or by a drive's percents,
        since the first of them that was heard.
        """
        if advance.seconds_left is not None:
            return advance.seconds_left
        if rate and advance.total_bytes is not None:
            return (advance.total_bytes - (advance.done_bytes or 0)) // rate
        if advance.percent is None or advance.done_bytes is not None:
            return None
        began, first = self._first = self._first or (now, advance.percent)
        if advance.percent <= first:
            return None
        return round(
            (now - began) * (100 - advance.percent) / (advance.percent - first)
        )

    def _stride(self, advance: Advance, rate: int | None) -> Stride:
        run = self._order.run
        return Stride(
            run_id=run.run_id if run else None,
            serial=self._order.drive.serial,
            done_bytes=advance.done_bytes,
            total_bytes=advance.total_bytes,
            bytes_per_second=rate,
            celsius=self._celsius,
        )

    def _rate(self, now: float, done: int | None) -> int | None:
        """Bytes in a second, over the last while; None where nobody counts bytes."""
        if done is None:
            return None
        self._seen.append((now, done))
        while now - self._seen[0][0] > WINDOW_SECONDS and len(self._seen) > 2:
            self._seen.popleft()
        began, first = self._seen[0]
        return round((done - first) / (now - began)) if now > began else None


def celsius(around: Around, name: str) -> int | None:
    """The drive's own temperature, where the kernel reads it.

    That asks the drive, so only the thread of that drive may wait for it.
    """
    device = around.sys / "block" / name / "device"
    folders = [*entries(device / "hwmon"), *entries(device)]
    for folder in folders:
        found = re.fullmatch(r"-?\d{1,6}", said(folder / "temp1_input"), re.ASCII)
        if folder.name.startswith("hwmon") and found:
            return round(int(found[0]) / 1000)
    return None
