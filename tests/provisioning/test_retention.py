"""The bytes of reports: kept apart, pruned by one way, read again by one command."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from agent import wire
from backoffice.core import triggers
from provisioning import actions
from provisioning.models import Agent, AgentEvent, Report, ReportPayload, Sighting
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
LATER = dt.timedelta(days=40)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    """A machine bound to a device, that reported four times."""
    fake = FakeMachine()
    fake.join(world, world.technician, world.receive(drives=()))
    fake.send(drive())
    fake.send(drive(), drive(name="sdb", serial="EX-PASSING-1"))
    fake.send(drive(), drive(name="sdc", serial="", wwn="0x5000c500a1b2c3d4"))
    fake.send(drive(), machine=wire.Machine(make="Exemple", model="Portable 15"))
    return fake


@pytest.fixture
def _a_month(settings: Settings) -> None:
    settings.REPORTS_KEPT_DAYS = 30


def retained() -> list[int]:
    return [report.seq for report in Report.objects.retained().order_by("seq")]


def read_model() -> dict[str, Any]:
    """Everything that reports feed, but the keys of its rows."""
    fields = [f.attname for f in Sighting._meta.concrete_fields if f.name != "id"]
    return {
        "agents": list(Agent.objects.order_by("pk").values()),
        "sightings": list(Sighting.objects.order_by("agent", "key").values(*fields)),
    }


@pytest.mark.usefixtures("_a_month")
def test_the_first_and_the_newest_are_always_kept(machine: FakeMachine) -> None:
    with time_machine.travel(timezone.now() + LATER):
        assert actions.prune_reports() == 2
        assert actions.prune_reports() == 0
    assert retained() == [1, 4]
    assert Report.objects.count() == 4


@pytest.mark.usefixtures("_a_month")
def test_the_newest_of_each_kind_is_kept(machine: FakeMachine) -> None:
    machine.send(kind=wire.Kind.TESTS)
    machine.send(kind=wire.Kind.TESTS)
    with time_machine.travel(timezone.now() + LATER):
        actions.prune_reports()
    assert retained() == [1, 4, 6]


@pytest.mark.usefixtures("_a_month")
def test_the_journal_says_what_was_pruned(machine: FakeMachine) -> None:
    with time_machine.travel(timezone.now() + LATER):
        actions.prune_reports()
    told = AgentEvent.objects.get(verb="reports_pruned").data["reports"]
    gone = Report.objects.filter(seq__in=(2, 3))
    assert told == {str(each.report_id): each.sha256 for each in gone}


@pytest.mark.usefixtures("_a_month")
def test_a_pruned_report_sent_again_is_still_known(machine: FakeMachine) -> None:
    envelope = machine.seal(machine.report(drive()))
    agent = Agent.objects.get()
    actions.accept_report(agent=agent, envelope=envelope)
    machine.seq, machine.previous = machine.seq + 1, envelope.sha256
    machine.send(drive())
    with time_machine.travel(timezone.now() + LATER):
        actions.prune_reports()
    assert not actions.accept_report(agent=agent, envelope=envelope).created


@pytest.mark.usefixtures("_a_month")
def test_reports_within_their_time_are_kept(machine: FakeMachine) -> None:
    assert actions.prune_reports() == 0
    assert retained() == [1, 2, 3, 4]


def test_without_a_limit_everything_is_kept(
    machine: FakeMachine, settings: Settings
) -> None:
    settings.REPORTS_KEPT_DAYS = 0
    with time_machine.travel(timezone.now() + 100 * LATER):
        assert actions.prune_reports() == 0
    assert retained() == [1, 2, 3, 4]


@pytest.mark.parametrize("seq", [1, 4])
def test_the_database_keeps_the_first_and_the_newest(
    machine: FakeMachine, seq: int
) -> None:
    kept = ReportPayload.objects.filter(report__seq=seq)
    with pytest.raises(DatabaseError, match="never removed"), transaction.atomic():
        kept.prune()
    assert retained() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE provisioning_reportpayload SET body = ''",
        "UPDATE provisioning_report SET seq = 9",
        "DELETE FROM provisioning_report",
    ],
)
def test_the_database_changes_no_report(machine: FakeMachine, statement: str) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute(statement)
    assert retained() == [1, 2, 3, 4]


def test_python_knows_one_way_only(machine: FakeMachine) -> None:
    with pytest.raises(TypeError):
        ReportPayload.objects.all().delete()
    with pytest.raises(TypeError):
        ReportPayload.objects.update(body=b"")
    assert retained() == [1, 2, 3, 4]


def test_the_guards_stand_after_the_table_was_made_anew(db: None) -> None:
    tables = ("provisioning_report", "provisioning_reportpayload")
    assert triggers.missing(tables) == []


# ------------------------------------------------------------------ the read model


def test_a_sighting_says_which_drive_was_where_and_when(machine: FakeMachine) -> None:
    device = Agent.objects.get().device
    assert device
    stayed, passing, nameless = Sighting.objects.order_by("first_seen_at", "key")
    assert (stayed.device, stayed.serial) == (device, "EX-SEEN-0001")
    assert stayed.first_seen_at < passing.last_seen_at < stayed.last_seen_at
    assert stayed.drive == device.drives.get(serial=stayed.serial)
    assert nameless.wwn == "0x5000c500a1b2c3d4"


def test_two_drives_that_nothing_tells_apart_are_two(world: World) -> None:
    machine = FakeMachine()
    machine.join(world, world.technician)
    machine.send(drive(serial=""), drive(name="sdb", serial=""))
    machine.send(drive(serial="X1"), drive(name="sdb", serial="X1"))
    assert Sighting.objects.count() == 4


def test_the_read_model_made_anew_equals_what_is_there(
    world: World, machine: FakeMachine
) -> None:
    agent = Agent.objects.get()
    actions.unbind_agent(agent=agent, by=world.technician)
    machine.send(drive(), drive(name="sdd", serial="EX-UNBOUND-1"))
    other = world.receive(drives=())
    actions.bind_agent(agent=agent, device=other, by=world.technician)
    machine.send(kind=wire.Kind.TESTS)
    before = read_model()
    Sighting.objects.update(model="wrong", last_seen_at=timezone.now())
    Agent.objects.update(make="wrong", looks="wrong", next_seq=99)
    call_command("rebuild_read_model")
    assert read_model() == before


@pytest.mark.usefixtures("_a_month")
def test_made_anew_it_keeps_what_only_pruned_reports_said(
    machine: FakeMachine,
) -> None:
    with time_machine.travel(timezone.now() + LATER):
        actions.prune_reports()
    before = read_model()
    call_command("rebuild_read_model")
    assert read_model() == before


def test_made_anew_nothing_of_the_inventory_moves(
    world: World, machine: FakeMachine
) -> None:
    device = Agent.objects.select_related("device").get().device
    assert device
    before = list(device.drives.order_by("pk").values())
    actions.rebuild_agent(agent=Agent.objects.get())
    assert list(device.drives.order_by("pk").values()) == before
