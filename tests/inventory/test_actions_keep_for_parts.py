from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import DrivesUnknown, DriveUnproven, WrongStatus
from inventory.models import Device
from inventory.states import DeviceStatus, SetAsideReason
from tests.unchanged import refused, refused_and_kept
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def set_aside(world: World, *, erased: bool) -> Device:
    device = world.receive()
    if erased:
        world.erase(device.drives.get())
    return actions.set_aside(
        device=device, reason=SetAsideReason.BROKEN_SCREEN, by=world.lead
    )


def test_a_device_with_a_proven_drive_is_kept_for_its_parts(world: World) -> None:
    device = set_aside(world, erased=True)
    actions.keep_for_parts(device=device, by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.FOR_PARTS
    assert device.events.order_by("-sequence")[0].verb == "kept_for_parts"


def test_a_device_without_a_drive_needs_no_proof(world: World) -> None:
    device = set_aside(world, erased=False)
    actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    actions.declare_no_storage(device=device, by=world.technician)
    actions.keep_for_parts(device=device, by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.FOR_PARTS


def test_a_device_whose_drives_nobody_named_is_not_taken_apart(world: World) -> None:
    device = set_aside(world, erased=False)
    actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    with refused_and_kept(DrivesUnknown, "keep_for_parts"):
        actions.keep_for_parts(device=device, by=world.lead)


def test_an_unproven_drive_inside_is_refused(world: World) -> None:
    device = set_aside(world, erased=False)
    with refused_and_kept(DriveUnproven, "keep_for_parts"):
        actions.keep_for_parts(device=device, by=world.lead)


def test_a_device_that_is_still_wanted_is_refused(world: World) -> None:
    device = world.receive()
    with refused_and_kept(WrongStatus, "keep_for_parts"):
        actions.keep_for_parts(device=device, by=world.lead)


def test_a_technician_decides_no_such_thing(world: World) -> None:
    device = set_aside(world, erased=True)
    with refused(NotPermitted):
        actions.keep_for_parts(device=device, by=world.technician)
