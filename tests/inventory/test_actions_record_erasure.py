from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import (
    DateImpossible,
    DriveDestroyed,
    DriveInUse,
    EvidenceIncomplete,
    TechniqueUnfit,
)
from inventory.methods import (
    ErasureClass,
    ErasurePolicy,
    Medium,
    Technique,
    Verification,
    VerificationPolicy,
)
from inventory.models import (
    Bus,
    DestructionMethod,
    Donation,
    ErasureException,
    ErasureResult,
    StorageDrive,
)
from inventory.states import DataState, DeviceStatus, DriveStatus
from tests.unchanged import refused
from tests.world import GIB, World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def test_an_erasure_proves_the_drive_and_frees_its_device(
    world: World, drive: StorageDrive
) -> None:
    erasure = world.erase(drive)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.ERASED, erasure)
    assert erasure.erasure_class == ErasureClass.CLEAR
    assert drive.last_host.data_state == DataState.CLEAN


def test_both_journals_tell_what_was_done(world: World, drive: StorageDrive) -> None:
    erasure = world.erase(drive)
    told = drive.events.order_by("-sequence")[0]
    assert told.verb == "erasure_erased"
    assert told.data["erasure"] == str(erasure.uuid)
    assert told.data["class"] == "clear"
    device_told = erasure.device.events.order_by("-sequence")[0]
    assert device_told.data["drive"] == str(drive.uuid)


def test_samples_do_not_suffice_a_donor_who_asks_for_every_byte(
    world: World, drive: StorageDrive
) -> None:
    Donation.objects.update(verification_policy=VerificationPolicy.FULL)
    with refused(EvidenceIncomplete):
        world.erase(drive, verification=Verification.SAMPLED)
    world.erase(drive, verification=Verification.FULL)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_exceptions_seen_by_samples_do_not_prove_where_every_byte_is_asked_since(
    world: World, drive: StorageDrive
) -> None:
    waiting = world.erase(
        drive,
        result=ErasureResult.ERASED_WITH_EXCEPTIONS,
        exceptions=(ErasureException.HIDDEN_AREA_UNKNOWN,),
        verification=Verification.SAMPLED,
    )
    Donation.objects.update(verification_policy=VerificationPolicy.FULL)
    actions.approve_exceptions(erasure=waiting, by=world.officer)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.CLASS_TOO_LOW, None)


def test_nobody_writes_down_that_there_was_no_order(
    client: Client, world: World, drive: StorageDrive
) -> None:
    client.force_login(world.technician)
    page = client.get(reverse("inventory:drive-erase", args=[drive.uuid]))
    offered = dict(page.context["form"].fields["exceptions"].choices)
    assert ErasureException.WITHOUT_ORDER not in offered
    assert ErasureException.HIDDEN_AREA_LEFT in offered


def test_the_class_follows_from_medium_and_method(world: World) -> None:
    ssd = world.drive(medium=Medium.NVME, bus=Bus.NVME)
    drive = world.receive(ssd).drives.get()
    erasure = world.erase(
        drive,
        technique=Technique.NVME_SANITIZE_BLOCK,
        verification=Verification.SAMPLED,
    )
    assert erasure.erasure_class == ErasureClass.PURGE


def test_a_class_below_what_the_donor_asks_is_no_proof() -> None:
    world = make_world(policy=ErasurePolicy.PURGE)
    drive = world.receive().drives.get()
    world.erase(drive)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.CLASS_TOO_LOW, None)
    assert drive.last_host.data_state == DataState.AT_RISK


@pytest.mark.parametrize(
    "result", [ErasureResult.FAILED, ErasureResult.ABORTED, ErasureResult.UNKNOWN]
)
def test_a_failed_erasure_is_recorded_and_proves_nothing(
    world: World, drive: StorageDrive, result: ErasureResult
) -> None:
    erasure = world.erase(drive, result=result, verification=Verification.NONE)
    drive.refresh_from_db()
    assert (drive.status, erasure.erasure_class) == (DriveStatus.FAILED, "")
    assert drive.events.order_by("-sequence")[0].verb == f"erasure_{result}"


def test_a_later_failure_takes_the_proof_back(
    world: World, drive: StorageDrive
) -> None:
    world.erase(drive)
    world.erase(drive, result=ErasureResult.FAILED)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.FAILED, None)
    assert drive.last_host.data_state == DataState.AT_RISK


def test_a_failure_on_the_ready_shelf_holds_the_device(world: World) -> None:
    device = world.ready()
    world.erase(device.drives.get(), result=ErasureResult.FAILED)
    device.refresh_from_db()
    assert device.status == DeviceStatus.TO_PROCESS
    assert device.is_held


def test_what_was_not_attempted_leaves_a_proof_standing(
    world: World, drive: StorageDrive
) -> None:
    world.erase(drive)
    world.erase(drive, result=ErasureResult.NOT_ATTEMPTED)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_exceptions_wait_for_a_second_person(world: World, drive: StorageDrive) -> None:
    world.erase_with_exceptions(drive)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.EXCEPTIONS_TO_APPROVE, None)


def test_the_operator_may_say_what_an_unknown_drive_is(world: World) -> None:
    unknown = world.drive(medium=Medium.UNKNOWN)
    drive = world.receive(unknown).drives.get()
    world.erase(drive, medium=Medium.HDD)
    drive.refresh_from_db()
    assert (drive.medium, drive.status) == (Medium.HDD, DriveStatus.ERASED)


