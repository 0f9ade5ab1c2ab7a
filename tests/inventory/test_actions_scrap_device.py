from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import WrongStatus
from inventory.states import DataState, DeviceStatus, SetAsideReason
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_scrapping_is_a_decision_and_proves_nothing(world: World) -> None:
    device = world.receive()
    actions.set_aside(device=device, reason=SetAsideReason.BURNT, by=world.lead)
    actions.scrap_device(device=device, by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.SCRAPPED
    assert device.data_state == DataState.AT_RISK
    assert device.events.order_by("-sequence")[0].verb == "scrapped"


def test_a_device_is_set_aside_before_it_is_scrapped(world: World) -> None:
    device = world.receive()
    with refused(WrongStatus):
        actions.scrap_device(device=device, by=world.lead)


def test_a_technician_scraps_nothing(world: World) -> None:
    device = world.receive()
    actions.set_aside(device=device, reason=SetAsideReason.BURNT, by=world.lead)
    with refused(NotPermitted):
        actions.scrap_device(device=device, by=world.technician)
