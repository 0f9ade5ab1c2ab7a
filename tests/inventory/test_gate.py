"""The gate, asked directly, by every exit, and by the database itself."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from inventory import actions, gate
from inventory.actions.status import change_status
from inventory.errors import DrivesUnknown, DriveUnproven, OnHold
from inventory.methods import ErasurePolicy, Medium, Technique, Verification
from inventory.models import Device, Storage, StorageDrive
from inventory.states import (
    EXITS,
    EXITS_WITH_DRIVE,
    DataState,
    DeviceStatus,
    DriveStatus,
    HoldReason,
)
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def try_to_leave(device: Device, to: DeviceStatus, world: World) -> None:
    with transaction.atomic():
        locked = Device.objects.lock(device.pk)
        change_status(locked, to, "left", by=world.lead, allowed=True)


@pytest.mark.parametrize("to", sorted(EXITS | EXITS_WITH_DRIVE))
def test_no_exit_lets_an_unproven_drive_out(world: World, to: DeviceStatus) -> None:
    device = world.receive()
    before = device.events.count()
    with pytest.raises(DriveUnproven):
        try_to_leave(device, to, world)
    device.refresh_from_db()
    assert (device.status, device.events.count()) == ("received", before)


@pytest.mark.parametrize("to", sorted(EXITS | EXITS_WITH_DRIVE))
def test_no_exit_lets_a_device_out_whose_drives_nobody_named(
    world: World, to: DeviceStatus
) -> None:
    device = world.receive(drives=())
    with pytest.raises(DrivesUnknown):
        try_to_leave(device, to, world)


@pytest.mark.parametrize("to", sorted(EXITS | EXITS_WITH_DRIVE))
def test_no_exit_believes_of_a_computer_that_it_cannot_hold_data(
    world: World, to: DeviceStatus
) -> None:
    device = world.receive(drives=())
    Device.objects.filter(pk=device.pk).update(storage=Storage.NOT_APPLICABLE)
    with refused(DrivesUnknown):
        try_to_leave(device, to, world)


@pytest.mark.parametrize("to", sorted(EXITS))
def test_no_exit_lets_a_held_device_out(world: World, to: DeviceStatus) -> None:
    device = world.receive()
    world.erase(device.drives.get())
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    with pytest.raises(OnHold):
        try_to_leave(device, to, world)


def test_a_refusal_names_the_drive_and_the_reason(world: World) -> None:
    device = world.to_check(world.receive())
    drive = device.drives.get()
    with pytest.raises(DriveUnproven) as refused:
        actions.declare_ready(device=device, by=world.technician)
    assert drive.serial in refused.value.message
    assert "not been erased" in refused.value.message
    assert refused.value.advice


def test_a_refused_exit_is_part_of_history(world: World) -> None:
    device = world.to_check(world.receive())
    with pytest.raises(DriveUnproven):
        actions.declare_ready(device=device, by=world.technician)
    last = device.events.order_by("-sequence").first()
    assert last is not None
    assert (last.verb, last.data) == (
        "refused",
        {"act": "declare_ready", "rule": "drive_unproven"},
    )


def test_one_of_two_drives_erased_is_not_enough(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    world.erase(device.drives.first())  # type: ignore[arg-type]
    device.refresh_from_db()
    assert device.data_state == DataState.AT_RISK
    with pytest.raises(DriveUnproven):
        try_to_leave(device, DeviceStatus.READY, world)


def test_a_device_declared_diskless_may_leave(world: World) -> None:
    device = world.receive(drives=(), storage=Storage.NONE)
    assert device.data_state == DataState.NO_STORAGE
    assert gate.blockers(device, []) == []


def test_a_class_below_what_the_donor_asks_proves_nothing() -> None:
    world = make_world(policy=ErasurePolicy.PURGE)
    device = world.receive()
    world.erase(device.drives.get())
    drive = device.drives.get()
    assert drive.status == DriveStatus.CLASS_TOO_LOW
    with pytest.raises(DriveUnproven):
        try_to_leave(device, DeviceStatus.READY, world)


def test_flash_needs_a_purge_by_default(world: World) -> None:
    device = world.receive(world.drive(medium=Medium.SATA_SSD))
    world.erase(device.drives.get())
    assert device.drives.get().status == DriveStatus.CLASS_TOO_LOW
    world.erase(
        device.drives.get(),
        technique=Technique.ATA_SANITIZE_BLOCK_ERASE,
        verification=Verification.SAMPLED,
    )
    assert device.drives.get().status == DriveStatus.ERASED


def test_exceptions_count_only_once_somebody_else_approved_them(world: World) -> None:
    device = world.receive()
    erasure = world.erase_with_exceptions(device.drives.get())
    with pytest.raises(DriveUnproven):
        try_to_leave(device, DeviceStatus.READY, world)
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    device.refresh_from_db()
    assert device.data_state == DataState.CLEAN


def test_a_failure_after_a_success_undoes_the_proof(world: World) -> None:
    device = world.receive()
    world.erase(device.drives.get())
    world.erase(device.drives.get(), result="failed", verification=Verification.NONE)
    device.refresh_from_db()
    assert device.data_state == DataState.AT_RISK
    assert device.drives.get().proof is None


def test_a_signed_waiver_lets_a_device_back_to_its_donor(world: World) -> None:
    device = world.receive()
    with pytest.raises(DriveUnproven):
        actions.return_to_donor(device=device, by=world.lead)
    actions.return_to_donor(device=device, waiver_reference="W-12", by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.RETURNED_TO_DONOR


def test_a_waiver_does_not_lift_a_hold(world: World) -> None:
    device = world.receive()
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    with pytest.raises(OnHold):
        actions.return_to_donor(device=device, waiver_reference="W-12", by=world.lead)
    device.refresh_from_db()
    assert (device.status, device.waiver_reference) == ("received", "")


def test_a_ready_device_that_is_held_goes_back_to_the_workshop(world: World) -> None:
    device = world.ready()
    actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.TO_PROCESS
    assert not device.checks.filter(void=False).exists()


def raw(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("to", sorted(EXITS | EXITS_WITH_DRIVE))
def test_the_database_itself_keeps_an_unproven_drive_in(
    world: World, to: DeviceStatus
) -> None:
    """Even where the row claims to be clean: the trigger asks the drives."""
    device = world.receive()
    raw("UPDATE inventory_device SET data_state = 'clean' WHERE id = %s", device.pk)
    with pytest.raises(DatabaseError, match="unproven"):
        raw("UPDATE inventory_device SET status = %s WHERE id = %s", to, device.pk)
    device.refresh_from_db()
    assert device.status == "received"


def test_the_database_itself_keeps_parts_whose_drives_nobody_named(
    world: World,
) -> None:
    device = world.receive(drives=())
    with pytest.raises(DatabaseError, match="unproven"):
        raw("UPDATE inventory_device SET status = 'for_parts' WHERE id = %s", device.pk)
    device.refresh_from_db()
    assert device.status == "received"


@pytest.mark.parametrize("covered", [None, 0])
def test_the_database_writes_no_success_without_bytes(
    world: World, covered: int | None
) -> None:
    erasure = world.erase(
        world.receive(world.drive(size_bytes=None)).drives.get(), bytes_erased=1
    )
    erasure.pk, erasure.uuid, erasure.bytes_erased = None, uuid.uuid4(), covered
    with pytest.raises(DatabaseError, match="covered"), transaction.atomic():
        erasure.save(force_insert=True)


def test_the_database_lets_no_device_begin_outside(world: World) -> None:
    device = world.receive()
    device.pk = None
    device.tag, device.serial_key, device.status = "PC999999X", "", "handed_over"
    with pytest.raises(DatabaseError, match="outside"), transaction.atomic():
        device.save(force_insert=True)


def test_the_database_refuses_a_ready_device_at_risk(world: World) -> None:
    device = world.ready()
    with pytest.raises(IntegrityError):
        raw("UPDATE inventory_device SET data_state = 'at_risk' WHERE id = %s", device.pk)  # fmt: skip


def test_the_database_refuses_an_erased_drive_without_its_proof(world: World) -> None:
    drive = world.receive().drives.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StorageDrive.objects.filter(pk=drive.pk).update(status=DriveStatus.ERASED)


def test_the_database_refuses_a_drive_that_is_nowhere(world: World) -> None:
    drive = world.receive().drives.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        StorageDrive.objects.filter(pk=drive.pk).update(host=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        StorageDrive.objects.filter(pk=drive.pk).update(custody=world.cupboard)


def test_the_database_keeps_what_was_recorded_of_an_erasure(world: World) -> None:
    drive = world.receive().drives.get()
    erasure = world.erase(drive)
    with pytest.raises(DatabaseError, match="stays"):
        raw("UPDATE inventory_erasure SET erasure_class = 'purge' WHERE id = %s", erasure.pk)  # fmt: skip
