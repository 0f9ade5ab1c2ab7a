from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from backoffice.core.models import User
from backoffice.core.roles import Role
from inventory import actions
from inventory.methods import ErasurePolicy
from inventory.models import Device, Donation
from inventory.states import HoldReason
from inventory.views import overview, tiles
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def counts(client: Client) -> dict[str, str]:
    tiles = client.get("/").context["tiles"]
    return {counted.title: counted.shown for counted in tiles}


def test_each_tile_counts_what_waits_and_leads_to_it(
    client: Client, world: World
) -> None:
    client.force_login(world.lead)
    world.receive()
    actions.triage_device(device=world.receive(), by=world.lead)
    world.to_check(world.receive())
    world.ready()
    actions.hold_device(
        device=world.receive(), reason=HoldReason.DISPUTE, by=world.lead
    )
    assert counts(client) == {
        "received, to triage": "2",
        "to erase": "2",
        "to check": "1",
        "ready on the shelf": "1",
        "on hold": "1",
        "records to merge or split": "0",
    }
    for counted in client.get("/").context["tiles"][:-1]:
        page = client.get(counted.address).context["page"]
        assert len(page.rows) == counted.count


def test_an_officer_sees_what_waits_for_a_second_person(
    client: Client, world: World
) -> None:
    world.erase_with_exceptions(world.receive().drives.get())
    client.force_login(world.officer)
    assert counts(client)["approval waiting"] == "1"


def test_a_tile_is_there_by_permission(client: Client, world: World) -> None:
    client.force_login(person(Role.MEDIATOR, site=world.site))
    assert "ready on the shelf" in counts(client)
    assert not {"received, to triage", "approvals waiting"} & set(counts(client))


def test_a_count_stops_before_it_costs(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "COUNTED", 3)
    for _ in range(5):
        world.receive()
    client.force_login(world.technician)
    assert counts(client)["received, to triage"] == "2+"


def test_what_has_not_moved_is_shown(client: Client, world: World) -> None:
    device = world.receive()
    world.receive()
    client.force_login(world.technician)
    assert "Not moved" not in client.get("/").content.decode()
    long_ago = timezone.now() - dt.timedelta(days=30)
    Device.objects.filter(pk=device.pk).update(status_since=long_ago)
    page = client.get("/")
    assert list(page.context["stuck"]) == [device]
    assert "Not moved for more than 14 days" in page.content.decode()


def test_whoever_coordinates_sees_what_is_held_and_why(
    client: Client, world: World
) -> None:
    for reason in (HoldReason.DISPUTE, HoldReason.SAFETY, HoldReason.SAFETY):
        actions.hold_device(device=world.receive(), reason=reason, by=world.lead)
    client.force_login(person(Role.COORDINATOR))
    held = client.get("/").context["held"]
    assert [(each.reason, each.count) for each in held] == [
        (HoldReason.SAFETY, 2),
        (HoldReason.DISPUTE, 1),
    ]
    for each in held:
        assert len(client.get(each.address).context["page"].rows) == each.count


def test_whoever_coordinates_sees_how_far_a_donation_is(
    client: Client, world: World
) -> None:
    world.ready()
    for _each in range(2):
        world.receive()
    client.force_login(person(Role.COORDINATOR))
    page = client.get("/")
    (only,) = page.context["under_way"].shown
    assert (only.donation, only.done, only.came) == (world.donation, 1, 3)
    assert "1 of 3 done" in page.content.decode()
    listed = client.get(only.address)
    assert len(listed.context["page"].rows) == only.to_do
    assert "Only of the donation" in listed.content.decode()


def test_a_donation_brought_to_its_end_is_not_under_way(
    client: Client, world: World
) -> None:
    world.ready()
    client.force_login(person(Role.COORDINATOR))
    assert client.get("/").context["under_way"].shown == []


def donated(world: World, *, days_ago: int) -> Donation:
    return actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate() - dt.timedelta(days=days_ago),
        erasure_policy=ErasurePolicy.STANDARD,
        by=world.lead,
    )


def test_an_old_donation_under_way_is_found_behind_any_number_of_others(
    client: Client, world: World
) -> None:
    old = donated(world, days_ago=900)
    world.receive(lot=actions.open_lot(donation=old, by=world.lead))
    for day in range(40):
        donated(world, days_ago=day)
    client.force_login(person(Role.COORDINATOR))
    under_way = client.get("/").context["under_way"]
    assert [each.donation for each in under_way.shown] == [old]
    assert not under_way.has_more


def test_more_donations_under_way_than_fit_are_said_to_be_there(
    client: Client, world: World
) -> None:
    newest_first = [donated(world, days_ago=day) for day in range(overview.SHOWN + 1)]
    for donation in newest_first:
        world.receive(lot=actions.open_lot(donation=donation, by=world.lead))
    client.force_login(person(Role.COORDINATOR))
    page = client.get("/")
    shown = [each.donation for each in page.context["under_way"].shown]
    assert shown == newest_first[:-1]
    assert "Only the newest are shown here" in page.content.decode()


