"""What is told of many drives at once: never more than is known, nor after it fell."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Machine
from backoffice.core.models import Document
from backoffice.core.paper import Verdict
from inventory import actions
from inventory.actions.sightings import SeenDrive, lock_where_seen, note_drives_seen
from inventory.documents.drawing import spec_of
from inventory.methods import Medium
from inventory.models import Bus, Certificate, Device, DeviceKind, Lot, StorageDrive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
OF_MACHINES = ("machines", "without_drives", "no_data", "unseen")


@pytest.fixture
def world() -> World:
    return make_world()


def summary(world: World, lot: Lot | None = None) -> Certificate:
    return actions.issue_lot_summary(
        lot=lot or world.lot, language="en", by=world.officer
    )


def sheet(world: World, device: Device) -> Certificate:
    return actions.issue_machine_sheet(device=device, language="en", by=world.officer)


def verdict_of(document: Document) -> Verdict:
    return next(
        block for block in spec_of(document).blocks if isinstance(block, Verdict)
    )


@transaction.atomic
def plug_into(device: Device, drive: StorageDrive) -> StorageDrive:
    """A machine shows a drive that is known in another one."""
    sight = SeenDrive(
        medium=Medium(drive.medium),
        bus=Bus(drive.bus),
        make=drive.make,
        model=drive.model,
        serial=drive.serial,
        size_bytes=drive.size_bytes,
        in_use=False,
    )
    held = lock_where_seen(device.pk, [sight])
    note_drives_seen(held, [sight], at=timezone.now(), by=Machine("m"))
    return StorageDrive.objects.get(pk=drive.pk)


def test_a_machine_that_nobody_opened_is_not_one_without_a_drive(world: World) -> None:
    world.receive(drives=())
    document = summary(world).document
    assert [document.content[name] for name in OF_MACHINES] == [1, 0, 0, 1]
    verdict = verdict_of(document)
    assert not verdict.is_good
    assert "Nobody has looked yet whether 1 machine" in str(verdict.details)


def test_one_machine_that_nobody_opened_spoils_what_is_proven(world: World) -> None:
    world.erase(world.receive().drives.get())
    assert verdict_of(summary(world).document).is_good
    world.receive(drives=())
    assert not verdict_of(summary(world).document).is_good


def test_a_lot_without_a_drive_is_good_once_somebody_looked(world: World) -> None:
    actions.declare_no_storage(device=world.receive(drives=()), by=world.technician)
    world.receive(kind=DeviceKind.PERIPHERAL, drives=())
    document = summary(world).document
    assert [document.content[name] for name in OF_MACHINES] == [2, 1, 1, 0]
    verdict = verdict_of(document)
    assert (verdict.is_good, verdict.text) == (True, "No drive found")


def test_a_sheet_says_that_nobody_looked(world: World) -> None:
    verdict = verdict_of(sheet(world, world.receive(drives=())).document)
    assert (verdict.is_good, verdict.text) == (False, "Not known yet")
    dataless = world.receive(kind=DeviceKind.PERIPHERAL, drives=())
    verdict = verdict_of(sheet(world, dataless).document)
    assert (verdict.is_good, verdict.text) == (True, "Cannot hold data")


def test_what_was_issued_before_is_drawn_as_it_was(world: World) -> None:
    old = [sheet(world, world.receive(drives=())).document, summary(world).document]
    for document in old:
        document.template_version = 2
        for name in ("no_data", "unseen"):
            document.content.pop(name, None)
    texts = [verdict_of(document).text for document in old]
    assert texts == ["No drive found", "0 of 0 drives proven"]


def test_a_drive_that_moved_before_its_erasure_stays_the_donor_s(world: World) -> None:
    first = world.receive()
    other = actions.open_lot(donation=world.donation, label="B", by=world.lead)
    second = world.receive(lot=other, drives=())
    drive = plug_into(second, first.drives.get())
    world.erase(drive)
    for paper in (
        *(summary(world, lot) for lot in (world.lot, other)),
        *(sheet(world, device) for device in (first, second)),
    ):
        content = paper.document.content
        assert [line["serial"] for line in content["drives"]] == [drive.serial]
        assert content.get("unseen", 0) == 0
