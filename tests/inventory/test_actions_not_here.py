"""What is out of the workshop's hands, or at another site by now, is left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import NotHere
from inventory.models import DestructionMethod, Device, PlaceKind
from inventory.states import HoldReason, SetAsideReason
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
Act = Callable[[World, Device], object]


@pytest.fixture
def world() -> World:
    return make_world()


TO_A_DEVICE: dict[str, Act] = {
    "move": lambda world, device: actions.move_to_place(
        device=device, place=world.room, by=world.lead
    ),
    "hold": lambda world, device: actions.hold_device(
        device=device, reason=HoldReason.DISPUTE, by=world.lead
    ),
    "declare a drive": lambda world, device: actions.declare_drive(
        device=device, drive=world.drive(), by=world.lead
    ),
    "declare none": lambda world, device: actions.declare_no_storage(
        device=device, by=world.lead
    ),
    "take its drive out": lambda world, device: actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.lead
    ),
    "erase its drive": lambda world, device: actions.record_erasure(
        drive=device.drives.get(),
        claim=world.claim(device.drives.get()),
        by=world.lead,
    ),
    "describe": lambda world, device: actions.describe_device(
        device=device, make="", model="", serial="", by=world.lead
    ),
    "alias": lambda world, device: actions.attach_alias(
        device=device, code="ANCIEN-1", by=world.lead
    ),
    "destroy its drive": lambda world, device: actions.record_destruction(
        drive=device.drives.get(),
        method=DestructionMethod.SHRED,
        place=world.room,
        destroyed_on=timezone.localdate(),
        by=world.lead,
    ),
}
ALONG_THE_BENCH: dict[str, Act] = {
    "triage": lambda world, device: actions.triage_device(
        device=device, by=world.technician
    ),
    "check": lambda world, device: actions.pass_quality_check(
        device=device, lines={}, by=world.technician
    ),
    "set aside": lambda world, device: actions.set_aside(
        device=device, reason=SetAsideReason.BURNT, by=world.lead
    ),
}


@pytest.mark.parametrize("name", TO_A_DEVICE)
def test_a_device_given_back_is_not_worked_on(world: World, name: str) -> None:
    device = world.receive()
    actions.return_to_donor(device=device, waiver_reference="D-1", by=world.lead)
    with refused(NotHere):
        TO_A_DEVICE[name](world, device)


def test_no_drive_goes_into_a_device_given_back(world: World) -> None:
    device, drive = world.receive(), world.receive().drives.get()
    world.erase(drive)
    actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.lead)
    actions.return_to_donor(device=device, waiver_reference="D-1", by=world.lead)
    with refused(NotHere):
        actions.put_drive_in(drive=drive, device=device, by=world.lead)


def test_a_drive_taken_out_in_time_may_still_be_erased(world: World) -> None:
    device = world.receive()
    drive = device.drives.get()
    actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    actions.return_to_donor(device=device, waiver_reference="D-1", by=world.lead)
    assert world.erase(drive).device == device


@pytest.mark.parametrize("name", [*TO_A_DEVICE, *ALONG_THE_BENCH])
def test_who_may_act_is_asked_where_the_device_is_now(world: World, name: str) -> None:
    """The page was opened before somebody moved the device to another site."""
    device = world.receive()
    elsewhere = Site.objects.create(name="Tilleuls")
    everywhere = person(Role.WORKSHOP_LEAD)
    there = actions.open_place(
        site=elsewhere, kind=PlaceKind.ROOM, name="B", by=everywhere
    )
    actions.move_to_place(
        device=Device.objects.get(pk=device.pk), place=there, by=everywhere
    )
    with refused(NotPermitted):
        {**TO_A_DEVICE, **ALONG_THE_BENCH}[name](world, device)
