"""What one scan does in each mode, and that it does it once."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.core.models import RoleAssignment, Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.health import Checked, CheckFacts, Facts
from inventory.models import Device, PlaceKind, QualityCheck, Scan, StationMode
from inventory.states import HoldReason
from tests.inventory.health.devices import known
from tests.inventory.station import Bench, Kind, bench, seen
from tests.world import World, make_world, person

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
    return bench(client, world.technician)


# ------------------------------------------------------------------ look up


def test_a_look_up_shows_the_device_and_changes_nothing(station, device):
    before = seen(device)
    card = station.scan(device.tag)
    assert (card.kind, card.outcome) == (Kind.DEVICE, "ok")
    for words in (device.display_tag, "Exemple Portable 14", "Received", "Not erased"):
        assert words in station.text
    assert "Scan it in the Reception mode to start its triage." in station.text
    assert seen(device) == before


def test_a_look_up_costs_eight_queries_at_most(station, device):
    station.scan(device.tag)
    with CaptureQueriesContext(connection) as queries:
        station.scan(device.tag)
    assert len(queries) <= 8, [query["sql"] for query in queries]


def test_a_held_device_says_so_before_anything_else(station, device, world):
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    station.scan(device.serial)
    assert "On hold" in station.text
    assert "ask the workshop lead" in station.text


def test_a_place_and_a_drive_can_be_looked_up(station, device, world):
    assert station.scan(world.room.tag).kind is Kind.PLACE
    assert "Atelier 2" in station.text
    drive = device.drives.get()
    assert station.scan(drive.serial).device == device
    assert drive.serial in station.text


# ------------------------------------------------------------------ move


def test_devices_scanned_after_a_place_are_put_there(station, world):
    station.mode = M.MOVE
    devices = [world.receive(), world.receive()]
    assert station.scan(world.room.tag).kind is Kind.TARGET
    for device in devices:
        card = station.scan(device.tag)
        assert card.line == "Moved · Atelier 2"
        device.refresh_from_db()
        assert device.place == world.room


def test_a_device_scanned_first_waits_for_its_place(station, device, world):
    station.mode = M.MOVE
    before = seen(device)
    assert station.scan(device.tag).kind is Kind.WAITS_FOR_PLACE
    assert seen(device) == before
    station.scan(world.room.tag)
    device.refresh_from_db()
    assert device.place == world.room


def test_the_place_of_a_device_scanned_first_is_not_kept_for_the_next(station, world):
    station.mode = M.MOVE
    first, second = world.receive(), world.receive()
    station.scan(first.tag)
    station.scan(world.room.tag)
    assert station.scan(second.tag).kind is Kind.WAITS_FOR_PLACE


def test_a_device_already_there_is_refused(station, device, world):
    station.mode = M.MOVE
    station.scan(world.room.tag)
    station.scan(device.tag)
    before = seen(device)
    assert station.scan(device.tag).facts["code"] == "already_there"
    assert seen(device) == before


def test_a_place_of_another_site_needs_permission_there(station, device, world):
    elsewhere = Site.objects.create(name="Ailleurs")
    head = person(Role.WORKSHOP_LEAD)
    place = actions.open_place(
        site=elsewhere, kind=PlaceKind.ROOM, name="Dépôt", by=head
    )
    auditor = RoleAssignment.objects.get(user=person(Role.AUDITOR)).role
    RoleAssignment.objects.create(user=world.technician, role=auditor, site=elsewhere)
    station.mode = M.MOVE
    station.scan(place.tag)
    card = station.scan(device.tag)
    assert (card.facts["code"], station.answer.status_code) == ("not_permitted", 403)
    device.refresh_from_db()
    assert (device.place, device.site) == (None, world.site)


# ------------------------------------------------------------------ reception


def test_the_reception_takes_a_device_step_by_step_to_the_queue(station, device):
    station.mode = M.RECEPTION
    assert station.scan(device.tag).change == ("received", "in_triage")
    assert station.scan(device.tag).change == ("in_triage", "to_process")
    assert station.scan(device.tag).facts["code"] == "wrong_status"
    assert seen(device)[0] == "to_process"


def test_a_missing_device_is_received_again(station, device, world):
    actions.declare_missing(device=device, by=world.technician)
    station.mode = M.RECEPTION
    assert station.scan(device.serial).change == ("missing", "received")


def test_a_scan_sent_twice_is_one_act_and_one_answer(station, device):
    station.mode = M.RECEPTION
    nonce = uuid.uuid4()
    first = station.scan(device.tag, nonce=nonce)
    again = station.scan(device.tag, nonce=nonce)
    assert first.scan == again.scan
    assert seen(device)[0] == "in_triage"
    assert Scan.objects.filter(nonce=nonce).count() == 1


def test_the_nonce_of_somebody_else_is_nobodys_business(station, device, world):
    nonce = uuid.uuid4()
    station.scan(device.tag, nonce=nonce)
    other = bench(Client(), world.lead)
    assert other.scan(device.tag, nonce=nonce).scan.user == world.lead


# ------------------------------------------------------------------ quality check


def test_a_check_is_asked_for_then_passed_then_declared_ready(station, world):
    device = world.receive()
    world.erase(device.drives.get())
    actions.triage_device(device=device, by=world.technician)
    station.mode = M.QUALITY_CHECK
    assert station.scan(device.tag).change == ("to_process", "in_quality_check")
    assert station.scan(device.tag).kind is Kind.CHECKLIST
    assert station.scan("XXOK").scan.event.verb == "quality_check_passed"
    assert station.scan(device.tag).kind is Kind.PASSED
    assert station.scan("XXOK").change == ("in_quality_check", "ready")
    assert station.scan(device.tag).kind is Kind.DEVICE


def test_one_confirmation_is_not_two(station, world):
    device = world.receive()
    world.erase(device.drives.get())
    world.to_check(device)
    station.mode = M.QUALITY_CHECK
    station.scan(device.tag)
    station.scan("XXOK")
    assert station.scan("XXOK").facts["said"] == "nothing_to_confirm"
    assert seen(device)[0] == "in_quality_check"


def test_a_drive_without_proof_keeps_the_check_from_passing(station, world):
    device = world.to_check(world.receive())
    station.mode = M.QUALITY_CHECK
    station.scan(device.tag)
    before = seen(device)
    card = station.scan("XXOK")
    assert card.facts["code"] == "drive_unproven"
    assert device.drives.get().serial in card.rule
    assert seen(device) == before
    assert not QualityCheck.objects.exists()


def test_a_refused_confirmation_sent_twice_is_written_down_once(station, world):
    device = world.to_check(world.receive())
    station.mode = M.QUALITY_CHECK
    station.scan(device.tag)
    nonce = uuid.uuid4()
    first = station.scan("XXOK", nonce=nonce)
    assert station.scan("XXOK", nonce=nonce).scan == first.scan
    assert device.events.filter(verb="refused").count() == 1


def checked(world: World) -> Device:
    device = world.receive()
    world.erase(device.drives.get())
    return world.to_check(device)


def test_a_checklist_with_one_fault_goes_back_to_the_bench(station, world):
    device = checked(world)
    station.mode = M.QUALITY_CHECK
    station.scan(device.tag)
    card = station.scan("XXREFUS")
    assert card.kind is Kind.FAULTS
    lines = {s.value: o.value for s, o in world.good_lines(device).items()}
    lines["screen"] = "faulty"
    done = station.press("inventory:station-check", card.scan, failed="", **lines)
    assert done.change == ("in_quality_check", "in_refurbishment")
    assert done.scan.event.data["faults"] == ["screen"]


def test_lines_not_tested_do_not_pass_and_stay_filled_in(station, world):
    device = checked(world)
    station.mode = M.QUALITY_CHECK
    asked = station.scan(device.tag).scan
    lines = {s.value: o.value for s, o in world.good_lines(device).items()}
    lines["ports"] = "not_tested"
    station.press("inventory:station-check", asked, passed="", **lines)
    assert station.answer.status_code == 409
    assert "Not good yet: Ports." in station.text
    kept = station.answer.context["checklist"]
    assert (kept["starts"].value(), kept["ports"].value()) == ("ok", "not_tested")
    assert seen(device)[0] == "in_quality_check"


def test_a_checklist_filled_in_badly_is_shown_again(station, world):
    device = checked(world)
    station.mode = M.QUALITY_CHECK
    asked = station.scan(device.tag).scan
    station.press("inventory:station-check", asked, passed="", screen="perhaps")
    assert station.answer.status_code == 422
    assert not QualityCheck.objects.exists()


def test_a_card_of_somebody_else_cannot_be_pressed(station, world, client):
    device = checked(world)
    station.mode = M.QUALITY_CHECK
    asked = station.scan(device.tag).scan
    client.force_login(world.lead)
    address = reverse("inventory:station-check", args=[asked.uuid])
    assert client.post(address, {"nonce": uuid.uuid4()}).status_code == 404


def test_the_checklist_shows_what_the_machine_said_of_itself(station, world):
    broken = CheckFacts("camera", Checked.FAIL, "Only black.")
    device = known(world, Facts(tests=(broken,)))
    world.erase(device.drives.get())
    world.to_check(device)
    station.mode = M.QUALITY_CHECK
    station.scan(device.tag)
    form = station.answer.context["checklist"]
    assert "Camera – Only black." in form["camera"].help_text
