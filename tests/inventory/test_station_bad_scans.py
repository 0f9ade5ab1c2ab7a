"""Scans that cannot be what was meant: answered in words, and nothing changes."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core.models import Site
from inventory import actions
from inventory.models import Device, DeviceEvent, Scan, StationMode
from inventory.tags import TagKind, format_tag
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


def refused(station: Bench, code: str, device: Device) -> str:
    """The answer's words; the reception would have acted on a good scan."""
    before = seen(device)
    card = station.scan(code)
    assert card.outcome == "refused"
    assert station.answer.status_code == 409
    assert seen(device) == before
    return station.text


def test_a_part_of_a_label_is_named_as_such(station, device):
    text = refused(station, device.tag[:6], device)
    assert "Only a part of the label was read." in text
    assert "Scan it again, or type all of it." in text


def test_a_wrong_check_character_is_named_as_such(station, device):
    wrong = device.tag[:-1] + ("A" if device.tag[-1] != "A" else "B")
    assert "its last sign does not fit" in refused(station, wrong, device)


def test_two_codes_run_together_are_both_named(station, device, world):
    text = refused(station, device.tag + world.room.tag, device)
    assert "Two codes were read as one." in text
    assert device.tag in text
    assert world.room.tag in text


def test_a_foreign_address_is_not_followed(station, device):
    text = refused(station, f"https://exemple.test/t/{device.tag}", device)
    assert "This address is not one of ours." in text


def test_four_thousand_characters_are_cut_and_refused(station, device):
    assert "The code is too long." in refused(station, "PC" * 2000, device)
    assert len(Scan.objects.latest("pk").code) == 80


def test_control_characters_are_refused_and_kept_as_such(station, device):
    text = refused(station, "AB\x00C\x07D", device)
    assert "signs that cannot be printed" in text
    assert Scan.objects.latest("pk").code == "AB\ufffdC\ufffdD"


def test_nothing_at_all_is_refused(station, device):
    assert "Nothing was read." in refused(station, " \t ", device)


def test_an_unknown_tag_is_refused(station, device):
    text = refused(station, format_tag(TagKind.COMPUTER, 999_999), device)
    assert "Nothing that you may see carries this tag." in text


def test_an_unknown_command_is_refused(station, device):
    assert "This command does not exist." in refused(station, "XXFOO", device)


def test_a_device_of_another_site_is_not_known_here(station, device, world):
    device.site = Site.objects.create(name="Ailleurs")
    device.save(update_fields=["site"])
    assert "Nothing that you may see" in refused(station, device.tag, device)


@pytest.mark.parametrize("mode", [M.RECEPTION, M.QUALITY_CHECK])
def test_a_place_where_a_device_is_needed_is_said(station, device, world, mode):
    station.mode = mode
    card = station.scan(world.room.tag)
    assert (card.kind, card.outcome) == (Kind.MISPLACED, "attention")
    assert "This is a place: here a device is scanned." in station.text
    assert seen(device)[0] == "received"


@pytest.mark.parametrize("mode", [M.RECEPTION, M.MOVE, M.QUALITY_CHECK])
def test_a_drive_where_a_device_is_needed_is_said(station, device, mode):
    station.mode = mode
    before = seen(device)
    card = station.scan(device.drives.get().serial)
    assert card.kind is Kind.MISPLACED
    assert "This is a drive: here a device is scanned." in station.text
    assert seen(device) == before


def test_a_state_that_forbids_the_act_says_rule_advice_and_history(station, world):
    device = world.ready()
    text = refused(station, device.tag, device)
    assert "is “Ready”: it cannot become “Received”" in text
    assert "Last: Declared ready, by Farid B." in text
    assert "wrong_status" in text


def test_who_may_not_act_is_refused_as_such(client, world, device):
    station = bench(client, world.officer, M.RECEPTION)
    before = seen(device)
    card = station.scan(device.tag)
    assert (card.outcome, station.answer.status_code) == ("refused", 403)
    assert "Your role does not allow this at this site." in station.text
    assert seen(device) == before


def test_a_makers_code_that_looks_like_a_broken_tag_still_finds_its_device(
    station, world
):
    device = world.receive(serial="PC12345")
    card = station.scan("PC12345")
    assert card.device == device
    assert card.scan.event.verb == "triage_started"


@pytest.mark.parametrize("nonce", ["", "not-a-nonce", "1" * 4000, "\x00"])
def test_a_scan_without_a_nonce_is_not_taken(station, device, nonce):
    fields = {"code": device.tag, "nonce": nonce, "mode": M.RECEPTION}
    response = station.client.post(reverse("inventory:station-scan"), fields)
    assert response.status_code == 400
    assert "nothing was recorded" in response.content.decode()
    assert not Scan.objects.exists()


def test_an_invented_mode_is_not_taken(station, device):
    fields = {"code": device.tag, "nonce": uuid.uuid4(), "mode": "everything"}
    response = station.client.post(reverse("inventory:station-scan"), fields)
    assert response.status_code == 400
    assert DeviceEvent.objects.filter(verb="triage_started").count() == 0


def test_lone_surrogates_do_not_hurt(station):
    body = b"code=AB%ED%A0%80CD&nonce=" + str(uuid.uuid4()).encode()
    response = station.client.post(
        reverse("inventory:station-scan"),
        body,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code < 500


def test_a_serial_of_several_makes_asks_which(station, world):
    first = world.receive(make="Acme", serial="SAME-0001")
    second = world.receive(make="Bolt", serial="SAME-0001")
    card = station.scan("SAME-0001")
    assert (card.kind, card.outcome) == (Kind.SEVERAL, "attention")
    assert first.display_tag in station.text
    assert second.display_tag in station.text
    assert seen(first)[0] == seen(second)[0] == "received"


def test_a_former_owners_sticker_leads_to_its_device(station, world, device):
    actions.attach_alias(device=device, code="INV-2019-0042", by=world.technician)
    assert station.scan("inv 2019 0042").device == device


def test_the_square_on_a_label_is_a_good_scan(station, device, settings):
    assert station.scan(f"{settings.BASE_URL}/t/{device.tag}").device == device


def test_a_us_scanner_on_a_french_layout_is_read(station, device):
    typed = device.tag.translate(str.maketrans("0123456789", "à&é\"'(-è_ç"))
    assert station.scan(typed, physical=device.tag).device == device
