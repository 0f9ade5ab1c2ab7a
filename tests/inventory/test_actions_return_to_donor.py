from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import DriveUnproven, OnHold, WrongStatus
from inventory.models import Device
from inventory.states import DeviceStatus, HoldReason
from tests.unchanged import refused, refused_and_kept
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


def test_an_erased_device_goes_back_without_a_waiver(
    world: World, device: Device
) -> None:
    world.erase(device.drives.get())
    actions.return_to_donor(device=device, by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.RETURNED_TO_DONOR
    assert device.events.order_by("-sequence")[0].data["waiver"] is False


def test_an_unerased_device_goes_back_with_the_signed_waiver(
    world: World, device: Device
) -> None:
    actions.return_to_donor(device=device, waiver_reference="D-2026-7", by=world.lead)
    device.refresh_from_db()
    assert device.status == DeviceStatus.RETURNED_TO_DONOR
    assert device.waiver_reference == "D-2026-7"


def test_an_unerased_device_stays_without_a_waiver(
    world: World, device: Device
) -> None:
    with refused_and_kept(DriveUnproven, "return_to_donor"):
        actions.return_to_donor(device=device, by=world.lead)


def test_a_waiver_does_not_lift_a_hold(world: World, device: Device) -> None:
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    with refused_and_kept(OnHold, "return_to_donor"):
        actions.return_to_donor(
            device=device, waiver_reference="D-2026-7", by=world.lead
        )


def test_a_device_in_the_workshop_does_not_go_back(
    world: World, device: Device
) -> None:
    world.erase(device.drives.get())
    actions.triage_device(device=device, by=world.technician)
    with refused_and_kept(WrongStatus, "return_to_donor"):
        actions.return_to_donor(device=device, by=world.lead)


def test_a_technician_gives_nothing_back(world: World, device: Device) -> None:
    world.erase(device.drives.get())
    with refused(NotPermitted):
        actions.return_to_donor(device=device, by=world.technician)
