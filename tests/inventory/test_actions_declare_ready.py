from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import DriveUnproven, OnHold, QualityCheckMissing, WrongStatus
from inventory.models import Device, ErasureResult
from inventory.states import DeviceStatus, HoldReason
from tests.unchanged import refused, refused_and_kept
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    """Checked and passed, its drive proven."""
    received = world.receive()
    world.erase(received.drives.get())
    world.to_check(received)
    actions.pass_quality_check(
        device=received,
        lines=world.good_lines(received),  # type: ignore[arg-type]
        by=world.technician,
    )
    return received


def test_a_checked_device_stands_on_the_ready_shelf(
    world: World, device: Device
) -> None:
    actions.declare_ready(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.status == DeviceStatus.READY
    told = device.events.order_by("-sequence")[0]
    assert (told.verb, told.data["to"]) == ("declared_ready", "ready")


def test_a_device_without_its_check_is_refused(world: World) -> None:
    device = world.receive()
    world.erase(device.drives.get())
    world.to_check(device)
    with refused_and_kept(QualityCheckMissing, "declare_ready"):
        actions.declare_ready(device=device, by=world.technician)


def test_a_drive_whose_proof_fell_since_the_check_is_refused(
    world: World, device: Device
) -> None:
    world.erase(device.drives.get(), result=ErasureResult.FAILED)
    with refused_and_kept(DriveUnproven, "declare_ready"):
        actions.declare_ready(device=device, by=world.technician)


def test_a_drive_swapped_in_since_the_check_is_refused(
    world: World, device: Device
) -> None:
    actions.declare_drive(device=device, drive=world.drive(), by=world.technician)
    with refused_and_kept(DriveUnproven, "declare_ready"):
        actions.declare_ready(device=device, by=world.technician)


def test_a_held_device_is_refused(world: World, device: Device) -> None:
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    with refused_and_kept(OnHold, "declare_ready"):
        actions.declare_ready(device=device, by=world.technician)


def test_a_device_is_declared_ready_once(world: World, device: Device) -> None:
    actions.declare_ready(device=device, by=world.technician)
    with refused_and_kept(WrongStatus, "declare_ready"):
        actions.declare_ready(device=device, by=world.technician)


def test_a_mediator_declares_nothing_ready(world: World, device: Device) -> None:
    with refused(NotPermitted):
        actions.declare_ready(device=device, by=person(Role.MEDIATOR))


def test_a_check_made_before_the_bench_does_not_count_after_it(
    world: World, device: Device
) -> None:
    actions.start_refurbishment(device=device, by=world.technician)
    actions.send_to_quality_check(device=device, by=world.technician)
    with refused_and_kept(QualityCheckMissing, "declare_ready"):
        actions.declare_ready(device=device, by=world.technician)


def test_a_check_stands_when_going_to_the_bench_is_taken_back(
    world: World, device: Device
) -> None:
    actions.start_refurbishment(device=device, by=world.technician)
    actions.undo_last(device=device, by=world.technician)
    ready = actions.declare_ready(device=device, by=world.technician)
    assert ready.status == DeviceStatus.READY
