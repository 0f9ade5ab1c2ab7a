"""The demo's past: acts stamp the instant that the story has reached."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from unittest import mock

from django.utils import timezone


class Story:
    """An instant that only moves forward, up to now."""

    def __init__(self, start: dt.datetime) -> None:
        self.at = start

    def go_to(self, moment: dt.datetime) -> None:
        self.at = max(self.at, moment)

    def later(self, minutes: float) -> None:
        self.at += dt.timedelta(minutes=minutes)

    def now(self) -> dt.datetime:
        return self.at

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Within, `timezone.now()` is the story's instant."""
        with mock.patch.object(timezone, "now", self.now):
            yield