def test_a_second_record_of_a_device_is_counted_with_no_donation(
    client: Client, world: World
) -> None:
    kept, other = world.receive(), world.receive()
    Device.objects.filter(pk=other.pk).update(merged_into=kept)
    client.force_login(person(Role.COORDINATOR))
    (only,) = client.get("/").context["under_way"].shown
    assert (only.came, only.to_do) == (1, 1)


def test_whoever_coordinates_sees_what_has_not_moved(
    client: Client, world: World
) -> None:
    device = world.receive()
    long_ago = timezone.now() - dt.timedelta(days=30)
    Device.objects.filter(pk=device.pk).update(status_since=long_ago)
    client.force_login(person(Role.COORDINATOR))
    assert list(client.get("/").context["stuck"]) == [device]


def test_a_technician_s_page_stays_short(client: Client, world: World) -> None:
    actions.hold_device(device=world.receive(), reason=HoldReason.SAFETY, by=world.lead)
    client.force_login(world.technician)
    page = client.get("/").context
    assert (page["held"], page["under_way"]) == ([], None)


def test_my_last_act_may_be_taken_back(client: Client, world: World) -> None:
    device = world.receive()
    client.force_login(world.technician)
    actions.start_triage(device=device, by=world.technician)
    first, *others = client.get("/").context["acts"]
    assert (first["device"], first["undoable"]) == (device, True)
    # Only the newest act on a device can be taken back.
    assert [act["undoable"] for act in others] == [False]


def test_my_last_acts_stand_in_the_order_of_their_time(
    client: Client, world: World
) -> None:
    late, early = world.receive(), world.receive()
    actions.start_triage(device=late, by=world.lead)
    with time_machine.travel(timezone.now() - dt.timedelta(hours=2)):
        actions.start_triage(device=early, by=world.lead)
    client.force_login(world.lead)
    acts = client.get("/").context["acts"]
    assert [act["device"] for act in acts] == [late, early]


def test_others_acts_are_not_mine(client: Client, world: World) -> None:
    world.receive()
    client.force_login(world.officer)
    assert client.get("/").context["acts"] == []


def test_when_nothing_waits_it_says_how_to_begin(client: Client, world: World) -> None:
    client.force_login(world.technician)
    text = client.get("/").content.decode()
    assert "Nothing waits" in text
    assert "Scan a device, or open a reception." in text


def test_somebody_without_a_role_has_a_page_too(client: Client) -> None:
    client.force_login(User.objects.create_user("n@exemple.test", "x", name="N"))
    assert client.get("/").status_code == 200
    assert client.get("/find/?q=x").status_code == 403


@pytest.mark.parametrize("shape", ["{tag}", "{shown}", "{serial}", "{address}"])
def test_a_scan_on_the_first_page_opens_the_device(
    client: Client, world: World, shape: str
) -> None:
    device = world.receive()
    client.force_login(world.technician)
    scan = shape.format(
        tag=device.tag,
        shown=device.display_tag,
        serial=device.serial,
        address=f"http://127.0.0.1:8000/t/{device.tag}",
    )
    page = client.get("/find/", {"q": scan}, follow=True)
    assert page.redirect_chain[-1][0] == f"/d/{device.tag}/"


def test_a_scan_on_the_first_page_finds_places_and_drives_too(
    client: Client, world: World
) -> None:
    drive = world.receive().drives.get()
    client.force_login(world.technician)
    place = client.get("/find/", {"q": world.room.tag})
    assert place["Location"] == f"/places/{world.room.uuid}/"
    found = client.get("/find/", {"q": drive.serial})
    assert found["Location"] == f"/drives/{drive.uuid}/"


def test_the_place_of_the_keys_settles_a_scan_on_the_first_page(
    client: Client, world: World
) -> None:
    device = world.receive(serial="5C26VY1")
    client.force_login(world.technician)
    sent = {"q": "(C§VYé", "physical": device.serial}
    assert client.get("/find/", sent)["Location"] == f"/d/{device.tag}/"


@pytest.mark.parametrize("text", ["", "portable", "\x00", "x" * 4000, "🙂"])
def test_other_words_open_the_list(client: Client, world: World, text: str) -> None:
    world.receive()
    world.receive()
    client.force_login(world.technician)
    page = client.get("/find/", {"q": text})
    assert page["Location"].startswith("/devices/")
    assert client.get(page["Location"]).status_code in {200, 422}


def test_the_page_costs_the_same_however_much_waits(
    client: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    client.force_login(world.lead)
    actions.start_triage(device=world.receive(), by=world.lead)
    before = count_queries("/")
    for _ in range(10):
        actions.start_triage(device=world.receive(), by=world.lead)
    assert count_queries("/") == before
