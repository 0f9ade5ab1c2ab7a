"""What a second person has to look at whoever says it, and who that cannot be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Machine
from backoffice.core.errors import SamePerson
from backoffice.core.models import RoleAssignment, User
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.sightings import (
    SeenDrive,
    lock_where_seen,
    note_drives_seen,
)
from inventory.errors import DateImpossible, EvidenceIncomplete
from inventory.imports.result import Weakness
from inventory.methods import ErasurePolicy, Medium, Technique, Verification
from inventory.models import (
    Bus,
    Device,
    Donation,
    Erasure,
    ErasureException,
    ErasureResult,
    ImportedResult,
    StorageDrive,
)
from inventory.states import DriveStatus
from tests.inventory.imports.logs import log_of
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def noon() -> Iterator[None]:
    """An hour ago was today too."""
    with time_machine.travel(timezone.localtime().replace(hour=12)):
        yield


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def came(days: int) -> None:
    """Every device was received so many days ago."""
    Device.objects.update(received_at=timezone.now() - days * DAY)


def applied(
    world: World, drive: StorageDrive, *, by: User | None = None, days: int = 0
) -> ImportedResult:
    """A log that holds, of so many days ago, taken in by somebody and applied."""
    report = actions.take_in_results(
        body=log_of(drive, at=timezone.now() - days * DAY).encode(),
        file_name="nwipe.log",
        site=world.site,
        by=by or world.technician,
    )
    actions.apply_results(report=report, by=world.technician)
    return report.results.get()


def status(drive: StorageDrive) -> str:
    return StorageDrive.objects.get(pk=drive.pk).status


def officer_who_erases(world: World) -> User:
    as_technician = Group.objects.get(name=Role.TECHNICIAN)
    RoleAssignment.objects.create(user=world.officer, role=as_technician)
    afresh: User = User.objects.get(pk=world.officer.pk)
    return afresh


# ------------------------------------------------------------------ older than a failure


@pytest.mark.parametrize("failed", ["failed", "aborted", "unknown"])
def test_a_success_of_yesterday_waits_where_it_went_wrong_today(
    world: World, drive: StorageDrive, failed: str
) -> None:
    came(days=3)
    world.erase(drive, result=ErasureResult(failed))
    erasure = world.erase(drive, erased_on=timezone.localdate() - DAY)
    assert ErasureException.BEFORE_ATTEMPT in erasure.exceptions
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE


def test_a_log_that_ended_before_a_failure_was_recorded_waits(
    world: World, drive: StorageDrive
) -> None:
    world.erase(drive, result=ErasureResult.FAILED)
    text = log_of(drive, at=Erasure.objects.get().recorded_at)  # to the second before
    report = actions.take_in_results(
        body=text.encode(), file_name="x", site=world.site, by=world.technician
    )
    actions.apply_results(report=report, by=world.technician)
    assert Erasure.objects.latest("pk").exceptions == [ErasureException.BEFORE_ATTEMPT]
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE


def test_a_clean_older_success_does_not_pass_by_one_that_waits(
    world: World, drive: StorageDrive
) -> None:
    came(days=3)
    world.erase_with_exceptions(drive)
    world.erase(drive, erased_on=timezone.localdate() - DAY)
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE


def test_a_drive_that_failed_is_erased_again_and_proven(
    world: World, drive: StorageDrive
) -> None:
    world.erase(drive, result=ErasureResult.FAILED)
    world.erase(drive)
    assert status(drive) == DriveStatus.ERASED


# ------------------------------------------------------------------ two people


def test_an_import_by_one_person_waits_where_a_donor_asks_for_two(
    world: World, drive: StorageDrive
) -> None:
    Donation.objects.update(erasure_by_two=True)
    erasure = applied(world, drive).erasure
    assert erasure is not None
    assert erasure.exceptions == [ErasureException.TYPED_BY_ONE]
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    assert status(drive) == DriveStatus.ERASED


def test_who_took_a_file_in_does_not_accept_it_though_another_applied_it(
    world: World, drive: StorageDrive
) -> None:
    Donation.objects.update(erasure_by_two=True)
    officer = officer_who_erases(world)
    erasure = applied(world, drive, by=officer).erasure
    assert erasure is not None
    assert erasure.operator == world.technician
    with refused(SamePerson):
        actions.approve_exceptions(erasure=erasure, by=officer)


# ------------------------------------------------------------------ before it came


def moved(world: World, drive: StorageDrive) -> StorageDrive:
    """The drive seen in another device, that has been here for two months."""
    other = world.receive(drives=())
    Device.objects.filter(pk=other.pk).update(received_at=timezone.now() - 60 * DAY)
    sight = SeenDrive(
        medium=Medium.HDD,
        bus=Bus.SATA,
        make=drive.make,
        model=drive.model,
        serial=drive.serial,
        size_bytes=drive.size_bytes,
        in_use=False,
    )
    with transaction.atomic():
        held = lock_where_seen(other.pk, [sight])
        note_drives_seen(held, [sight], at=timezone.now(), by=Machine("m"))
    found: StorageDrive = StorageDrive.objects.get(host=other)
    return found


def test_a_log_from_before_the_drive_came_proves_nothing_in_an_older_device(
    world: World, drive: StorageDrive
) -> None:
    drive = moved(world, drive)
    assert applied(world, drive, days=10).refused == Weakness.DATE_IMPOSSIBLE
    assert status(drive) == DriveStatus.AWAITING_ERASURE


def test_no_day_is_typed_from_before_the_drive_came_in_its_first_device(
    world: World, drive: StorageDrive
) -> None:
    drive = moved(world, drive)
    with refused(DateImpossible):
        world.erase(drive, erased_on=timezone.localdate() - 10 * DAY)


def test_a_day_on_which_nobody_knew_the_drive_waits_for_a_second_person(
    world: World, drive: StorageDrive
) -> None:
    came(days=3)
    erasure = world.erase(drive, erased_on=timezone.localdate() - DAY)
    assert erasure.exceptions == [ErasureException.BEFORE_CYCLE]
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE


# ------------------------------------------------------------------ nothing was done


def test_what_was_not_attempted_leaves_a_failure_standing(
    world: World, drive: StorageDrive
) -> None:
    world.erase(drive, result=ErasureResult.FAILED)
    world.erase(drive, result=ErasureResult.NOT_ATTEMPTED)
    assert status(drive) == DriveStatus.FAILED


def test_what_waits_is_accepted_though_something_was_not_attempted_since(
    world: World, drive: StorageDrive
) -> None:
    erasure = world.erase_with_exceptions(drive)
    world.erase(drive, result=ErasureResult.NOT_ATTEMPTED)
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    assert status(drive) == DriveStatus.ERASED


# ------------------------------------------------------------------ a factory reset


@pytest.fixture
def phone() -> tuple[World, StorageDrive]:
    world = make_world(policy=ErasurePolicy.CLEAR)
    return world, world.receive(world.drive(medium=Medium.EMMC)).drives.get()


def test_a_factory_reset_is_looked_through_and_always_waits(
    phone: tuple[World, StorageDrive],
) -> None:
    world, drive = phone
    done = {"technique": Technique.FACTORY_RESET, "verification": Verification.LOOKED}
    erasure = world.erase(drive, **done)
    assert erasure.exceptions == [ErasureException.FACTORY_RESET]
    assert status(drive) == DriveStatus.EXCEPTIONS_TO_APPROVE
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    assert status(drive) == DriveStatus.ERASED


@pytest.mark.parametrize("looked", ["none", "status", "sampled", "full"])
def test_nothing_is_read_back_after_a_factory_reset(
    phone: tuple[World, StorageDrive], looked: str
) -> None:
    world, drive = phone
    with refused(EvidenceIncomplete):
        world.erase(
            drive,
            technique=Technique.FACTORY_RESET,
            verification=Verification(looked),
        )


def test_looking_through_is_not_enough_where_a_donor_asks_for_every_byte(
    phone: tuple[World, StorageDrive],
) -> None:
    world, drive = phone
    Donation.objects.update(verification_policy="full")
    done = {"technique": Technique.FACTORY_RESET, "verification": Verification.LOOKED}
    with refused(EvidenceIncomplete):
        world.erase(drive, **done)


def test_looking_through_verifies_nothing_but_a_factory_reset(
    world: World, drive: StorageDrive
) -> None:
    with refused(EvidenceIncomplete):
        world.erase(drive, verification=Verification.LOOKED)


@pytest.mark.usefixtures("noon")
def test_a_log_older_than_a_drive_that_somebody_found_later_waits(
    world: World,
) -> None:
    """It may have been anywhere between the erasure and the day it was found."""
    device = world.receive(world.drive(serial="EX-FOUND-1"))
    found = actions.declare_drive(
        device=device, drive=world.drive(serial="EX-FOUND-2"), by=world.technician
    )
    report = actions.take_in_results(
        body=log_of(found, at=timezone.now() - dt.timedelta(hours=1)).encode(),
        file_name="nwipe.log",
        site=world.site,
        by=world.technician,
    )
    actions.apply_results(report=report, by=world.technician)
    found.refresh_from_db()
    assert found.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    assert found.erasures.get().exceptions == ["before_cycle"]
