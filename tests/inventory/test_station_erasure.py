"""Erasures recorded at the station: by one scan, or by a form filled in beforehand."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from inventory import actions
from inventory.methods import Medium
from inventory.models import Device, Erasure, StationMode, Storage, StorageDrive
from inventory.states import DriveStatus
from tests.inventory import certified
from tests.inventory.station import Bench, Kind, bench, seen
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


@pytest.fixture
def station(client: Client, world: World) -> Bench:
    return bench(client, world.technician, StationMode.ERASURE)


def answers(drive: StorageDrive, **changed: Any) -> dict[str, Any]:
    """A complete form for a hard disk."""
    return {
        "technique": "overwrite",
        "tool": "nwipe",
        "tool_version": "0.34",
        "verification": "full",
        "bytes_erased": drive.size_bytes,
        "result": "erased",
        **changed,
    }


def unchanged(device: Device, before: tuple[str, str, int]) -> bool:
    return seen(device) == before and not Erasure.objects.exists()


def test_a_device_shows_its_drives_and_what_they_need(station, world):
    device = world.receive(world.drive(), world.drive())
    card = station.scan(device.tag)
    assert (card.kind, card.outcome) == (Kind.DRIVES, "attention")
    for drive in device.drives.all():
        assert drive.serial in station.text
    assert station.text.count("Record the erasure") == 2


def test_the_form_of_a_card_records_an_erasure(station, device):
    drive = device.drives.get()
    asked = station.scan(drive.serial).scan
    name = "inventory:station-erase"
    card = station.press(name, asked, drive.uuid, **answers(drive))
    assert card.scan.event.verb == "erasure_erased"
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED
    assert seen(device)[1] == "clean"


def test_the_next_drive_of_its_kind_is_confirmed_by_one_scan(station, world, device):
    world.erase(world.receive().drives.get())
    drive = device.drives.get()
    station.scan(drive.serial)
    assert "Erased as the last one: nwipe 0.34" in station.text
    assert station.scan("XXOK").scan.event.verb == "erasure_erased"
    erasure = drive.erasures.get()
    assert (erasure.tool, erasure.bytes_erased) == ("nwipe", drive.size_bytes)


def test_the_form_of_a_card_leaves_empty_what_proves_a_drive(station, world, device):
    world.erase(world.receive().drives.get())
    station.scan(device.drives.get().serial)
    ((_drive, form, _blocker),) = station.answer.context["drives"]
    assert form["tool"].value() == "nwipe"
    assert (form["verification"].value(), form["bytes_erased"].value()) == (None, None)


def test_nobody_says_at_the_bench_what_only_we_can_find(station, world, device):
    drive = device.drives.get()
    asked, before = station.scan(drive.serial).scan, seen(device)
    found = {"result": "erased_with_exceptions", "exceptions": "without_order"}
    station.press(
        "inventory:station-erase", asked, drive.uuid, **answers(drive, **found)
    )
    assert unchanged(device, before)


def test_nothing_is_confirmed_for_a_kind_of_drive_never_erased(station, world):
    world.erase(world.receive().drives.get())
    device = world.receive(world.drive(medium=Medium.SATA_SSD))
    station.scan(device.tag)
    before = seen(device)
    assert station.scan("XXOK").facts["said"] == "tool_not_known"
    assert seen(device) == before


def test_what_a_machine_erased_for_somebody_is_not_what_they_do_by_hand(
    station: Bench, world: World
) -> None:
    certified.reported(world, certified.ssd(world))
    drive = certified.ssd(world)
    station.scan(drive.serial)
    assert station.scan("XXOK").facts["said"] == "tool_not_known"
    assert not drive.erasures.exists()


def test_two_drives_are_not_confirmed_by_one_scan(station, world):
    world.erase(world.receive().drives.get())
    device = world.receive(world.drive(), world.drive())
    station.scan(device.tag)
    before = seen(device)
    assert station.scan("XXOK").facts["said"] == "nothing_to_confirm"
    assert seen(device) == before


def test_proof_that_does_not_add_up_is_refused_and_stays_filled_in(station, device):
    drive = device.drives.get()
    asked = station.scan(device.tag).scan
    before = seen(device)
    short = answers(drive, bytes_erased=1000, tool="shred")
    station.press("inventory:station-erase", asked, drive.uuid, **short)
    assert station.answer.status_code == 409
    assert "1000 were erased" in station.text
    assert 'value="shred"' in station.text
    assert unchanged(device, before)


def test_a_corrected_form_is_a_scan_of_its_own(station, device):
    drive = device.drives.get()
    asked = station.scan(device.tag).scan
    name = "inventory:station-erase"
    station.press(name, asked, drive.uuid, **answers(drive, bytes_erased=1))
    form = station.answer.context["drives"][0][1]
    nonce = form["nonce"].value()
    card = station.press(name, asked, drive.uuid, **answers(drive), nonce=nonce)
    assert card.scan.event.verb == "erasure_erased"


@pytest.mark.parametrize(
    "wrong",
    [
        {"technique": "magic"},
        {"tool": "x" * 4000},
        {"tool": "a\x00b"},
        {"bytes_erased": "9" * 400},
        {"result": ""},
        {"exceptions": ["nothing"]},
    ],
    ids=str,
)
def test_a_form_filled_in_badly_is_shown_again(station, device, wrong):
    drive = device.drives.get()
    asked = station.scan(device.tag).scan
    before = seen(device)
    name = "inventory:station-erase"
    station.press(name, asked, drive.uuid, **answers(drive, **wrong))
    assert station.answer.status_code == 422
    assert unchanged(device, before)


def test_exceptions_wait_for_a_second_person(station, device):
    drive = device.drives.get()
    asked = station.scan(device.tag).scan
    said = answers(
        drive, result="erased_with_exceptions", exceptions=["hidden_area_left"]
    )
    station.press("inventory:station-erase", asked, drive.uuid, **said)
    before = seen(device)
    card = station.scan(drive.serial)
    assert card.outcome == "refused"
    assert "exceptions that nobody has approved" in station.text
    assert "Ask the data-security officer" in station.text
    assert seen(device) == before


def test_a_drive_in_use_is_not_erased(station, device):
    StorageDrive.objects.filter(host=device).update(in_use=True)
    before = seen(device)
    card = station.scan(device.drives.get().serial)
    assert card.outcome == "refused"
    assert "it is in use in the machine that reports it" in station.text
    assert unchanged(device, before)


def test_a_drive_in_use_is_not_erased_by_a_form_opened_before(station, device):
    drive = device.drives.get()
    asked = station.scan(device.tag).scan
    StorageDrive.objects.filter(host=device).update(in_use=True)
    before = seen(device)
    station.press("inventory:station-erase", asked, drive.uuid, **answers(drive))
    assert station.answer.status_code == 409
    assert unchanged(device, before)


def test_unknown_drives_are_refused_with_what_to_do(station, world):
    device = world.receive()
    actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    card = station.scan(device.tag)
    assert card.facts["code"] == "drives_unknown"
    assert "Declare its drives, or that there is none inside." in station.text


def test_a_device_without_storage_has_nothing_to_erase(station, world):
    device = world.receive(storage=Storage.NONE, drives=())
    assert station.scan(device.tag).kind is Kind.DEVICE
    assert "No storage" in station.text


def test_a_proven_drive_asks_for_nothing(station, device, world):
    world.erase(device.drives.get())
    card = station.scan(device.tag)
    assert (card.kind, card.outcome) == (Kind.DRIVES, "ok")
    assert "Record the erasure" not in station.text


def test_a_drive_in_custody_is_erased_there(station, device, world):
    drive = actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    asked = station.scan(drive.tag).scan
    name = "inventory:station-erase"
    card = station.press(name, asked, drive.uuid, **answers(drive))
    assert card.device == device
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_who_may_not_erase_sees_the_drives_without_a_form(client, world, device):
    station = bench(client, world.officer, StationMode.ERASURE)
    drive = device.drives.get()
    asked = station.scan(device.tag).scan
    held = world.officer.has_perm("inventory.record_erasure")
    assert ("Record the erasure" in station.text) == held
    before = seen(device)
    response = client.post(
        f"/station/scans/{asked.uuid}/drives/{drive.uuid}/erasure/", answers(drive)
    )
    assert response.status_code in ({400, 422} if held else {403})
    assert unchanged(device, before)
