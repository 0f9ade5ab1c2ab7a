from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import DriveElsewhere, PlaceClosed
from inventory.models import PlaceKind, Storage
from inventory.states import DataState, DriveStatus
from inventory.tags import TagKind, parse_tag
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_drive_goes_into_custody_under_a_tag_of_its_own(world: World) -> None:
    device = world.receive()
    drive = actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    device.refresh_from_db()
    assert (drive.host, drive.custody, drive.last_host) == (
        None,
        world.cupboard,
        device,
    )
    assert parse_tag(drive.tag or "").kind == TagKind.DRIVE
    assert drive.status == DriveStatus.AWAITING_ERASURE
    # Nobody has looked whether another one is inside.
    assert (device.storage, device.data_state) == (
        Storage.UNKNOWN,
        DataState.UNKNOWN,
    )


def test_both_journals_tell_that_it_was_taken_out(world: World) -> None:
    device = world.receive()
    drive = device.drives.get()
    actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    assert device.events.order_by("-sequence")[0].verb == "drive_taken_out"
    assert drive.events.order_by("-sequence")[0].data == {
        "device": device.tag,
        "place": str(world.cupboard.uuid),
    }


def test_a_tag_stays_with_its_drive(world: World) -> None:
    device = world.receive()
    drive = device.drives.get()
    world.erase(drive)
    taken = actions.take_drive_out(
        drive=drive, custody=world.cupboard, by=world.technician
    )
    actions.put_drive_in(drive=taken, device=device, by=world.technician)
    again = actions.take_drive_out(
        drive=taken, custody=world.cupboard, by=world.technician
    )
    assert again.tag == taken.tag


def test_a_drive_is_not_kept_on_an_open_shelf(world: World) -> None:
    drive = world.receive().drives.get()
    with refused(PlaceClosed):
        actions.take_drive_out(drive=drive, custody=world.room, by=world.technician)


def test_a_drive_in_custody_is_not_taken_out_twice(world: World) -> None:
    drive = world.receive().drives.get()
    actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    with refused(DriveElsewhere):
        actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)


def test_a_mediator_takes_nothing_out(world: World) -> None:
    drive, mediator = world.receive().drives.get(), person(Role.MEDIATOR)
    with refused(NotPermitted):
        actions.take_drive_out(drive=drive, custody=world.cupboard, by=mediator)


def test_a_technician_of_another_site_takes_nothing_out_here(world: World) -> None:
    drive, elsewhere = (
        world.receive().drives.get(),
        Site.objects.create(name="Tilleuls"),
    )
    stranger = person(Role.TECHNICIAN, site=elsewhere)
    cupboard = actions.open_place(
        site=elsewhere,
        kind=PlaceKind.SHELF,
        name="Coffre",
        for_drives=True,
        by=person(Role.WORKSHOP_LEAD),
    )
    with refused(NotPermitted):
        actions.take_drive_out(drive=drive, custody=cupboard, by=stranger)
