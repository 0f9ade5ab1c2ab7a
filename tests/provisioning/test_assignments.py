"""What a packed machine must be, against what it says of itself."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from backoffice.core.errors import NotPermitted
from inventory.models import DeviceEvent
from provisioning import actions
from provisioning.errors import AlreadyAssigned, DifferenceSettled, EnvironmentUnknown
from provisioning.models import (
    Assignment,
    Difference,
    DifferenceKind,
    EnvironmentCheck,
    Settlement,
)
from tests.provisioning.assigned import PACK, assigned, differing
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def joined(world: World) -> FakeMachine:
    machine = FakeMachine()
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    machine.join(world, world.lead, device)
    return machine


def test_a_machine_that_shows_what_was_packed_ticks_its_assignment(
    world: World,
) -> None:
    machine = joined(world)
    assert machine.agent is not None
    assert machine.agent.device is not None
    asked = assigned(world, machine.agent.device)
    machine.send(drive(serial="EX-PACKED-1"))
    asked.refresh_from_db()
    assert asked.answered_at is not None
    assert not Difference.objects.exists()


def test_another_drive_than_the_packed_one_is_raised_and_nothing_is_overwritten(
    world: World,
) -> None:
    _machine, difference = differing(world)
    assert difference.kind == DifferenceKind.DRIVE_ADDED
    assert difference.drive is not None
    assert difference.drive.serial == "EX-OTHER-2"
    assert str(difference.drive.uuid) not in difference.assignment.drives


def test_a_drive_that_is_not_there_any_more_is_raised_once(world: World) -> None:
    machine, _difference = differing(world)
    for _time in range(2):
        machine.send(drive(serial="EX-OTHER-2"))
    gone = Difference.objects.get(kind=DifferenceKind.DRIVE_GONE)
    assert gone.drive is not None
    assert gone.drive.serial == "EX-PACKED-1"


def test_a_difference_said_to_be_right_is_not_raised_again(world: World) -> None:
    machine, difference = differing(world)
    actions.settle_difference(
        difference=difference, answer=Settlement.RIGHT, by=world.lead
    )
    machine.send(drive(serial="EX-PACKED-1"), drive(name="sdb", serial="EX-OTHER-2"))
    assert not Difference.objects.open().exists()


def test_a_difference_put_right_is_raised_again_where_it_comes_back(
    world: World,
) -> None:
    machine, difference = differing(world)
    actions.settle_difference(
        difference=difference, answer=Settlement.MENDED, by=world.lead
    )
    machine.send(drive(serial="EX-PACKED-1"), drive(name="sdb", serial="EX-OTHER-2"))
    assert Difference.objects.open().count() == 1


def test_a_difference_is_settled_once_and_by_who_may(world: World) -> None:
    _machine, difference = differing(world)
    settle = actions.settle_difference
    with pytest.raises(NotPermitted):
        settle(difference=difference, answer=Settlement.RIGHT, by=world.technician)
    settle(difference=difference, answer=Settlement.MENDED, by=world.lead)
    with pytest.raises(DifferenceSettled):
        settle(difference=difference, answer=Settlement.RIGHT, by=world.lead)
    difference.refresh_from_db()
    assert difference.answer == Settlement.MENDED


def test_a_device_is_prepared_for_one_pack_at_a_time(world: World) -> None:
    device = world.receive()
    assigned(world, device)
    with pytest.raises(AlreadyAssigned):
        assigned(world, device, "famille")
    assert Assignment.objects.get().environment == "emploi"
    with transaction.atomic():
        actions.end_assignment(device, by=world.technician)
    assert assigned(world, device, "famille").pack == PACK


def test_an_environment_is_verified_until_another_or_an_erasure_comes(
    world: World,
) -> None:
    device = world.receive(world.drive(serial="EX-PACKED-1"))
    assigned(world, device)
    assert not actions.environment_verified(device, "emploi")
    actions.check_environment(device=device, environment="emploi", by=world.technician)
    assert actions.environment_verified(device, "emploi")
    assert not actions.environment_verified(device, "famille")
    world.erase(device.drives.get())
    assert not actions.environment_verified(device, "emploi")


def test_an_environment_that_no_pack_asks_for_is_not_checked(world: World) -> None:
    device = world.receive()
    before = DeviceEvent.objects.count()
    with pytest.raises(EnvironmentUnknown):
        actions.check_environment(device=device, environment="", by=world.technician)
    assert not EnvironmentCheck.objects.exists()
    assert DeviceEvent.objects.count() == before


def test_the_page_of_a_device_shows_what_differs_and_offers_to_settle_it(
    world: World, client: Client
) -> None:
    _machine, difference = differing(world)
    device = difference.assignment.device
    client.force_login(world.lead)
    page = client.get(reverse("provisioning:device-machine", args=[device.tag]))
    assert "EX-OTHER-2" in page.content.decode()
    address = reverse("provisioning:difference-settle", args=[difference.uuid])
    assert address in page.content.decode()
    client.post(address, {"answer": "mended"})
    difference.refresh_from_db()
    assert difference.settled_by == world.lead
