"""The station's page: started once, worked as plain forms too."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Device, Scan, StationMode
from inventory.scanner import Command
from tests.inventory.station import bench, seen
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
STATION = "/station/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


def test_a_browser_is_asked_once_which_station_it_is(client, world):
    client.force_login(world.technician)
    assert client.get(STATION).url == reverse("inventory:station-start")
    start = {"station": "Bench 3", "mode": "move", "place": world.room.uuid}
    assert client.post(reverse("inventory:station-start"), start).url == STATION
    page = client.get(STATION).content.decode()
    assert "Bench 3" in page
    assert "Devices scanned now go to" in page
    assert "Atelier 2" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"station": ""},
        {"station": "a\x00b"},
        {"station": "x" * 4000},
        {"mode": "everything"},
        {"place": "nowhere"},
        {"place": "8379eb4e-2c78-4a95-8aca-c44e68ece037"},
    ],
    ids=str,
)
def test_a_station_started_badly_is_asked_again(client, world, wrong):
    client.force_login(world.technician)
    start = {"station": "Bench 3", "mode": "move", **wrong}
    response = client.post(reverse("inventory:station-start"), start)
    assert response.status_code == 422
    assert "station" not in client.session


def test_the_station_stands_in_the_history(client, world, device):
    station = bench(client, world.technician, StationMode.RECEPTION)
    station.scan(device.tag)
    assert device.events.get(verb="triage_started").station == "Bench 3"


def test_a_plain_form_gets_the_whole_page(client, world, device):
    bench(client, world.technician, StationMode.RECEPTION)
    fields = {"code": device.tag, "nonce": uuid.uuid4(), "physical": ""}
    response = client.post(reverse("inventory:station-scan"), fields)
    page = response.content.decode()
    assert "<html" in page
    assert "Triage started" in page
    assert seen(device)[0] == "in_triage"


def test_every_command_of_the_sheet_is_on_the_screen(client, world):
    bench(client, world.technician)
    page = client.get(STATION).content.decode()
    for command in Command:
        assert command.is_mode or f'name="code" value="{command.value}"' in page


def test_htmx_gets_only_what_changes(client, world, device):
    station = bench(client, world.technician)
    station.scan(device.tag)
    assert "<html" not in station.text
    assert 'name="physical"' not in station.text
    for part in ("station-session", "station-place", "command-nonce"):
        assert f'id="{part}"' in station.text


def test_a_reload_shows_the_last_answer_again(client, world, device):
    station = bench(client, world.technician)
    station.scan(device.tag)
    assert device.display_tag in client.get(STATION).content.decode()
    assert Scan.objects.count() == 1


def test_the_counter_is_of_one_person_at_one_station_today(client, world, device):
    station = bench(client, world.technician)
    station.scan(device.tag)
    bench(Client(), world.lead).scan(device.tag)
    station.scan(device.tag)
    assert "This session · 2 scans" in station.text


def test_an_empty_session_says_what_to_do(client, world):
    bench(client, world.technician)
    page = client.get(STATION).content.decode()
    assert "Scan the label of a device, or type its number" in page


def test_the_page_costs_the_same_however_much_was_scanned(client, world, count_queries):
    station = bench(client, world.technician, StationMode.RECEPTION)
    station.scan(world.receive().tag)
    few = count_queries(STATION)
    for _each in range(15):
        station.scan(world.receive().tag)
    assert count_queries(STATION) == few


@pytest.mark.parametrize("name", ["station", "station-start"])
def test_the_pages_of_the_station_are_for_those_who_see_devices(client, name):
    assert client.get(reverse(f"inventory:{name}")).status_code == 302


def test_a_scan_is_only_posted(client, world):
    bench(client, world.technician)
    assert client.get(reverse("inventory:station-scan")).status_code == 405


def test_an_unknown_card_is_not_found(client, world):
    bench(client, world.technician)
    address = reverse("inventory:station-card", args=[uuid.uuid4()])
    assert client.get(address).status_code == 404
