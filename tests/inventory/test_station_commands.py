"""The printed commands, and the buttons that mirror them."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory import actions
from inventory.models import Device, DeviceEvent, Scan, StationMode
from inventory.scanner import Command
from inventory.states import HoldReason, SetAsideReason
from tests.inventory.station import Bench, Kind, bench, seen
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
M = StationMode


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


@pytest.fixture
def station(client: Client, world: World) -> Bench:
    return bench(client, world.technician, M.RECEPTION)


@pytest.mark.parametrize(
    ("command", "mode"),
    [
        ("XXRECEPTION", M.RECEPTION),
        ("XXVOIR", M.LOOK_UP),
        ("XXBOUGER", M.MOVE),
        ("XXPROPRE", M.ERASURE),
        ("XXCONTROLE", M.QUALITY_CHECK),
    ],
)
def test_a_mode_is_chosen_by_its_barcode(station, command, mode):
    card = station.scan(command)
    assert card.sentence == f"Mode: {mode.label}"
    assert station.client.session["station_mode"] == mode
    assert f'value="{mode}" hx-swap-oob="true"' in station.text


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (Command.OK, "There is nothing to confirm."),
        (Command.REFUSE, "There is nothing to refuse."),
        (Command.PRINT, "There is no label to print again."),
        (Command.UNDO, "There is nothing of yours to take back here."),
        (Command.PARTS, "No device was scanned."),
        (Command.ERASE, "Nothing is erased by this command alone."),
    ],
)
def test_a_command_with_nothing_to_do_says_so(station, device, command, said):
    before = seen(device)
    card = station.scan(command.value)
    assert (card.kind, card.outcome) == (Kind.SAID, "attention")
    assert said in station.text
    assert seen(device) == before


def test_every_command_has_an_answer(station):
    for command in Command:
        assert station.scan(command.value).outcome in {"ok", "attention"}


def test_next_puts_a_question_aside(station, device):
    station.mode = M.QUALITY_CHECK
    station.scan("XXNEXT")
    assert "Ready for the next one." in station.text
    assert station.scan("XXOK").facts["said"] == "nothing_to_confirm"


def test_the_label_of_the_last_device_is_printed(station, device):
    station.mode = M.LOOK_UP
    station.scan(device.tag)
    assert station.scan("XXPRINT").kind is Kind.PRINT
    assert f"tags={device.tag}" in station.text
    assert "<print-label" in station.text
    page = station.client.get(reverse("inventory:station")).content.decode()
    assert f"tags={device.tag}" in page
    assert "<print-label" not in page


def test_parts_are_kept_only_of_what_was_set_aside(station, device):
    station.mode = M.LOOK_UP
    station.scan(device.tag)
    before = seen(device)
    assert station.scan("XXPIECES").facts["said"] == "parts_after_setting_aside"
    assert seen(device) == before


def test_a_device_set_aside_without_a_drive_is_kept_for_its_parts(client, world):
    device = world.receive()
    actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    actions.declare_no_storage(device=device, by=world.technician)
    actions.set_aside(device=device, reason=SetAsideReason.MOTHERBOARD, by=world.lead)
    station = bench(client, world.lead)
    station.scan(device.tag)
    assert station.scan("XXPIECES").change == ("not_reusable", "for_parts")


def test_parts_with_an_unproven_drive_inside_are_refused(client, world, device):
    actions.set_aside(device=device, reason=SetAsideReason.TOO_OLD, by=world.lead)
    station = bench(client, world.lead)
    station.scan(device.tag)
    before = seen(device)
    assert station.scan("XXPIECES").facts["code"] == "drive_unproven"
    assert seen(device) == before


def test_the_end_of_a_session_counts_what_was_done(station, world):
    for _each in range(2):
        station.scan(world.receive().tag)
    station.scan("NEVER-SEEN-1")
    card = station.scan("XXFIN")
    assert card.summary == [("Triage started", 2)]
    assert "1 code still waits for an answer." in station.text


# ------------------------------------------------------------------ taking back


def test_an_act_is_taken_back_by_its_button(station, device):
    asked = station.scan(device.tag).scan
    card = station.press("inventory:station-undo", asked)
    assert card.change == ("in_triage", "received")
    assert seen(device)[0] == "received"
    verbs = DeviceEvent.objects.filter(subject=device).values_list("verb", flat=True)
    assert list(verbs.order_by("sequence"))[-2:] == ["triage_started", "undone"]


def test_a_button_pressed_twice_takes_back_once(station, device):
    asked = station.scan(device.tag).scan
    nonce = uuid.uuid4()
    first = station.press("inventory:station-undo", asked, nonce=nonce)
    again = station.press("inventory:station-undo", asked, nonce=nonce)
    assert first.scan == again.scan
    assert again.outcome == "ok"


def test_a_scanned_undo_goes_back_act_by_act(station, world):
    first, second = world.receive(), world.receive()
    station.scan(first.tag)
    station.scan(second.tag)
    assert station.scan("XXUNDO").device == second
    assert station.scan("XXUNDO").device == first
    assert station.scan("XXUNDO").facts["said"] == "nothing_to_undo"
    assert seen(first)[0] == seen(second)[0] == "received"


def test_an_act_overtaken_by_another_is_not_taken_back(station, device, world):
    asked = station.scan(device.tag).scan
    actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    before = seen(device)
    card = station.press("inventory:station-undo", asked)
    assert card.facts["code"] == "undo_too_late"
    assert "Something else has happened" in station.text
    assert seen(device) == before


def test_after_ten_minutes_nothing_is_taken_back(station, device):
    asked = station.scan(device.tag).scan
    assert "Undo" in station.text
    old = timezone.now() - dt.timedelta(minutes=11)
    Scan.objects.filter(pk=asked.pk).update(scanned_at=old)
    assert station.scan("XXUNDO").facts["said"] == "nothing_to_undo"
    assert seen(device)[0] == "in_triage"


def test_an_erasure_is_not_taken_back(station, device, world):
    drive = device.drives.get()
    world.erase(drive)
    station.mode = M.ERASURE
    again = world.receive().drives.get()
    station.scan(again.serial)
    station.scan("XXOK")
    before = seen(again.host)
    card = station.scan("XXUNDO")
    assert card.facts["code"] == "nothing_to_undo"
    assert "“Drive erased” is not taken back" in card.rule
    assert seen(again.host) == before


# ------------------------------------------------------------------ language


def test_a_refusal_is_drawn_in_the_readers_language(station, device, world):
    world.to_check(device)
    station.scan(device.tag)
    station.client.cookies["django_language"] = "fr"
    page = station.client.get(reverse("inventory:station")).content.decode()
    assert "cannot become" not in page
    assert "wrong_status" in page
