"""Whatever comes back from other hands holds their data: every drive starts anew."""

from __future__ import annotations

import pytest
from django.db import transaction

from inventory import actions
from inventory.actions.drive_moves import move_in
from inventory.actions.status import change_status
from inventory.errors import DrivesUnknown, DriveUnproven, WrongStatus
from inventory.models import Device, Storage, StorageDrive
from inventory.states import DataState, DriveStatus
from inventory.states import DeviceStatus as S
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def lead_through(device: Device, *states: S, world: World) -> Device:
    """Move a device from state to state as lending does."""
    with transaction.atomic():
        device = Device.objects.lock(device.pk)
        for state in states:
            change_status(device, state, "moved", by=world.lead)
    return device


def on_loan(world: World, **fields: object) -> Device:
    device = world.ready(**fields)
    return lead_through(device, S.RESERVED, S.PACKED, S.ON_LOAN, world=world)


def test_a_loan_that_comes_back_starts_a_cycle_with_every_drive(world):
    device = lead_through(on_loan(world), S.RETURNED, world=world)
    drive = device.drives.get()
    assert (drive.cycle, drive.status) == (2, DriveStatus.AWAITING_ERASURE)
    assert drive.proof is None
    assert device.data_state == DataState.AT_RISK


def test_what_came_back_is_not_good_before_its_drives_are_erased_again(world):
    device = on_loan(world)
    lead_through(device, S.RETURNED, S.TO_PROCESS, world=world)
    actions.send_to_quality_check(device=device, by=world.technician)
    with pytest.raises(DriveUnproven):
        actions.pass_quality_check(
            device=device, lines=world.good_lines(device), by=world.technician
        )
    device.refresh_from_db()
    assert device.status == S.IN_QUALITY_CHECK


def test_a_repair_for_the_same_person_opens_no_cycle(world):
    device = lead_through(on_loan(world), S.IN_SUPPORT, S.ON_LOAN, world=world)
    drive = device.drives.get()
    assert (drive.cycle, drive.status) == (1, DriveStatus.ERASED)


def test_from_a_repair_a_device_goes_back_as_it_was_and_not_to_another(world):
    device = lead_through(on_loan(world), S.IN_SUPPORT, world=world)
    with refused(WrongStatus):
        lead_through(device, S.HANDED_OVER, world=world)


def test_a_repair_that_ends_in_the_workshop_opens_one(world):
    device = lead_through(on_loan(world), S.IN_SUPPORT, S.TO_PROCESS, world=world)
    drive = device.drives.get()
    assert (drive.cycle, drive.status) == (2, DriveStatus.AWAITING_ERASURE)


def in_other_hands(world: World, state: S) -> Device:
    if state is S.MISSING:
        return actions.declare_missing(device=world.ready(), by=world.lead)
    return lead_through(on_loan(world), S.IN_SUPPORT, world=world)


@pytest.mark.parametrize("state", [S.MISSING, S.IN_SUPPORT])
def test_a_drive_taken_out_of_other_hands_starts_anew(world, state):
    device = in_other_hands(world, state)
    drive = actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    assert (drive.cycle, drive.status) == (2, DriveStatus.AWAITING_ERASURE)
    other = world.receive()
    with refused(DriveUnproven):
        actions.put_drive_in(drive=drive, device=other, by=world.technician)


@pytest.mark.parametrize("state", [S.MISSING, S.IN_SUPPORT])
def test_a_drive_that_moves_from_other_hands_starts_anew(world, state):
    drive, arrived = in_other_hands(world, state).drives.get(), world.receive()
    with transaction.atomic():
        device = Device.objects.lock(arrived.pk)
        held = StorageDrive.objects.lock(drive.pk)
        move_in(held, device, by=world.lead, verb="merged")
    drive.refresh_from_db()
    assert (drive.host, drive.cycle, drive.proof) == (arrived, 2, None)


def test_a_drive_replaced_in_support_stays_proven_in_its_new_device(world):
    device = in_other_hands(world, S.IN_SUPPORT)
    spare = world.receive().drives.get()
    world.erase(spare)
    actions.take_drive_out(drive=spare, custody=world.cupboard, by=world.technician)
    actions.put_drive_in(drive=spare, device=device, by=world.technician)
    lead_through(device, S.ON_LOAN, world=world)
    spare.refresh_from_db()
    assert (spare.host, spare.cycle, spare.status) == (device, 1, DriveStatus.ERASED)


def test_whoever_had_a_diskless_device_may_have_put_a_disk_into_it(world):
    device = world.receive()
    actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    actions.declare_no_storage(device=device, by=world.technician)
    world.to_check(device)
    lines = world.good_lines(device)
    actions.pass_quality_check(device=device, lines=lines, by=world.technician)
    actions.declare_ready(device=device, by=world.technician)
    lead_through(device, S.RESERVED, S.PACKED, S.ON_LOAN, S.RETURNED, world=world)
    device.refresh_from_db()
    assert device.storage == Storage.UNKNOWN
    lead_through(device, S.TO_PROCESS, S.IN_QUALITY_CHECK, world=world)
    with pytest.raises(DrivesUnknown):
        lead_through(device, S.READY, world=world)
