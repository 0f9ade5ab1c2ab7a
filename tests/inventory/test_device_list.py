from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import Device, DeviceKind
from inventory.states import HoldReason
from tests.inventory.health.devices import judged
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.lead)
    return client


def shown(client: Client, **chosen: Any) -> set[str]:
    """The tags on the page, and the same through the API."""
    page = client.get("/devices/", chosen)
    assert page.status_code == 200, page.content
    tags = {device.tag for device in page.context["page"]}
    listed = client.get("/api/v1/devices/", chosen)
    assert {row["tag"] for row in listed.json()["results"]} == tags
    return tags


def test_the_newest_device_stands_first(here: Client, world: World) -> None:
    tags = [world.receive().tag for _ in range(3)]
    page = here.get("/devices/")
    assert [device.tag for device in page.context["page"]] == tags[::-1]


def test_page_and_api_narrow_alike(here: Client, world: World) -> None:
    laptop, ready = world.receive(), world.ready()
    screen = world.receive(kind=DeviceKind.SCREEN, serial="EX-SC-1", model="Vue 24")
    actions.move_to_place(device=laptop, place=world.room, by=world.lead)
    actions.hold_device(device=laptop, reason=HoldReason.DISPUTE, by=world.lead)
    every = {laptop.tag, ready.tag, screen.tag}
    assert shown(here) == every
    assert shown(here, state="ready") == {ready.tag}
    assert shown(here, state=["ready", "received"]) == every
    assert shown(here, kind="screen") == {screen.tag}
    assert shown(here, data=["clean", "no_storage"]) == {ready.tag}
    assert shown(here, held="yes") == {laptop.tag}
    assert shown(here, held="no") == {ready.tag, screen.tag}
    assert shown(here, place=world.room.uuid) == {laptop.tag}
    assert shown(here, lot=world.lot.code) == every
    assert shown(here, donor=world.donation.donor.uuid) == every
    assert shown(here, site=world.site.uuid) == every
    assert shown(here, q="vue") == {screen.tag}
    assert shown(here, q="exemple", state="ready") == {ready.tag}


def test_devices_that_stand_still_are_found_by_their_days(
    here: Client, world: World
) -> None:
    old, _new = world.receive(), world.receive()
    before = timezone.now() - dt.timedelta(days=20)
    Device.objects.filter(pk=old.pk).update(status_since=before)
    assert shown(here, days=20) == {old.tag}
    assert shown(here, days=21) == set()


def test_filters_stay_when_the_page_turns(here: Client, world: World) -> None:
    page = here.get("/devices/?kind=laptop&page=1")
    assert page.context["query"] == "kind=laptop"


@pytest.mark.parametrize(
    "bad",
    [
        *({"state": "flying"}, {"kind": "toaster"}, {"held": "perhaps"}),
        *({"days": "-1"}, {"days": "9" * 30}, {"days": "x"}),
        *({"lot": "L-0000-000"}, {"lot": "\x00"}, {"place": "\x00"}),
        *(
            {"place": "no-uuid"},
            {"donor": "1"},
            {"donation": "1"},
            {"donation": "\x00"},
            {"held": "because"},
            {"site": "\ud800x".encode(errors="replace")},
        ),
        *({"q": "\x00"}, {"q": "x" * 4000}, {"q": "a\x07b"}),
    ],
)
def test_a_filter_that_makes_no_sense_is_explained(
    here: Client, world: World, bad: dict[str, Any]
) -> None:
    world.receive()
    page = here.get("/devices/", bad)
    assert page.status_code == 422
    assert "field-error" in page.content.decode()
    listed = here.get("/api/v1/devices/", bad)
    assert listed.status_code == 400
    assert listed.json()["errors"][0]["field"] == next(iter(bad))


@pytest.mark.parametrize("page", ["0", "-3", "x", "9" * 5000, "201", "\x00"])
def test_a_page_that_makes_no_sense_is_answered(
    here: Client, world: World, page: str
) -> None:
    world.receive()
    assert here.get("/devices/", {"page": page}).status_code == 200


def test_a_donation_narrows_the_list_to_what_it_brought(
    here: Client, world: World
) -> None:
    device = world.receive()
    other = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate(),
        by=world.lead,
    )
    assert shown(here, donation=world.donation.uuid) == {device.tag}
    assert shown(here, donation=other.uuid) == set()


def test_a_donation_is_no_filter_for_those_who_may_not_see_donations(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    page = client.get("/devices/", {"donation": str(world.donation.uuid)})
    assert page.status_code == 422


def test_a_donor_is_no_filter_for_those_who_may_not_see_donors(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    donor = world.donation.donor
    page = client.get("/devices/", {"donor": str(donor.uuid)})
    assert page.status_code == 422
    assert donor.name not in page.content.decode()


def elsewhere(world: World) -> User:
    site = Site.objects.create(name="Les Tilleuls")
    return person(Role.TECHNICIAN, site=site)


def test_another_site_s_devices_are_not_there(client: Client, world: World) -> None:
    world.receive()
    client.force_login(elsewhere(world))
    assert shown(client) == set()


def test_a_person_of_two_sites_sees_both(client: Client, world: World) -> None:
    device, other = world.receive(), elsewhere(world)
    role = other.role_assignments.get().role
    other.role_assignments.create(role=role, site=world.site)
    client.force_login(other)
    assert shown(client) == {device.tag}


@pytest.mark.parametrize("address", ["/devices/", "/api/v1/devices/"])
@pytest.mark.parametrize("query", ["", "?q=exemple", "?state=received&state=ready"])
def test_one_row_costs_as_many_queries_as_twenty(
    here: Client,
    world: World,
    count_queries: Callable[[str], int],
    address: str,
    query: str,
) -> None:
    world.receive(place=world.room)
    one = count_queries(address + query)
    for _ in range(19):
        world.receive(place=world.room)
    assert count_queries(address + query) == one
    assert one <= 12


def test_an_empty_workshop_says_so(here: Client) -> None:
    assert "No device yet" in here.get("/devices/").content.decode()


def test_filters_that_fit_nothing_offer_a_way_back(here: Client, world: World) -> None:
    world.receive()
    page = here.get("/devices/", {"q": "nothing"}).content.decode()
    assert "No device fits these filters" in page


def test_somebody_without_the_permission_is_refused(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody@exemple.test", "x", name="N"))
    assert client.get("/devices/").status_code == 403
    assert client.get("/api/v1/devices/").status_code == 403


def test_devices_are_found_by_their_health(here: Client, world: World) -> None:
    good, worn = judged(world, percent=90), judged(world, percent=75)
    dead, silent = judged(world, percent=20), world.receive()
    assert shown(here, health="pass") == {good.tag}
    assert shown(here, health="warn") == {worn.tag}
    assert shown(here, health="fail") == {dead.tag}
    assert shown(here, health="unknown") == set()
    assert shown(here) == {good.tag, worn.tag, dead.tag, silent.tag}


def test_many_of_one_health_are_walked_newest_first(
    here: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inventory.filters.LISTED_AT_MOST", 1)
    worn = {judged(world, percent=75).tag for _ in range(3)}
    judged(world, percent=90)
    assert shown(here, health="warn") == worn


def test_a_health_that_is_none_is_refused(here: Client, world: World) -> None:
    judged(world, percent=75)
    assert here.get("/devices/?health=splendid").status_code == 422
    assert here.get("/api/v1/devices/?health=splendid").status_code == 400
