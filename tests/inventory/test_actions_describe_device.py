from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import SerialKnown
from inventory.models import Device
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def described(device: Device) -> tuple[str, str, str, int]:
    device.refresh_from_db()
    return device.make, device.model, device.serial, device.events.count()


def test_a_correction_is_found_and_remembered(world: World) -> None:
    device = world.receive()
    actions.describe_device(
        device=device,
        make="Dell",
        model="Latitude 5480",
        serial="4BX7QR1",
        mass_grams=2050,
        by=world.technician,
    )
    device.refresh_from_db()
    assert (device.make_key, device.serial_key) == ("DELL", "4BX7QR1")
    assert (device.mass_grams, device.mass_measured) == (2050, True)
    assert device.terms.filter(term="LATITUDE").exists()
    assert device.events.order_by("-sequence")[0].data["serial"] == "4BX7QR1"


def test_a_device_cannot_take_another_one_s_serial(world: World) -> None:
    known, device = world.receive(serial="AB-1"), world.receive(serial="AB-2")
    before = described(device)
    with pytest.raises(SerialKnown):
        actions.describe_device(
            device=device,
            make=known.make,
            model="X",
            serial="ab1",
            by=world.technician,
        )
    assert described(device) == before


def test_the_officer_describes_nothing(world: World) -> None:
    device = world.receive()
    before = described(device)
    with pytest.raises(NotPermitted):
        actions.describe_device(
            device=device, make="Dell", model="X", serial="Y-99", by=world.officer
        )
    assert described(device) == before
