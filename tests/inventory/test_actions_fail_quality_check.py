from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import WrongStatus
from inventory.models import CheckOutcome, Device
from inventory.models.quality import CheckSubject
from inventory.states import DeviceStatus
from tests.unchanged import refused
from tests.world import World, make_world, person

FAULT = {CheckSubject.SCREEN: CheckOutcome.FAULTY}

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.to_check(world.receive())


def test_a_faulty_device_goes_back_to_the_bench(world: World, device: Device) -> None:
    check = actions.fail_quality_check(device=device, lines=FAULT, by=world.technician)
    device.refresh_from_db()
    assert device.status == DeviceStatus.IN_REFURBISHMENT
    assert not check.passed
    assert check.lines["screen"] == "faulty"
    assert check.lines["keyboard"] == "not_tested"


def test_its_history_names_the_faults(world: World, device: Device) -> None:
    actions.fail_quality_check(device=device, lines=FAULT, by=world.technician)
    told = device.events.order_by("-sequence")[0]
    assert (told.verb, told.data["faults"]) == ("quality_check_failed", ["screen"])


def test_a_failure_voids_what_had_passed(world: World) -> None:
    device = world.receive()
    world.erase(device.drives.get())
    world.to_check(device)
    actions.pass_quality_check(
        device=device,
        lines=world.good_lines(device),  # type: ignore[arg-type]
        by=world.technician,
    )
    actions.fail_quality_check(device=device, lines=FAULT, by=world.technician)
    assert not device.checks.filter(void=False).exists()


def test_only_a_device_in_the_check_can_fail_it(world: World) -> None:
    device = world.receive()
    with refused(WrongStatus):
        actions.fail_quality_check(device=device, lines=FAULT, by=world.technician)


def test_a_mediator_fails_nothing(world: World, device: Device) -> None:
    with refused(NotPermitted):
        actions.fail_quality_check(device=device, lines=FAULT, by=person(Role.MEDIATOR))
