"""An order to erase is confirmed at the station: the machine’s tag, then XXVIDER."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agent import proofs, wire
from inventory import actions as inventory_actions
from inventory.models import StationMode
from provisioning.actions import cancel_order
from provisioning.models import RunState
from tests.inventory.station import Bench as Station
from tests.inventory.station import bench as at_station
from tests.provisioning.erasing import SIZE, Bench
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world)


def test_nobody_is_told_to_erase_by_hand_what_a_machine_has_the_order_for(
    client: Client, world: World, bench: Bench
) -> None:
    client.force_login(world.technician)
    page = reverse("inventory:device-detail", args=[bench.device.tag])
    by_hand = reverse("inventory:drive-erase", args=[bench.drive.uuid])
    assert by_hand in client.get(page).content.decode()
    bench.order()
    shown = client.get(page).content.decode()
    assert "Its machine has the order to erase it: see the erasures." in shown
    assert "A machine has the order to erase it." in shown
    assert "Erase it, then record the erasure." not in shown
    assert by_hand not in shown
    alone = reverse("inventory:drive-detail", args=[bench.drive.uuid])
    assert by_hand not in client.get(alone).content.decode()
    cancel_order(run=bench.run, by=world.technician)
    assert by_hand in client.get(page).content.decode()


@pytest.fixture
def station(client: Client, world: World) -> Station:
    return at_station(client, world.technician, StationMode.ERASURE)


@pytest.mark.parametrize("mode", [StationMode.ERASURE, StationMode.LOOK_UP])
def test_the_tag_and_the_command_confirm_the_order(
    client: Client, world: World, bench: Bench, mode: StationMode
) -> None:
    station = at_station(client, world.technician, mode)
    bench.order()
    station.scan(bench.device.tag)
    card = station.scan("XXVIDER")
    assert card.scan.event
    assert card.scan.event.verb == "erasure_confirmed"
    assert (bench.run.state, bench.run.confirmed_by) == ("confirmed", world.technician)
    assert "Order to erase confirmed at the machine" in station.text


def test_the_command_alone_erases_nothing(station: Station, bench: Bench) -> None:
    bench.order()
    assert station.scan("XXVIDER").facts["said"] == "erasure_not_from_here"
    assert bench.run.state == RunState.APPROVED


def test_something_scanned_between_is_not_confirmed(
    station: Station, bench: Bench
) -> None:
    bench.order()
    station.scan(bench.device.tag)
    station.scan(bench.world.room.tag)
    assert station.scan("XXVIDER").outcome == "attention"
    assert bench.run.state == RunState.APPROVED


def test_a_tag_scanned_long_ago_confirms_nothing(
    station: Station, bench: Bench
) -> None:
    bench.order()
    station.scan(bench.device.tag)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3)):
        assert station.scan("XXVIDER").outcome == "attention"
    assert bench.run.state == RunState.APPROVED


def test_one_drive_scanned_does_not_confirm_all_of_them(
    station: Station, world: World
) -> None:
    bench = Bench(world, serials=("EX-RUN-1", "EX-RUN-2"))
    bench.order()
    station.scan("EX-RUN-1")
    assert station.scan("XXVIDER").outcome == "attention"
    assert bench.run.state == RunState.APPROVED


def test_a_machine_without_an_order_is_refused_in_words(
    station: Station, bench: Bench
) -> None:
    station.scan(bench.device.tag)
    card = station.scan("XXVIDER")
    assert (card.outcome, card.facts["code"]) == ("refused", "no_order")
    assert "No order to erase waits" in station.text


def test_an_order_whose_drive_was_taken_out_is_refused_and_off(
    station: Station, world: World
) -> None:
    bench = Bench(world, serials=("EX-RUN-1", "EX-RUN-2"))
    bench.order()
    drive = bench.drives[0]
    inventory_actions.take_drive_out(
        drive=drive, custody=world.cupboard, by=world.technician
    )
    station.scan(bench.device.tag)
    assert station.scan("XXVIDER").facts["code"] == "order_fell"
    assert bench.run.state == RunState.CANCELLED


def test_a_scan_that_comes_twice_is_answered_once(
    station: Station, bench: Bench
) -> None:
    bench.order()
    station.scan(bench.device.tag)
    first = station.scan("XXVIDER").scan
    again = station.scan("XXVIDER", nonce=first.nonce).scan
    assert again == first
    assert bench.device.events.filter(verb="erasure_confirmed").count() == 1


def test_the_station_shows_what_is_erased_now(client: Client, bench: Bench) -> None:
    run = bench.begun()
    stride = proofs.Stride(run_id=run.uuid, done_bytes=SIZE // 4, total_bytes=SIZE)
    bench.say(1, wire.Stage.PROGRESS, stride=stride)
    at_station(client, bench.world.technician)
    address = reverse("provisioning:erasures-station")
    assert address in client.get(reverse("inventory:station")).content.decode()
    answer = client.get(address)
    assert bench.device.display_tag in answer.content.decode()
    assert '<progress max="100"' in " ".join(answer.content.decode().split())
    rev = answer.context["rev"]
    assert client.get(address, {"rev": rev}).status_code == 204


def test_a_drive_that_a_machine_is_to_erase_is_not_typed_at_the_station(
    station: Station, bench: Bench
) -> None:
    bench.order()
    card = station.scan(bench.device.tag)
    assert (card.outcome, card.facts["drive"]) == ("attention", "")
    assert "Record the erasure" not in station.text
    assert "scan XXVIDER" in station.text
    assert station.scan("XXOK").scan.event is None
    assert bench.run.state == RunState.APPROVED


def test_once_the_order_is_off_it_is_typed_again(
    station: Station, bench: Bench
) -> None:
    bench.order()
    cancel_order(run=bench.run, by=bench.world.technician)
    station.scan(bench.device.tag)
    assert "Record the erasure" in station.text


def test_the_page_of_the_device_says_so_too(
    client: Client, station: Station, bench: Bench
) -> None:
    inventory_actions.triage_device(device=bench.device, by=bench.world.technician)
    address = reverse("inventory:device-detail", args=[bench.device.tag])
    assert "Record the erasure" in client.get(address).content.decode()
    bench.order()
    page = client.get(address).content.decode()
    assert "Its machine has the order to erase" in page
