from __future__ import annotations

import uuid

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions import Scanned
from inventory.errors import AlreadyThere, PlaceClosed, ScanRepeated
from inventory.models import Device, Place, PlaceKind, StationMode
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def where(device: Device) -> tuple[Place | None, int]:
    device.refresh_from_db()
    return device.place, device.events.count()


def test_a_moved_device_says_from_where_to_where(world: World) -> None:
    device = world.receive(place=world.room)
    shelf = actions.open_place(
        site=world.site, kind=PlaceKind.SHELF, name="B3", by=world.lead
    )
    moved = actions.move_to_place(device=device, place=shelf, by=world.technician)
    last = device.events.order_by("-sequence")[0]
    assert moved.place == shelf
    assert (last.verb, last.data) == (
        "moved",
        {"from_place": world.room.tag, "to_place": shelf.tag},
    )


def test_a_device_moved_to_another_site_belongs_there(world: World) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    everywhere = person(Role.WORKSHOP_LEAD)
    room = actions.open_place(
        site=elsewhere, kind=PlaceKind.ROOM, name="Stock", by=everywhere
    )
    device = world.receive()
    assert (
        actions.move_to_place(device=device, place=room, by=everywhere).site
        == elsewhere
    )


def test_a_device_already_there_is_not_moved(world: World) -> None:
    device = world.receive(place=world.room)
    before = where(device)
    with pytest.raises(AlreadyThere):
        actions.move_to_place(device=device, place=world.room, by=world.technician)
    assert where(device) == before


def test_nothing_is_put_in_a_place_out_of_use(world: World) -> None:
    device = world.receive()
    world.room.is_active = False
    world.room.save(update_fields=["is_active"])
    before = where(device)
    with pytest.raises(PlaceClosed):
        actions.move_to_place(device=device, place=world.room, by=world.technician)
    assert where(device) == before


def test_both_sites_must_be_within_the_role_s_reach(world: World) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    room = actions.open_place(
        site=elsewhere,
        kind=PlaceKind.ROOM,
        name="Stock",
        by=person(Role.WORKSHOP_LEAD),
    )
    device = world.receive()
    before = where(device)
    with pytest.raises(NotPermitted):
        actions.move_to_place(device=device, place=room, by=world.technician)
    assert where(device) == before


def test_the_same_scan_moves_once(world: World) -> None:
    device = world.receive()
    scan = Scanned(uuid.uuid4(), StationMode.MOVE, device.tag)
    actions.move_to_place(
        device=device, place=world.room, scan=scan, by=world.technician
    )
    before = where(device)
    shelf = actions.open_place(
        site=world.site, kind=PlaceKind.SHELF, name="B3", by=world.lead
    )
    with pytest.raises(ScanRepeated):
        actions.move_to_place(
            device=device, place=shelf, scan=scan, by=world.technician
        )
    assert where(device) == before
