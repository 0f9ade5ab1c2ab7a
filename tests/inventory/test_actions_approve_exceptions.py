from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted, SamePerson
from inventory import actions
from inventory.errors import EvidenceIncomplete, NothingToApprove
from inventory.methods import ErasurePolicy
from inventory.models import StorageDrive
from inventory.states import DataState, DriveStatus
from tests.unchanged import refused
from tests.world import GIB, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def test_a_second_person_makes_it_a_proof(world: World, drive: StorageDrive) -> None:
    erasure = world.erase_with_exceptions(drive)
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    drive.refresh_from_db()
    erasure.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.ERASED, erasure)
    assert erasure.approved_by == world.officer
    assert drive.last_host.data_state == DataState.CLEAN
    assert drive.events.order_by("-sequence")[0].verb == "exceptions_approved"


def test_approval_does_not_raise_the_class() -> None:
    world = make_world(policy=ErasurePolicy.PURGE)
    drive = world.receive().drives.get()
    erasure = world.erase_with_exceptions(drive)
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.CLASS_TOO_LOW


def test_whoever_did_it_cannot_approve_it(world: World, drive: StorageDrive) -> None:
    erasure = actions.record_erasure(
        drive=drive,
        claim=world.claim(
            drive,
            result="erased_with_exceptions",
            exceptions=("hidden_area_unknown",),
        ),
        by=world.officer,
    )
    with refused(SamePerson):
        actions.approve_exceptions(erasure=erasure, by=world.officer)


def test_a_workshop_lead_approves_nothing(world: World, drive: StorageDrive) -> None:
    erasure = world.erase_with_exceptions(drive)
    with refused(NotPermitted):
        actions.approve_exceptions(erasure=erasure, by=world.lead)


def test_an_approval_is_given_once(world: World, drive: StorageDrive) -> None:
    erasure = world.erase_with_exceptions(drive)
    actions.approve_exceptions(erasure=erasure, by=world.officer)
    with refused(NothingToApprove):
        actions.approve_exceptions(erasure=erasure, by=world.officer)


def test_only_the_newest_attempt_is_approved(world: World, drive: StorageDrive) -> None:
    older = world.erase_with_exceptions(drive)
    world.erase_with_exceptions(drive)
    with refused(NothingToApprove):
        actions.approve_exceptions(erasure=older, by=world.officer)


def test_an_erasure_of_less_than_the_drive_holds_is_not_approved(
    world: World, drive: StorageDrive
) -> None:
    erasure = world.erase_with_exceptions(drive)
    StorageDrive.objects.filter(pk=drive.pk).update(size_bytes=600 * GIB)
    with refused(EvidenceIncomplete):
        actions.approve_exceptions(erasure=erasure, by=world.officer)


def test_a_clean_erasure_has_nothing_to_approve(
    world: World, drive: StorageDrive
) -> None:
    erasure = world.erase(drive)
    with refused(NothingToApprove):
        actions.approve_exceptions(erasure=erasure, by=world.officer)
