"""A code that leads nowhere is never lost: it waits until somebody says what it is."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from inventory import actions
from inventory.actions import Scanned, note_look_up, note_scan, settle_scan
from inventory.errors import ScanRepeated
from inventory.models import Device, DeviceAlias, Scan, ScanOutcome, StationMode
from tests.inventory.station import Bench, Kind, bench, seen
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
M = StationMode
CODE = "INV-2019-77"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


@pytest.fixture
def station(client: Client, world: World) -> Bench:
    return bench(client, world.technician)


def waiting(station: Bench) -> list[str]:
    return [card.scan.code for card in station.answer.context["session"].waiting]


def test_an_unknown_code_waits_with_three_choices(station):
    card = station.scan(CODE)
    assert (card.kind, card.outcome) == (Kind.UNKNOWN, "attention")
    for words in ("A new device: receive it", "Ignore it", "Attach"):
        assert words in station.text
    assert waiting(station) == [CODE]


def test_it_waits_through_many_other_scans(station, device):
    station.scan(CODE)
    for _each in range(25):
        station.scan(device.tag)
    assert "This session · 26 scans" in station.text
    station.scan("ANOTHER-1")
    assert waiting(station) == ["ANOTHER-1", CODE]


def test_its_card_can_be_opened_again(station, device):
    asked = station.scan(CODE).scan
    station.scan(device.tag)
    page = station.client.get(reverse("inventory:station-card", args=[asked.uuid]))
    assert "Nobody knows this code yet" in page.content.decode()


def test_ignored_it_leaves_the_list(station):
    asked = station.scan(CODE).scan
    card = station.press("inventory:station-answer", asked, answer="ignore")
    assert card.line == "Ignored"
    assert waiting(station) == []


def test_scanned_twice_it_is_answered_once(station):
    station.scan(CODE)
    asked = station.scan(CODE).scan
    station.press("inventory:station-answer", asked, answer="ignore")
    assert waiting(station) == []


def test_attached_it_leads_to_its_device_from_then_on(station, device):
    asked = station.scan(CODE).scan
    name = "inventory:station-answer"
    card = station.press(name, asked, answer="attach", tag=device.display_tag)
    assert card.scan.event.verb == "alias_attached"
    assert waiting(station) == []
    assert station.scan(CODE).device == device


@pytest.mark.parametrize("tag", ["", "nothing", "PC0042", "\x00", "x" * 4000, "XXOK"])
def test_attached_to_nothing_it_waits_on(station, tag):
    asked = station.scan(CODE).scan
    station.press("inventory:station-answer", asked, answer="attach", tag=tag)
    assert station.answer.status_code == 422
    assert "No device carries this code." in station.text
    assert waiting(station) == [CODE]
    assert not DeviceAlias.objects.exists()


def test_a_code_attached_elsewhere_meanwhile_is_refused(station, device, world):
    asked = station.scan(CODE).scan
    other = world.receive()
    actions.attach_alias(device=other, code=CODE, by=world.lead)
    before = seen(device)
    name = "inventory:station-answer"
    card = station.press(name, asked, answer="attach", tag=device.tag)
    assert card.facts["code"] == "code_taken"
    assert seen(device) == before


def test_taken_to_the_reception_it_brings_its_serial(station):
    asked = station.scan(CODE).scan
    address = reverse("inventory:station-answer", args=[asked.uuid])
    fields = {"answer": "create", "nonce": uuid.uuid4()}
    response = station.client.post(address, fields)
    assert response.url == f"{reverse('inventory:device-receive')}?serial={CODE}"
    asked.refresh_from_db()
    assert asked.card["open"] is False


def test_htmx_is_told_to_go_to_the_reception(station):
    asked = station.scan(CODE).scan
    address = reverse("inventory:station-answer", args=[asked.uuid])
    fields = {"answer": "create", "nonce": uuid.uuid4()}
    response = station.client.post(address, fields, headers={"HX-Request": "true"})
    assert response["HX-Redirect"].endswith(f"?serial={CODE}")


@pytest.mark.parametrize("answer", ["", "destroy", "\x00"])
def test_an_invented_answer_is_not_taken(station, answer):
    asked = station.scan(CODE).scan
    address = reverse("inventory:station-answer", args=[asked.uuid])
    fields = {"answer": answer, "nonce": uuid.uuid4()}
    assert station.client.post(address, fields).status_code == 400
    asked.refresh_from_db()
    assert asked.card["open"] is True


def test_what_was_no_question_takes_no_answer(station, device):
    asked = station.scan(device.tag).scan
    address = reverse("inventory:station-answer", args=[asked.uuid])
    fields = {"answer": "ignore", "nonce": uuid.uuid4()}
    assert station.client.post(address, fields).status_code == 400


def test_the_question_of_somebody_else_is_not_there(station, world, client):
    asked = station.scan(CODE).scan
    client.force_login(world.lead)
    address = reverse("inventory:station-answer", args=[asked.uuid])
    fields = {"answer": "ignore", "nonce": uuid.uuid4()}
    assert client.post(address, fields).status_code == 404


def test_the_first_answer_to_a_question_stands(station, world):
    asked = station.scan(CODE).scan
    settle_scan(scan=asked, answer="ignore", by=world.technician)
    settled = settle_scan(scan=asked, answer="attach", by=world.technician)
    assert settled.card["answer"] == "ignore"


def test_only_whoever_scanned_may_settle(station, world):
    asked = station.scan(CODE).scan
    with pytest.raises(Scan.DoesNotExist):
        settle_scan(scan=asked, answer="ignore", by=world.lead)
    asked.refresh_from_db()
    assert asked.card["open"] is True


def test_a_noted_scan_keeps_what_was_read(world, device):
    scanned = Scanned(uuid.uuid4(), M.LOOK_UP, "x" * 200, {"kind": "device"})
    scan = note_scan(
        scan=scanned, device=device, outcome=ScanOutcome.OK, by=world.technician
    )
    assert (len(scan.code), scan.card) == (80, {"kind": "device"})


def test_a_look_up_is_kept_and_its_nonce_answered_once(world, device):
    scanned = Scanned(uuid.uuid4(), M.LOOK_UP, device.tag, {"kind": "device"})
    scan = note_look_up(scan=scanned, device=device, by=world.technician)
    assert (scan.outcome, scan.event) == (ScanOutcome.OK, None)
    with pytest.raises(ScanRepeated):
        note_look_up(scan=scanned, device=device, by=world.technician)


# ------------------------------------------------------------------ reception


def receive_by_form(station: Bench, world: World) -> None:
    """The reception page, once: what it keeps is what one press repeats."""
    chosen = reverse("inventory:reception-choose", args=[world.lot.uuid])
    station.client.post(chosen)
    answers = {
        "nonce": uuid.uuid4(),
        "serial": "FIRST-0001",
        "visible_state": "good",
        "kind": "laptop",
        "make": "Acme",
        "model": "Zeta 9",
        "storage": "unknown",
        "drive-TOTAL_FORMS": 0,
        "drive-INITIAL_FORMS": 0,
    }
    response = station.client.post(reverse("inventory:device-receive"), answers)
    assert response.status_code == 302, response.content.decode()


def test_a_new_serial_is_received_like_the_last_by_one_scan(station, world):
    receive_by_form(station, world)
    station.mode = M.RECEPTION
    card = station.scan("SECOND-0002")
    assert card.kind is Kind.NEW_SERIAL
    assert f"Receive it as Acme Zeta 9, in lot {world.lot.code}" in station.text
    done = station.scan("XXOK")
    assert (done.device.serial, done.device.model) == ("SECOND-0002", "Zeta 9")
    assert waiting(station) == []


def test_its_button_receives_it_even_after_other_scans(station, world):
    receive_by_form(station, world)
    station.mode = M.RECEPTION
    asked = station.scan("SECOND-0002").scan
    station.scan("THIRD-0003")
    done = station.scan("XXOK", asked=asked.uuid)
    assert done.device.serial == "SECOND-0002"
    again = station.scan("XXOK", asked=asked.uuid)
    assert again.facts["said"] == "nothing_to_confirm"


def test_without_a_lot_a_new_serial_goes_to_the_form(station):
    station.mode = M.RECEPTION
    station.scan("SECOND-0002")
    assert "Receive it as" not in station.text
    assert station.scan("XXOK").facts["said"] == "nothing_to_confirm"
    assert not Device.objects.exists()


def test_a_lot_closed_meanwhile_receives_nothing(station, world):
    receive_by_form(station, world)
    station.mode = M.RECEPTION
    station.scan("SECOND-0002")
    actions.close_lot(lot=world.lot, by=world.lead)
    assert station.scan("XXOK").facts["said"] == "lot_changed"
    assert Device.objects.count() == 1
