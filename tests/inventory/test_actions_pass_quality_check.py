from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import (
    ChecksMissing,
    DrivesUnknown,
    DriveUnproven,
    OnHold,
    WrongStatus,
)
from inventory.models import CheckOutcome, Device, DeviceKind
from inventory.models.quality import CheckSubject, checklist
from inventory.states import DeviceStatus, HoldReason
from tests.unchanged import refused, refused_and_kept
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    """In the quality check, its drive proven."""
    received = world.receive()
    world.erase(received.drives.get())
    return world.to_check(received)


def good(device: Device) -> dict[CheckSubject, CheckOutcome]:
    return dict.fromkeys(checklist(device.kind), CheckOutcome.OK)


def test_a_good_device_with_a_proven_drive_passes(world: World, device: Device) -> None:
    check = actions.pass_quality_check(
        device=device, lines=good(device), by=world.technician
    )
    assert check.passed
    assert check.checked_by == world.technician
    assert set(check.lines.values()) == {"ok"}
    assert device.events.order_by("-sequence")[0].verb == "quality_check_passed"


def test_passing_again_leaves_one_check_that_counts(
    world: World, device: Device
) -> None:
    for _ in range(2):
        actions.pass_quality_check(
            device=device, lines=good(device), by=world.technician
        )
    assert device.checks.filter(passed=True, void=False).count() == 1


def test_what_is_not_fitted_is_no_fault(world: World, device: Device) -> None:
    lines = good(device) | {CheckSubject.CAMERA: CheckOutcome.ABSENT}
    check = actions.pass_quality_check(device=device, lines=lines, by=world.technician)
    assert check.passed


@pytest.mark.parametrize(
    "outcome", [CheckOutcome.FAULTY, CheckOutcome.NOT_TESTED, None]
)
def test_a_line_that_is_not_good_is_refused_and_kept(
    world: World, device: Device, outcome: CheckOutcome | None
) -> None:
    lines = good(device)
    del lines[CheckSubject.BATTERY]
    if outcome:
        lines[CheckSubject.BATTERY] = outcome
    with refused_and_kept(ChecksMissing, "pass_quality_check"):
        actions.pass_quality_check(device=device, lines=lines, by=world.technician)


def test_an_unproven_drive_is_refused_by_its_name(world: World) -> None:
    device = world.to_check(world.receive())
    with refused_and_kept(DriveUnproven, "pass_quality_check"):
        actions.pass_quality_check(
            device=device, lines=good(device), by=world.technician
        )


def test_the_refusal_names_the_drive_and_says_what_to_do(world: World) -> None:
    device = world.to_check(world.receive())
    with pytest.raises(DriveUnproven) as refusal:
        actions.pass_quality_check(
            device=device, lines=good(device), by=world.technician
        )
    assert device.drives.get().serial in refusal.value.message
    assert refusal.value.advice


def test_drives_that_nobody_named_are_refused(world: World) -> None:
    device = actions.receive_device(
        lot=world.lot, kind=DeviceKind.LAPTOP, serial="EX-N-1", by=world.technician
    )
    world.to_check(device)
    with refused_and_kept(DrivesUnknown, "pass_quality_check"):
        actions.pass_quality_check(
            device=device, lines=good(device), by=world.technician
        )


def test_a_held_device_is_refused(world: World, device: Device) -> None:
    actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    with refused_and_kept(OnHold, "pass_quality_check"):
        actions.pass_quality_check(
            device=device, lines=good(device), by=world.technician
        )


def test_only_a_device_in_the_check_is_checked(world: World) -> None:
    device = world.receive()
    assert device.status == DeviceStatus.RECEIVED
    with refused_and_kept(WrongStatus, "pass_quality_check"):
        actions.pass_quality_check(
            device=device, lines=good(device), by=world.technician
        )


def test_a_mediator_checks_nothing(world: World, device: Device) -> None:
    with refused(NotPermitted):
        actions.pass_quality_check(
            device=device, lines=good(device), by=person(Role.MEDIATOR)
        )