def test_a_drive_in_custody_is_erased_under_its_device_s_rules(
    world: World, drive: StorageDrive
) -> None:
    drive = actions.take_drive_out(
        drive=drive, custody=world.cupboard, by=world.technician
    )
    erasure = world.erase(drive)
    assert erasure.device == drive.last_host


@pytest.mark.parametrize(
    ("claimed", "error"),
    [
        ({"verification": Verification.STATUS}, EvidenceIncomplete),
        ({"verification": Verification.NONE}, EvidenceIncomplete),
        ({"bytes_erased": 500 * GIB - 1}, EvidenceIncomplete),
        ({"bytes_erased": None}, EvidenceIncomplete),
        (
            {"exceptions": (ErasureException.SERIAL_MISSING,)},
            EvidenceIncomplete,
        ),
        ({"result": ErasureResult.ERASED_WITH_EXCEPTIONS}, EvidenceIncomplete),
        ({"technique": Technique.NVME_SANITIZE_BLOCK}, TechniqueUnfit),
        (
            {"erased_on": timezone.localdate() + dt.timedelta(days=1)},
            DateImpossible,
        ),
        (
            {"erased_on": timezone.localdate() - dt.timedelta(days=400)},
            DateImpossible,
        ),
    ],
)
def test_a_claim_that_does_not_add_up_is_refused(
    world: World,
    drive: StorageDrive,
    claimed: dict[str, Any],
    error: type[EvidenceIncomplete],
) -> None:
    with refused(error):
        world.erase(drive, **claimed)


def test_the_exact_size_takes_the_place_of_the_one_on_the_label(world: World) -> None:
    labelled = world.drive(size_bytes=500 * 10**9)
    drive = world.receive(labelled).drives.get()
    erasure = world.erase(drive, bytes_erased=500_107_862_016)
    drive.refresh_from_db()
    assert (drive.size_bytes, drive.proof) == (500_107_862_016, erasure)
    told = drive.events.get(verb="erasure_erased").data
    assert (told["size_declared"], told["bytes_erased"]) == (
        500 * 10**9,
        500_107_862_016,
    )


@pytest.mark.parametrize("counted", [400 * 10**9, 600 * 10**9])
def test_a_size_far_from_the_label_is_refused(world: World, counted: int) -> None:
    drive = world.receive(world.drive(size_bytes=500 * 10**9)).drives.get()
    with refused(EvidenceIncomplete):
        world.erase(drive, bytes_erased=counted)


def test_a_size_that_an_agent_saw_is_not_rounded(world: World) -> None:
    drive = world.receive(world.drive(size_bytes=500 * 10**9)).drives.get()
    StorageDrive.objects.filter(pk=drive.pk).update(last_seen_at=timezone.now())
    with refused(EvidenceIncomplete):
        world.erase(drive, bytes_erased=500_107_862_016)


@pytest.mark.parametrize("counted", [None, 0])
def test_a_success_on_a_drive_of_unknown_size_says_its_bytes(
    world: World, counted: int | None
) -> None:
    drive = world.receive(world.drive(size_bytes=None)).drives.get()
    with refused(EvidenceIncomplete):
        world.erase(drive, bytes_erased=counted)
    world.erase(drive, bytes_erased=500 * GIB)
    drive.refresh_from_db()
    assert (drive.status, drive.size_bytes) == (DriveStatus.ERASED, None)


def test_a_drive_in_use_is_not_erased(world: World, drive: StorageDrive) -> None:
    StorageDrive.objects.filter(pk=drive.pk).update(in_use=True)
    with refused(DriveInUse):
        world.erase(drive)


def test_a_destroyed_drive_is_not_erased(world: World, drive: StorageDrive) -> None:
    destruction = actions.record_destruction(
        drive=drive,
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    )
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    with refused(DriveDestroyed):
        world.erase(drive)


def test_one_person_s_word_waits_for_a_second_where_a_donor_asks_for_two(
    world: World, drive: StorageDrive
) -> None:
    Donation.objects.update(erasure_by_two=True)
    erasure = world.erase(drive)
    drive.refresh_from_db()
    assert erasure.exceptions == [ErasureException.TYPED_BY_ONE]
    assert drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_a_mediator_records_no_erasure(world: World, drive: StorageDrive) -> None:
    with refused(NotPermitted):
        actions.record_erasure(
            drive=drive, claim=world.claim(drive), by=person(Role.MEDIATOR)
        )


def test_a_technician_of_another_site_records_none_here(
    world: World, drive: StorageDrive
) -> None:
    elsewhere = stranger()
    with refused(NotPermitted):
        actions.record_erasure(drive=drive, claim=world.claim(drive), by=elsewhere)


def stranger() -> User:
    """A technician of another site."""
    site = Site.objects.create(name="Les Tilleuls")
    return person(Role.TECHNICIAN, site=site)


def test_a_drive_said_to_be_destroyed_waits_for_the_second_person(
    world: World, drive: StorageDrive
) -> None:
    actions.record_destruction(
        drive=drive,
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    )
    with refused(DriveDestroyed):
        world.erase(drive, result=ErasureResult.FAILED)
