"""Whatever comes back from other hands holds their data: every drive starts anew."""

from __future__ import annotations

import pytest
from django.db import transaction

from inventory import actions
from inventory.actions.status import change_status
from inventory.errors import DrivesUnknown, DriveUnproven
from inventory.models import Device, Storage
from inventory.states import DataState, DriveStatus
from inventory.states import DeviceStatus as S
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


def test_a_repair_that_ends_in_the_workshop_opens_one(world):
    device = lead_through(on_loan(world), S.IN_SUPPORT, S.TO_PROCESS, world=world)
    drive = device.drives.get()
    assert (drive.cycle, drive.status) == (2, DriveStatus.AWAITING_ERASURE)


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
