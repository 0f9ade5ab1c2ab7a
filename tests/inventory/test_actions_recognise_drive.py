from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted, SamePerson
from inventory import actions
from inventory.errors import NothingToApprove
from inventory.methods import Verification
from inventory.models import Device, StorageDrive
from inventory.states import DataState, DriveStatus
from tests.inventory.test_drives_seen import see, sight
from tests.unchanged import refused
from tests.world import GIB, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    """A ready device whose proven drive has no serial; its machine shows one like it."""
    device = world.ready(world.drive(serial=""))
    see(device, sight(serial=""))
    device.refresh_from_db()
    return device


def newest(device: Device) -> StorageDrive:
    return device.drives.order_by("-pk")[0]


def test_the_proof_counts_again_once_somebody_says_it_is_the_same(
    world: World, device: Device
) -> None:
    known = actions.recognise_drive(drive=newest(device), by=world.officer)
    device.refresh_from_db()
    assert (device.data_state, list(device.drives.all())) == (DataState.CLEAN, [known])
    assert known.recognised_by == world.officer
    assert known.events.filter(verb="recognised").exists()
    # The hold is the workshop lead’s to release.
    assert device.hold_reason == "unproven_drive"


def test_what_was_recognised_is_the_same_at_the_next_report(
    world: World, device: Device
) -> None:
    actions.recognise_drive(drive=newest(device), by=world.officer)
    see(device, sight(serial=""))
    assert device.drives.count() == 1


def test_a_recognised_drive_lends_its_proof_to_none_that_has_a_serial(
    world: World, device: Device
) -> None:
    known = actions.recognise_drive(drive=newest(device), by=world.officer)
    see(device, sight())
    known.refresh_from_db()
    assert (known.serial, known.status) == ("", DriveStatus.ERASED)
    assert newest(device).serial == "EX-SEEN-1"
    device.refresh_from_db()
    assert device.data_state == DataState.AT_RISK


def test_a_drive_that_was_moved_has_to_be_recognised_again(
    world: World, device: Device
) -> None:
    known = actions.recognise_drive(drive=newest(device), by=world.officer)
    actions.take_drive_out(drive=known, custody=world.cupboard, by=world.technician)
    known.refresh_from_db()
    assert known.recognised_by is None


def test_whoever_erased_it_does_not_recognise_it(world: World) -> None:
    device = world.receive(world.drive(serial=""))
    drive = device.drives.get()
    actions.record_erasure(drive=drive, claim=world.claim(drive), by=world.officer)
    see(device, sight(serial=""))
    with refused(SamePerson):
        actions.recognise_drive(drive=newest(device), by=world.officer)


def test_a_technician_recognises_nothing(world: World, device: Device) -> None:
    with refused(NotPermitted):
        actions.recognise_drive(drive=newest(device), by=world.technician)


def test_a_drive_with_a_serial_is_itself(world: World, device: Device) -> None:
    see(device, sight(serial=""), sight())
    with refused(NothingToApprove):
        actions.recognise_drive(
            drive=device.drives.get(serial="EX-SEEN-1"), by=world.officer
        )


def test_a_larger_drive_is_another_one(world: World) -> None:
    device = world.ready(world.drive(serial=""))
    see(device, sight(serial="", size_bytes=600 * GIB))
    with refused(NothingToApprove):
        actions.recognise_drive(drive=newest(device), by=world.officer)


def test_of_two_that_look_alike_nobody_knows_which(world: World) -> None:
    device = world.ready(world.drive(serial=""), world.drive(serial=""))
    see(device, sight(serial=""))
    with refused(NothingToApprove):
        actions.recognise_drive(drive=newest(device), by=world.officer)


def test_a_drive_whose_erasure_was_tried_is_another_one(
    world: World, device: Device
) -> None:
    world.erase(newest(device), result="failed", verification=Verification.NONE)
    assert newest(device).status == DriveStatus.FAILED
    with refused(NothingToApprove):
        actions.recognise_drive(drive=newest(device), by=world.officer)
