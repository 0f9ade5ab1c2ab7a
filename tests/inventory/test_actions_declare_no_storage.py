from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import StorageDeclared
from inventory.models import DeviceKind, Storage
from inventory.states import DataState
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_whoever_looked_inside_says_that_there_is_no_drive(world: World) -> None:
    device = actions.receive_device(
        lot=world.lot, kind=DeviceKind.DESKTOP, serial="EX-D-1", by=world.technician
    )
    actions.declare_no_storage(device=device, by=world.technician)
    device.refresh_from_db()
    assert (device.storage, device.storage_seen_by) == (Storage.NONE, world.technician)
    assert device.data_state == DataState.NO_STORAGE
    assert device.events.order_by("-sequence")[0].verb == "declared_diskless"


def test_a_device_with_a_known_drive_is_not_diskless(world: World) -> None:
    device = world.receive()
    with refused(StorageDeclared):
        actions.declare_no_storage(device=device, by=world.technician)


def test_a_mediator_cannot_say_so(world: World) -> None:
    device, mediator = world.receive(), person(Role.MEDIATOR, site=world.site)
    with refused(NotPermitted):
        actions.declare_no_storage(device=device, by=mediator)
