"""Places on their pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import Place, PlaceKind
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
PLACES = reverse("inventory:place-list")
NEW = reverse("inventory:place-create")


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.lead)
    return made


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


def page_of(place: Place) -> str:
    return reverse("inventory:place-detail", args=[place.uuid])


def answers(world: World, **said: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "site": world.site.uuid,
        "kind": "shelf",
        "name": "Étagère B3",
        "parent": world.room.uuid,
    }
    return {**usual, **said}


def test_a_place_is_named_and_shows_its_tag(client: Client, world: World) -> None:
    response = client.post(NEW, answers(world), follow=True)
    place = Place.objects.get(name="Étagère B3")
    assert place.tag.startswith("PL")
    assert "Étagère B3" in text(response)
    assert "Étagère B3" in text(client.get(page_of(world.room)))
    assert "Étagère B3" in text(client.get(PLACES))


def test_a_name_already_there_is_refused_with_everything_kept(
    client: Client, world: World
) -> None:
    before = Place.objects.count()
    response = client.post(NEW, answers(world, name="Atelier 2", parent=""))
    assert response.status_code == 409
    assert "There is already a place of this name." in text(response)
    assert 'value="Atelier 2"' in text(response)
    assert Place.objects.count() == before


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "x" * 4000},
        {"name": "a\x00b"},
        {"kind": "moon"},
        {"site": "1"},
        {"parent": str(uuid.UUID(int=0))},
    ],
)
def test_a_place_with_a_mistake_is_not_named(
    client: Client, world: World, said: dict[str, str]
) -> None:
    before = Place.objects.count()
    assert client.post(NEW, answers(world, **said)).status_code == 422
    assert Place.objects.count() == before


def test_a_place_of_a_site_out_of_reach_cannot_be_named(
    client: Client, world: World
) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    before = Place.objects.count()
    said = answers(world, site=elsewhere.uuid, parent="")
    assert client.post(NEW, said).status_code == 422
    assert Place.objects.count() == before


def test_what_stands_there_is_listed(client: Client, world: World) -> None:
    here, elsewhere = world.receive(place=world.room), world.receive()
    page = text(client.get(page_of(world.room)))
    assert here.display_tag in page
    assert elsewhere.display_tag not in page


def test_drives_in_custody_are_listed_in_their_cupboard(
    client: Client, world: World
) -> None:
    drive = world.receive().drives.get()
    actions.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    assert drive.serial in text(client.get(page_of(world.cupboard)))


def test_one_device_costs_what_twenty_cost(
    client: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    world.receive(place=world.room)
    one = count_queries(page_of(world.room)), count_queries(PLACES)
    for number in range(20):
        world.receive(place=world.room)
        actions.open_place(
            site=world.site, kind=PlaceKind.SHELF, name=f"B{number}", by=world.lead
        )
    assert (count_queries(page_of(world.room)), count_queries(PLACES)) == one


def test_a_technician_sees_places_and_names_none(client: Client, world: World) -> None:
    client.force_login(world.technician)
    before = Place.objects.count()
    assert client.get(page_of(world.room)).status_code == 200
    assert client.post(NEW, answers(world)).status_code == 403
    assert Place.objects.count() == before


def test_a_place_of_another_site_is_not_there(client: Client, world: World) -> None:
    stranger = person(Role.WORKSHOP_LEAD, site=Site.objects.create(name="Tilleuls"))
    client.force_login(stranger)
    assert client.get(page_of(world.room)).status_code == 404
    assert "Atelier 2" not in text(client.get(PLACES))


def test_what_left_stands_there_no_more_and_is_there_again_once_found(
    client: Client, world: World
) -> None:
    device = world.receive(place=world.room)
    shown = device.display_tag
    in_place = reverse("inventory:device-list") + f"?place={world.room.uuid}"
    assert shown in text(client.get(page_of(world.room)))
    assert shown in text(client.get(in_place))
    actions.declare_missing(device=device, by=world.lead)
    assert shown not in text(client.get(page_of(world.room)))
    assert shown not in text(client.get(in_place))
    device.refresh_from_db()
    assert (device.stands_in, device.place) == (None, world.room)
