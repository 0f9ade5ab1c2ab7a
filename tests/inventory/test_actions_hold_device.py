from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import OnHold
from inventory.models import Device
from inventory.states import HoldReason
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def held(device: Device) -> tuple[str, int]:
    device.refresh_from_db()
    return device.hold_reason, device.events.count()


def test_a_held_device_says_why_since_when_and_by_whom(world: World) -> None:
    device = actions.hold_device(
        device=world.receive(), reason=HoldReason.DISPUTE, by=world.lead
    )
    assert (device.hold_reason, device.held_by) == ("dispute", world.lead)
    assert device.held_at is not None
    assert device.events.order_by("-sequence")[0].data["reason"] == "dispute"


def test_a_device_on_hold_leaves_the_ready_shelf(world: World) -> None:
    device = world.ready()
    actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    device.refresh_from_db()
    assert device.status == "to_process"


def test_a_hold_is_put_once(world: World) -> None:
    device = world.receive()
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    before = held(device)
    with pytest.raises(OnHold):
        actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    assert held(device) == before


def test_a_released_device_is_free_again_and_remembers_why_it_was_not(
    world: World,
) -> None:
    device = world.receive()
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    actions.release_hold(device=device, by=world.officer)
    device.refresh_from_db()
    last = device.events.order_by("-sequence")[0]
    assert (device.hold_reason, device.held_at, device.held_by) == ("", None, None)
    assert (last.verb, last.data) == ("hold_released", {"reason": "dispute"})


def test_what_is_not_on_hold_is_not_released(world: World) -> None:
    device = world.receive()
    before = held(device)
    with pytest.raises(OnHold):
        actions.release_hold(device=device, by=world.lead)
    assert held(device) == before


def test_a_technician_neither_holds_nor_releases(world: World) -> None:
    device = world.receive()
    before = held(device)
    with pytest.raises(NotPermitted):
        actions.hold_device(
            device=device, reason=HoldReason.DISPUTE, by=world.technician
        )
    assert held(device) == before
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    before = held(device)
    with pytest.raises(NotPermitted):
        actions.release_hold(device=device, by=world.technician)
    assert held(device) == before
