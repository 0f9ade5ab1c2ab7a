from __future__ import annotations

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction

from agent import wire
from inventory.models import StorageDrive
from inventory.states import DataState, DeviceStatus, DriveStatus, HoldReason
from provisioning import actions
from provisioning.actions.report import Accepted
from provisioning.errors import (
    AgentMismatch,
    AgentRevoked,
    ReportConflict,
    SeqConflict,
    SignatureInvalid,
)
from provisioning.models import Agent, AgentEvent, Report
from tests.provisioning.machines import FakeMachine, drive, years_ago
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    fake = FakeMachine()
    fake.join(world, world.technician)
    return fake


def accept(machine: FakeMachine, envelope: wire.Envelope) -> Accepted:
    assert machine.agent is not None
    agent = Agent.objects.get(pk=machine.agent.pk)
    return actions.accept_report(agent=agent, envelope=envelope)


def nothing_kept() -> bool:
    reported = AgentEvent.objects.filter(verb="reported")
    return not Report.objects.exists() and not reported.exists()


def test_a_report_is_kept_to_the_byte(machine: FakeMachine) -> None:
    envelope = machine.seal(machine.report(drive()))
    accept(machine, envelope)
    kept = Report.objects.get()
    assert bytes(kept.payload) == envelope.payload
    assert kept.sha256 == envelope.sha256


def test_the_same_report_twice_is_one_report(machine: FakeMachine) -> None:
    envelope = machine.seal(machine.report(drive()))
    assert accept(machine, envelope).created
    assert not accept(machine, envelope).created
    assert Report.objects.count() == 1


def test_the_same_id_with_another_body_is_refused(machine: FakeMachine) -> None:
    report = machine.report(drive())
    accept(machine, machine.seal(report))
    other = dataclasses.replace(report, monotonic_ms=2)
    with pytest.raises(ReportConflict):
        accept(machine, machine.seal(other))
    assert Report.objects.count() == 1


def test_a_report_out_of_order_is_told_what_comes_next(machine: FakeMachine) -> None:
    with pytest.raises(SeqConflict) as refused:
        accept(machine, machine.seal(machine.report(drive(), seq=7)))
    assert refused.value.facts == {"expected": 1, "expected_prev_sha256": ""}
    assert nothing_kept()


def test_a_report_must_follow_the_one_before(machine: FakeMachine) -> None:
    machine.send(drive())
    forked = machine.report(drive(), prev_sha256="0" * 64)
    with pytest.raises(SeqConflict):
        accept(machine, machine.seal(forked))
    assert Report.objects.count() == 1


def test_a_report_signed_by_another_key_is_refused(machine: FakeMachine) -> None:
    assert machine.agent is not None
    stranger = Ed25519PrivateKey.generate()
    envelope = wire.Envelope.seal(
        machine.agent.uuid, machine.report(drive()), stranger.sign
    )
    with pytest.raises(SignatureInvalid):
        accept(machine, envelope)
    assert nothing_kept()


def test_a_report_for_another_machine_is_refused(
    world: World, machine: FakeMachine
) -> None:
    other = FakeMachine()
    other.join(world, world.technician)
    with pytest.raises(AgentMismatch):
        accept(machine, other.seal(other.report(drive())))
    assert nothing_kept()


def test_a_revoked_machine_reports_no_more(world: World, machine: FakeMachine) -> None:
    assert machine.agent is not None
    actions.revoke_agent(agent=machine.agent, by=world.lead)
    with pytest.raises(AgentRevoked):
        accept(machine, machine.seal(machine.report(drive())))
    assert nothing_kept()


def test_a_clock_years_off_is_tolerated_and_said(machine: FakeMachine) -> None:
    machine.send(drive(), taken_at=years_ago(17))
    kept = Report.objects.get()
    assert abs(kept.clock_offset_seconds - 17 * 365 * 86400) < 60


def test_an_unbound_report_touches_no_device(
    world: World, machine: FakeMachine
) -> None:
    device = world.receive()
    machine.send(drive())
    assert device.drives.count() == 1
    assert not StorageDrive.objects.filter(serial="EX-SEEN-0001").exists()


def test_binding_takes_the_newest_report_as_evidence(
    world: World, machine: FakeMachine
) -> None:
    device = world.receive(drives=())
    machine.send(drive(in_use=True))
    assert machine.agent is not None
    actions.bind_agent(agent=machine.agent, device=device, by=world.technician)
    device.refresh_from_db()
    seen = device.drives.get()
    assert (seen.serial, seen.in_use) == ("EX-SEEN-0001", True)
    assert device.data_state == DataState.AT_RISK


def test_a_new_drive_in_a_ready_machine_holds_it(
    world: World, machine: FakeMachine
) -> None:
    device = world.ready()
    known = device.drives.get()
    assert machine.agent is not None
    actions.bind_agent(agent=machine.agent, device=device, by=world.technician)
    machine.send(drive(serial=known.serial), drive(name="sdb", serial="EX-SWAPPED-1"))
    device.refresh_from_db()
    assert device.status == DeviceStatus.TO_PROCESS
    assert device.hold_reason == HoldReason.UNPROVEN_DRIVE


def test_a_usb_stick_is_listed_and_holds_nothing(
    world: World, machine: FakeMachine
) -> None:
    device = world.ready()
    known = device.drives.get()
    assert machine.agent is not None
    actions.bind_agent(agent=machine.agent, device=device, by=world.technician)
    stick = drive(name="sdb", bus=wire.Bus.USB, serial="EX-STICK-1", boot_medium=True)
    machine.send(drive(serial=known.serial), stick)
    device.refresh_from_db()
    assert device.status == DeviceStatus.READY
    assert not device.drives.get(serial="EX-STICK-1").gated


def test_a_proven_drive_seen_again_stays_proven(
    world: World, machine: FakeMachine
) -> None:
    device = world.ready()
    known = device.drives.get()
    assert machine.agent is not None
    actions.bind_agent(agent=machine.agent, device=device, by=world.technician)
    machine.send(drive(serial=known.serial))
    known.refresh_from_db()
    assert known.status == DriveStatus.ERASED
    assert device.drives.count() == 1


def test_a_kept_report_is_never_changed(machine: FakeMachine) -> None:
    machine.send(drive())
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():  # noqa: SIM117
        with connection.cursor() as cursor:
            cursor.execute("UPDATE provisioning_report SET seq = 9")
    assert Report.objects.get().seq == 1
