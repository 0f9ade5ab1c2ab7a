from __future__ import annotations

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted, SamePerson
from backoffice.core.models import User
from inventory import actions
from inventory.errors import NothingToApprove
from inventory.models import Destruction, DestructionMethod, StorageDrive
from inventory.states import DataState, DriveStatus
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def destroy(world: World, drive: StorageDrive, by: User | None = None) -> Destruction:
    return actions.record_destruction(
        drive=drive,
        method=DestructionMethod.CRUSH,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=by or world.technician,
    )


def test_a_confirmed_drive_is_no_more(world: World, drive: StorageDrive) -> None:
    destruction = destroy(world, drive)
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.DESTROYED
    assert (drive.host, drive.custody) == (None, None)
    assert drive.events.order_by("-sequence")[0].verb == "destruction_confirmed"


def test_nobody_has_yet_seen_the_device_empty(
    world: World, drive: StorageDrive
) -> None:
    """The drive is gone; whether another one is inside is a person's to say."""
    destruction = destroy(world, drive)
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    drive.refresh_from_db()
    assert drive.last_host.data_state == DataState.UNKNOWN


def test_a_refused_destruction_leaves_a_drive_to_erase(
    world: World, drive: StorageDrive
) -> None:
    destruction = destroy(world, drive)
    actions.refuse_destruction(destruction=destruction, by=world.officer)
    drive.refresh_from_db()
    assert (drive.status, drive.host) == (DriveStatus.FAILED, drive.last_host)
    assert drive.events.order_by("-sequence")[0].verb == "destruction_refused"


def test_what_a_machine_has_shown_since_is_not_destroyed(
    world: World, drive: StorageDrive
) -> None:
    destruction = destroy(world, drive)
    StorageDrive.objects.filter(pk=drive.pk).update(last_seen_at=timezone.now())
    with refused(NothingToApprove):
        actions.confirm_destruction(destruction=destruction, by=world.officer)
    actions.refuse_destruction(destruction=destruction, by=world.officer)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.FAILED


def test_a_refused_destruction_may_be_recorded_again(
    world: World, drive: StorageDrive
) -> None:
    actions.refuse_destruction(destruction=destroy(world, drive), by=world.officer)
    again = destroy(world, drive)
    actions.confirm_destruction(destruction=again, by=world.officer)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.DESTROYED


@pytest.mark.parametrize(
    "decide", [actions.confirm_destruction, actions.refuse_destruction]
)
def test_whoever_did_it_decides_nothing(
    world: World, drive: StorageDrive, decide
) -> None:
    destruction = destroy(world, drive, by=world.officer)
    with refused(SamePerson):
        decide(destruction=destruction, by=world.officer)


@pytest.mark.parametrize(
    "decide", [actions.confirm_destruction, actions.refuse_destruction]
)
def test_a_workshop_lead_decides_nothing(
    world: World, drive: StorageDrive, decide
) -> None:
    destruction = destroy(world, drive)
    with refused(NotPermitted):
        decide(destruction=destruction, by=world.lead)


@pytest.mark.parametrize(
    "decide", [actions.confirm_destruction, actions.refuse_destruction]
)
def test_a_destruction_is_decided_once(
    world: World, drive: StorageDrive, decide
) -> None:
    destruction = destroy(world, drive)
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    with refused(NothingToApprove):
        decide(destruction=destruction, by=world.officer)
