"""The demo world is what the README promises, and was made through the acts."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.apps import apps
from django.utils import timezone

from backoffice.core import journal
from backoffice.core.models import Event, RoleAssignment, User
from backoffice.core.roles import Role
from backoffice.demo import bench, history, hours, people, seats
from backoffice.demo.clock import Story
from inventory.models import Destruction, Device, Donor, Erasure, Lot, Place
from inventory.states import DeviceStatus
from provisioning import cards
from provisioning.actions import ask_job, cancel_job, revoke_agent
from provisioning.models import (
    Agent,
    Correction,
    Job,
    JobKind,
    JobState,
    Likeness,
    Report,
)

S = DeviceStatus
REACHED = frozenset(
    {S.ANNOUNCED, S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT}
    | {S.AWAITING_PARTS, S.IN_QUALITY_CHECK, S.READY, S.NOT_REUSABLE, S.FOR_PARTS}
    | {S.SCRAPPED, S.MISSING, S.RETURNED_TO_DONOR}
)


PARIS = ZoneInfo("Europe/Paris")
VERDICTS = {"sound": "pass", "weak": "warn", "failing": "fail", "mute": "unknown"}


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


@pytest.fixture
def on_the_bench() -> dict[str, Agent]:
    """The demo's machines, by the name that the story gives them."""
    bench.tell(history.tell(until=bench.OPEN_FOR))
    found = {seat.name: seat.machine for seat in (*seats.SEATS, seats.AWAY)}
    guests = (seats.TOWER, seats.LIKE, seats.VISITOR)
    machines = found | {machine.name: machine for machine in guests}
    return {name: machine.joined for name, machine in machines.items()}


def verdict(agent: Agent) -> str:
    assert agent.device
    return agent.device.health.verdict


# The world takes seconds to tell: each of the two looks at much of it.
@pytest.mark.django_db
def test_the_demo_s_bench_shows_what_benches_show(
    on_the_bench: dict[str, Agent],
) -> None:
    found = {name: verdict(on_the_bench[name]) for name in VERDICTS}
    assert found == VERDICTS
    jobs = {agent.job.state for agent in on_the_bench.values() if agent.job}
    assert jobs == {"done", "running", "waiting", "failed"}
    groups = {cards.card_of(agent).group for agent in on_the_bench.values()}
    assert groups == set(cards.Group)
    assert on_the_bench["doubled"].clone_suspected_at
    assert on_the_bench["visitor"].approved_at is None
    assert [like.agent for like in Likeness.objects.open()] == [on_the_bench["like"]]
    assert Correction.objects.waiting().count() == 1
    assert_travelled(on_the_bench["gives"], on_the_bench["takes"])
    assert_signed()
    assert max(instants()) <= timezone.now()
    assert journal.verify().holds


def assert_travelled(gave: Agent, took: Agent) -> None:
    """A drive was seen in both machines; who lost it is held."""
    assert gave.device
    assert gave.device.hold_reason == "unproven_drive"
    (seen,) = gave.sightings.all()
    assert seen.drive in {sighting.drive for sighting in took.sightings.all()}


def assert_signed() -> None:
    reports = Report.objects.select_related("kept", "agent")
    assert reports.count() > len(VERDICTS)
    for each in reports:
        key = Ed25519PublicKey.from_public_bytes(bytes(each.agent.public_key))
        key.verify(bytes(each.signature), each.payload)


@pytest.mark.django_db
def test_the_demo_s_machines_do_what_they_are_asked(
    on_the_bench: dict[str, Agent],
) -> None:
    sound, running = on_the_bench["sound"], on_the_bench["testing"].job
    lead = User.objects.get(email=people.PEOPLE[1].email)
    asked = ask_job(agent=sound, kind=JobKind.REPORT, by=lead)
    assert running
    cancel_job(job=running, by=lead)
    revoke_agent(agent=on_the_bench["failing"], by=lead)
    said = on_the_bench["failing"].events.count()
    bench.turn()
    assert Job.objects.get(pk=asked.pk).state == JobState.DONE
    assert Report.objects.filter(agent=sound).count() == 3
    assert Job.objects.get(pk=running.pk).state == JobState.CANCELLED
    assert on_the_bench["failing"].events.count() == said
    waiting = Job.objects.get(agent=on_the_bench["waiting"])
    while waiting.is_open:
        bench.turn()
        waiting.refresh_from_db()
    assert (waiting.state, waiting.percent) == (JobState.DONE, 100)
    # what a visitor writes of a device changes nothing of its machine
    Device.objects.filter(model="Latitude 5480").update(model="M" * 80)
    bench.turn()


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
