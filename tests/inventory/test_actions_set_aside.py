from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import WrongStatus
from inventory.models import Device
from inventory.states import DeviceStatus, SetAsideReason
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def aside(world: World, device: Device) -> Device:
    return actions.set_aside(
        device=device, reason=SetAsideReason.MOTHERBOARD, by=world.lead
    )


def test_a_dead_device_is_set_aside_with_its_reason(world: World) -> None:
    device = aside(world, world.receive())
    assert device.status == DeviceStatus.NOT_REUSABLE
    told = device.events.order_by("-sequence")[0]
    assert (told.verb, told.data["reason"]) == ("set_aside", "motherboard")


def test_a_ready_device_that_is_set_aside_loses_its_check(world: World) -> None:
    device = aside(world, world.ready())
    assert not device.checks.filter(void=False).exists()


def test_a_scrapped_device_may_be_looked_at_again(world: World) -> None:
    device = aside(world, world.receive())
    actions.scrap_device(device=device, by=world.lead)
    assert aside(world, device).status == DeviceStatus.NOT_REUSABLE


def test_a_device_is_not_set_aside_twice(world: World) -> None:
    device = aside(world, world.receive())
    with refused(WrongStatus):
        aside(world, device)


def test_a_technician_sets_nothing_aside(world: World) -> None:
    device = world.receive()
    with refused(NotPermitted):
        actions.set_aside(
            device=device, reason=SetAsideReason.TOO_OLD, by=world.technician
        )
