"""The demo's past: acts stamp the instant that the story has reached."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from unittest import mock

from django.utils import timezone

from backoffice.demo import hours


@contextlib.contextmanager
def pretending(now: Callable[[], dt.datetime]) -> Iterator[None]:
    """Within, this says what time it is."""
    with mock.patch.object(timezone, "now", now):
        yield


class Story:
    """An instant that only moves forward, in working hours, and never past `end`."""

    def __init__(self, told_at: dt.datetime, *, days_ago: int) -> None:
        self.told_at = told_at
        self.end = hours.before(told_at)
        self.at = hours.after(told_at - dt.timedelta(days=days_ago))

    def go_to(self, *, days_ago: int) -> None:
        moment = hours.after(self.told_at - dt.timedelta(days=days_ago))
        self.at = min(max(self.at, moment), self.end)

    def later(self, work: dt.timedelta) -> None:
        """Let this much working time pass."""
        self.at = min(hours.after(self.at, work), self.end)

    @property
    def left(self) -> dt.timedelta:
        """The working time until the end."""
        return hours.between(self.at, self.end)

    def now(self) -> dt.datetime:
        return self.at

    def told(self) -> contextlib.AbstractContextManager[None]:
        """Within, `timezone.now()` is the story's instant."""
        return pretending(self.now)
