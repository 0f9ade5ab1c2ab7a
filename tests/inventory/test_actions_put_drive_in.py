from __future__ import annotations

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import DriveElsewhere, DriveUnproven
from inventory.methods import ErasurePolicy
from inventory.models import Device, DeviceKind, PlaceKind, Storage, StorageDrive
from inventory.states import DataState
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def in_custody(world: World, *, erased: bool) -> StorageDrive:
    drive = world.receive().drives.get()
    if erased:
        world.erase(drive)
    return actions.take_drive_out(
        drive=drive, custody=world.cupboard, by=world.technician
    )


def test_a_proven_drive_goes_into_another_device(world: World) -> None:
    drive = in_custody(world, erased=True)
    other = actions.receive_device(
        lot=world.lot,
        kind=DeviceKind.LAPTOP,
        serial="EX-O-1",
        storage=Storage.NONE,
        by=world.technician,
    )
    drive = actions.put_drive_in(drive=drive, device=other, by=world.technician)
    other.refresh_from_db()
    assert (drive.host, drive.custody, drive.last_host) == (other, None, other)
    assert other.data_state == DataState.CLEAN
    assert drive.events.order_by("-sequence")[0].verb == "put_in"


def test_an_unproven_drive_goes_into_no_device(world: World) -> None:
    drive, other = in_custody(world, erased=False), world.receive()
    with refused(DriveUnproven):
        actions.put_drive_in(drive=drive, device=other, by=world.technician)


def test_a_proof_too_weak_for_the_donor_of_a_device_does_not_go_into_it(
    world: World,
) -> None:
    drive, strict = in_custody(world, erased=True), of_a_strict_donor(world)
    with refused(DriveUnproven):
        actions.put_drive_in(drive=drive, device=strict, by=world.technician)


def of_a_strict_donor(world: World) -> Device:
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate(),
        erasure_policy=ErasurePolicy.PURGE,
        by=world.lead,
    )
    return world.receive(lot=actions.open_lot(donation=donation, by=world.lead))


def test_a_drive_that_is_in_a_device_is_not_put_into_another(world: World) -> None:
    drive, other = world.receive().drives.get(), world.receive()
    with refused(DriveElsewhere):
        actions.put_drive_in(drive=drive, device=other, by=world.technician)


def test_a_mediator_puts_nothing_in(world: World) -> None:
    drive, other = in_custody(world, erased=True), world.receive()
    with refused(NotPermitted):
        actions.put_drive_in(drive=drive, device=other, by=person(Role.MEDIATOR))


def test_a_drive_of_another_site_s_cupboard_stays_there(world: World) -> None:
    drive, elsewhere = (
        in_custody(world, erased=True),
        Site.objects.create(name="Tilleuls"),
    )
    lead = person(Role.WORKSHOP_LEAD)
    other = world.receive(drives=())
    there = actions.open_place(site=elsewhere, kind=PlaceKind.ROOM, name="B", by=lead)
    actions.move_to_place(device=other, place=there, by=lead)
    with refused(NotPermitted):
        actions.put_drive_in(
            drive=drive, device=other, by=person(Role.TECHNICIAN, site=elsewhere)
        )
