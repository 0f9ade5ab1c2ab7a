"""The demo happened in working hours, and is over."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from backoffice.demo import history, hours
from backoffice.demo.clock import Story
from tests.journals import instants

PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> dt.datetime:
    """An instant in Paris. 2026-11-21 is a Saturday."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("now", ["2026-11-23 03:15", "2026-11-24 10:30"])
def test_the_demo_happened_while_people_work_and_not_later(now: str) -> None:
    with time_machine.travel(at(now)):
        history.tell()
    told = {timezone.localtime(instant) for instant in instants()}
    assert len(told) > 500
    assert max(told) <= at(now)
    assert not [each for each in told if each.weekday() == hours.SUNDAY]
    assert all(hours.OPENS <= each.time() <= hours.CLOSES for each in told)


@pytest.mark.parametrize(
    ("moment", "minutes", "done"),
    [
        ("2026-11-20 10:00", 30, "2026-11-20 10:30"),
        ("2026-11-20 03:00", 0, "2026-11-20 08:00"),
        ("2026-11-20 18:50", 30, "2026-11-21 08:20"),
        ("2026-11-20 19:00", 0, "2026-11-20 19:00"),
        ("2026-11-21 19:01", 0, "2026-11-23 08:00"),
        ("2026-11-21 18:59", 662, "2026-11-24 08:01"),
        ("2026-10-24 18:00", 61, "2026-10-26 08:01"),
    ],
)
def test_work_goes_on_when_the_workshop_opens(
    moment: str, minutes: int, done: str
) -> None:
    assert hours.after(at(moment), dt.timedelta(minutes=minutes)) == at(done)
    if minutes:
        assert hours.between(at(moment), at(done)) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-23 03:15", "2026-11-21 19:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-24 23:00", "2026-11-24 19:00"),
    ],
)
def test_a_story_ends_when_people_last_worked(now: str, last: str) -> None:
    story = Story(at(now), days_ago=1)
    story.later(dt.timedelta(days=9))
    assert story.now() == at(last)
