"""The demo world is what the README promises, and was made through the acts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from backoffice.core import journal
from backoffice.core.models import Event, RoleAssignment
from backoffice.core.roles import Role
from backoffice.demo import history, hours, people
from backoffice.demo.clock import Story
from inventory.models import Destruction, Device, Donor, Erasure, Lot, Place
from inventory.states import DeviceStatus

S = DeviceStatus
REACHED = frozenset(
    {S.ANNOUNCED, S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT}
    | {S.AWAITING_PARTS, S.IN_QUALITY_CHECK, S.READY, S.NOT_REUSABLE, S.FOR_PARTS}
    | {S.SCRAPPED, S.MISSING, S.RETURNED_TO_DONOR}
)


PARIS = ZoneInfo("Europe/Paris")


def at(text: str) -> dt.datetime:
    """An instant in Paris. 2026-11-21 is a Saturday."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=PARIS)


def instants() -> set[dt.datetime]:
    """When anything happened, as the journals say."""
    journals = [model for model in apps.get_models() if issubclass(model, Event)]
    return {
        at
        for each in journals
        for at in each.objects.values_list("occurred_at", flat=True)
    }


@pytest.mark.django_db
def test_the_demo_world_is_told_through_the_acts() -> None:
    history.tell()
    assert (Donor.objects.count(), Lot.objects.count()) == (4, 5)
    assert 290 <= Device.objects.count() <= 310
    assert set(Device.objects.values_list("status", flat=True)) == REACHED
    assert Place.objects.count() >= 10
    assert {r.role.name for r in RoleAssignment.objects.all()} == set(Role.values)
    assert Erasure.objects.waiting().exists()
    assert Destruction.objects.waiting().exists()
    verdict = journal.verify()
    assert verdict.holds
    assert verdict.events > 1500


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


def test_nobody_in_the_demo_can_be_reached() -> None:
    assert all(person.email.endswith("@exemple.test") for person in people.PEOPLE)
