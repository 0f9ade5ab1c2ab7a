"""What the benchmarks measure on is a stock as the acts leave one."""

from __future__ import annotations

import pytest

from backoffice.core import journal
from inventory import actions, gate
from inventory.models import Device, DriveEvent, StorageDrive
from inventory.states import DeviceStatus
from tests.benchmarks.seed import STATUSES, seed
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
COUNT = 2 * len(STATUSES)


@pytest.fixture
def world() -> World:
    world = make_world()
    world.receive()
    seed(COUNT, lots=[world.lot], places=[world.room], by=world.technician)
    return world


def test_every_seeded_history_holds(world: World) -> None:
    verdict = journal.verify()
    assert verdict.breaks == ()
    assert Device.objects.count() == COUNT + 1
    assert DriveEvent.objects.count() == 2 * COUNT + 1


def test_a_seeded_device_is_what_its_drives_make_it(world: World) -> None:
    for device in Device.objects.all()[:COUNT]:
        drives = list(StorageDrive.objects.filter(host=device))
        assert gate.data_state(device, drives) == device.data_state
        assert gate.blockers(device, drives) == []
        assert device.events.count() >= 4


def test_the_acts_go_on_where_the_seed_ends(world: World) -> None:
    ready = Device.objects.filter(status=DeviceStatus.READY).first()
    assert ready is not None
    actions.send_back_to_workshop(device=ready, by=world.technician)
    received = world.receive()
    assert Device.objects.order_by("pk").last() == received
    assert journal.verify().holds
