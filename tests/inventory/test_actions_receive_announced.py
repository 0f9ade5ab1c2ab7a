from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import WrongStatus
from inventory.models import Device, Storage
from inventory.states import DataState
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def announced(world: World) -> Device:
    """A reception that was taken back: the device counts as announced."""
    device = world.receive()
    actions.undo_last(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.status == "announced"
    return device


def test_an_announced_device_is_received_under_its_tag(
    world: World, announced: Device
) -> None:
    device = actions.receive_announced(device=announced, by=world.technician)
    assert (device.status, device.tag) == ("received", announced.tag)


def test_a_missing_device_that_is_found_is_received(
    world: World, announced: Device
) -> None:
    actions.declare_missing(device=announced, by=world.lead)
    device = actions.receive_announced(device=announced, by=world.technician)
    assert device.status == "received"


def test_a_device_on_the_bench_is_not_received_again(world: World) -> None:
    device = world.receive()
    actions.triage_device(device=device, by=world.technician)
    events = device.events.count()
    with pytest.raises(WrongStatus):
        actions.receive_announced(device=device, by=world.technician)
    device.refresh_from_db()
    assert (device.status, device.events.count()) == ("to_process", events)


def test_the_officer_receives_nothing(world: World, announced: Device) -> None:
    with pytest.raises(NotPermitted):
        actions.receive_announced(device=announced, by=world.officer)
    announced.refresh_from_db()
    assert announced.status == "announced"


def test_what_was_proven_of_a_missing_device_is_no_more(world: World) -> None:
    device = world.ready()
    actions.declare_missing(device=device, by=world.technician)
    device = actions.receive_announced(device=device, by=world.technician)
    drive = device.drives.get()
    assert (drive.cycle, drive.proof, drive.status) == (2, None, "awaiting_erasure")
    assert device.data_state == DataState.AT_RISK


def test_a_missing_device_is_looked_into_again(world: World) -> None:
    device = world.receive(drives=(), storage=Storage.NONE)
    actions.declare_missing(device=device, by=world.technician)
    device = actions.receive_announced(device=device, by=world.technician)
    assert (device.storage, device.storage_seen_by) == (Storage.UNKNOWN, None)
    assert device.data_state == DataState.UNKNOWN
