from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import DriveAttested, DriveDestroyed, DriveElsewhere, NotHere
from inventory.methods import Verification
from inventory.models import DestructionMethod, Storage, StorageDrive
from inventory.states import DataState, DriveStatus, WithdrawalReason
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def withdraw(world: World, drive: StorageDrive) -> StorageDrive:
    return actions.withdraw_drive(
        drive=drive, reason=WithdrawalReason.WRITTEN_TWICE, by=world.technician
    )


def test_a_drive_written_down_twice_counts_no_more(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    mistaken, real = device.drives.order_by("pk")
    world.erase(real)
    withdraw(world, mistaken)
    device.refresh_from_db()
    assert (device.data_state, device.storage) == (DataState.CLEAN, Storage.LISTED)
    assert list(device.drives.all()) == [real]


def test_it_stays_in_both_histories_with_the_reason(
    world: World, drive: StorageDrive
) -> None:
    device = drive.last_host
    drive = withdraw(world, drive)
    assert (drive.status, drive.host, drive.last_host) == (
        DriveStatus.WITHDRAWN,
        None,
        device,
    )
    for journal in (drive.events, device.events):
        told = journal.get(verb__endswith="withdrawn")
        assert told.data["reason"] == "written_twice"


def test_without_its_only_drive_nobody_knows_what_is_inside(
    world: World, drive: StorageDrive
) -> None:
    withdraw(world, drive)
    device = drive.last_host
    device.refresh_from_db()
    assert (device.storage, device.data_state) == (Storage.UNKNOWN, DataState.UNKNOWN)


def test_its_serial_may_be_written_down_where_the_drive_really_is(
    world: World, drive: StorageDrive
) -> None:
    withdraw(world, drive)
    device = world.receive(
        world.drive(serial=drive.serial), world.drive(serial="EX-OTHER")
    )
    assert device.drives.filter(serial=drive.serial).exists()


SEEN_OR_WORKED_ON: dict[str, Callable[[World, StorageDrive], object]] = {
    "seen by an agent": lambda world, drive: StorageDrive.objects.update(
        last_seen_at=timezone.now()
    ),
    "erased": lambda world, drive: world.erase(drive),
    "erased in vain": lambda world, drive: world.erase(
        drive, result="failed", verification=Verification.NONE
    ),
    "destroyed": lambda world, drive: actions.record_destruction(
        drive=drive,
        method=DestructionMethod.SHRED,
        place=world.room,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    ),
    "back from somebody": lambda world, drive: StorageDrive.objects.update(cycle=2),
}


@pytest.mark.parametrize("name", SEEN_OR_WORKED_ON)
def test_a_drive_that_was_really_there_is_not_withdrawn(
    world: World, drive: StorageDrive, name: str
) -> None:
    SEEN_OR_WORKED_ON[name](world, drive)
    with refused(DriveAttested):
        withdraw(world, drive)


def test_a_drive_bought_new_is_not_withdrawn(world: World) -> None:
    new = world.drive(
        invoice_reference="F-1",
        invoice_supplier="Exemple",
        invoiced_on=timezone.localdate(),
    )
    drive = world.receive(new).drives.get()
    with refused(DriveAttested):
        withdraw(world, drive)


def test_a_drive_in_custody_is_not_withdrawn(world: World, drive: StorageDrive) -> None:
    actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    with refused(DriveElsewhere):
        withdraw(world, drive)


def test_a_drive_is_withdrawn_once(world: World, drive: StorageDrive) -> None:
    withdraw(world, drive)
    with refused(DriveElsewhere):
        withdraw(world, drive)


def test_a_drive_that_has_left_with_its_device_is_not_withdrawn(
    world: World, drive: StorageDrive
) -> None:
    actions.return_to_donor(
        device=drive.last_host, waiver_reference="D-1", by=world.lead
    )
    with refused(NotHere):
        withdraw(world, drive)


def test_a_withdrawn_drive_is_not_erased(world: World, drive: StorageDrive) -> None:
    withdraw(world, drive)
    with refused(DriveDestroyed):
        world.erase(drive)


def test_who_may_not_declare_may_not_withdraw(
    world: World, drive: StorageDrive
) -> None:
    elsewhere = Site.objects.create(name="Tilleuls")
    for stranger in (
        person(Role.MEDIATOR),
        person(Role.TECHNICIAN, site=elsewhere),
    ):
        with refused(NotPermitted):
            actions.withdraw_drive(
                drive=drive, reason=WithdrawalReason.NOT_THERE, by=stranger
            )
