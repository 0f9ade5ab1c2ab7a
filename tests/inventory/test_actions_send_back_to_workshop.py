from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import QualityCheckMissing, WrongStatus
from inventory.states import DeviceStatus
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_ready_device_goes_back_to_the_workshop(world: World) -> None:
    device = world.ready()
    actions.send_back_to_workshop(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.status == DeviceStatus.TO_PROCESS
    assert device.events.order_by("-sequence")[0].verb == "sent_back"


def test_its_check_counts_no_more(world: World) -> None:
    device = world.ready()
    actions.send_back_to_workshop(device=device, by=world.technician)
    actions.send_to_quality_check(device=device, by=world.technician)
    with pytest.raises(QualityCheckMissing):
        actions.declare_ready(device=device, by=world.technician)


def test_a_device_in_the_workshop_is_not_sent_back(world: World) -> None:
    device = world.receive()
    actions.triage_device(device=device, by=world.technician)
    with refused(WrongStatus):
        actions.send_back_to_workshop(device=device, by=world.technician)


def test_a_mediator_sends_nothing_back(world: World) -> None:
    device = world.ready()
    with refused(NotPermitted):
        actions.send_back_to_workshop(device=device, by=person(Role.MEDIATOR))
