from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import User
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import DateImpossible, DriveDestroyed, DriveInUse
from inventory.models import Destruction, DestructionMethod, StorageDrive
from inventory.states import DataState, DriveStatus
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def destroy(
    world: World, drive: StorageDrive, *, days: int = 0, by: User | None = None
) -> Destruction:
    return actions.record_destruction(
        drive=drive,
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate() + dt.timedelta(days=days),
        by=by or world.technician,
    )


def test_a_destruction_counts_for_nothing_until_it_is_confirmed(
    world: World, drive: StorageDrive
) -> None:
    destroy(world, drive)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.DESTRUCTION_TO_APPROVE
    assert drive.last_host.data_state == DataState.AT_RISK
    assert drive.events.order_by("-sequence")[0].verb == "destruction_recorded"


def test_an_erased_drive_loses_its_proof_with_it(
    world: World, drive: StorageDrive
) -> None:
    world.erase(drive)
    destroy(world, drive)
    drive.refresh_from_db()
    assert drive.proof is None
    assert drive.last_host.data_state == DataState.AT_RISK


@pytest.mark.parametrize("days", [1, -400])
def test_a_date_outside_its_stay_is_refused(
    world: World, drive: StorageDrive, days: int
) -> None:
    with refused(DateImpossible):
        destroy(world, drive, days=days)


def test_a_drive_in_use_was_not_destroyed(world: World, drive: StorageDrive) -> None:
    StorageDrive.objects.filter(pk=drive.pk).update(in_use=True)
    with refused(DriveInUse):
        destroy(world, drive)


def test_a_drive_is_destroyed_once(world: World, drive: StorageDrive) -> None:
    destroy(world, drive)
    with refused(DriveDestroyed):
        destroy(world, drive)


def test_a_mediator_destroys_nothing(world: World, drive: StorageDrive) -> None:
    with refused(NotPermitted):
        destroy(world, drive, by=person(Role.MEDIATOR))
