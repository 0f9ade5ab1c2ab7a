"""What is told of many drives at once: never more than is known, nor after it fell."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.actors import Machine
from backoffice.core.models import Document
from backoffice.core.paper import Verdict
from inventory import actions
from inventory.actions.sightings import SeenDrive, lock_where_seen, note_drives_seen
from inventory.documents.drawing import spec_of
from inventory.methods import Medium
from inventory.models import (
    Bus,
    Certificate,
    Device,
    DeviceKind,
    ErasureResult,
    Lot,
    StorageDrive,
)
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
    assert (verdict.is_good, verdict.text) == (
        False,
        "Nobody has looked for drives yet",
    )
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


def asked_in_public(client: Client, paper: Certificate) -> str:
    address = reverse("inventory:verify-one", args=[paper.public_id])
    return str(client.get(address).content.decode())


def test_one_drive_is_spoken_of_as_one(client: Client, world: World) -> None:
    client.force_login(world.officer)
    client.cookies["django_language"] = "fr"
    world.erase(world.receive().drives.get())
    page = client.get(reverse("inventory:lot-certificates", args=[world.lot.uuid]))
    assert "0 preuve sur 1 a son document" in " ".join(page.content.decode().split())
    assert "1 sur 1 prouvé au" in asked_in_public(client, summary(world))


def test_sheet_and_summary_fall_with_the_first_of_their_proofs(
    client: Client, world: World
) -> None:
    device = world.receive(world.drive(), world.drive())
    first, second = device.drives.all()
    world.erase(first)
    world.erase(second)
    papers = [summary(world), sheet(world, device)]
    assert all("it counts." in asked_in_public(client, paper) for paper in papers)
    assert "2 of 2 proven on" in asked_in_public(client, papers[0])
    world.erase(first, result=ErasureResult.FAILED)
    for paper in papers:
        assert "since then 1 of its drives" in asked_in_public(client, paper)
    assert set(Certificate.objects.fallen()) == set(papers)
    assert not Certificate.objects.standing().exists()


def test_the_page_of_a_fallen_summary_says_how_many_fell(
    client: Client, world: World
) -> None:
    drive = world.receive().drives.get()
    world.erase(drive)
    paper = summary(world)
    world.erase(drive, result=ErasureResult.FAILED)
    client.force_login(world.officer)
    address = reverse("inventory:certificate-detail", args=[paper.document.uuid])
    assert "Since then 1 of its drives" in client.get(address).content.decode()
    listed = client.get(reverse("inventory:certificate-list")).content.decode()
    assert "No longer counts" in listed


def test_a_better_proof_lets_no_summary_fall(world: World) -> None:
    drive = world.receive().drives.get()
    world.erase(drive)
    paper = summary(world)
    world.erase(drive)
    assert list(Certificate.objects.standing()) == [paper]
    assert not Certificate.objects.get(pk=paper.pk).has_fallen


def test_a_fallen_summary_is_issued_anew_though_it_would_say_the_same(
    world: World,
) -> None:
    drive = world.receive().drives.get()
    world.erase(drive, result=ErasureResult.FAILED)
    former = summary(world)
    assert summary(world) == former
    world.erase(drive)
    proven = summary(world)
    world.erase(drive, result=ErasureResult.FAILED)
    newest = summary(world)
    assert [former.has_fallen, proven.has_fallen, newest.has_fallen] == [
        *(False, True, False)
    ]
    assert newest.replaces == proven


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE inventory_certificateline SET erasure_id = NULL",
        "DELETE FROM inventory_certificateline",
    ],
)
def test_what_a_summary_named_stays_named(world: World, change: str) -> None:
    world.erase(world.receive().drives.get())
    lines = summary(world).lines
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert lines.count() == 1
