from __future__ import annotations

import pytest
from django.db import IntegrityError

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from inventory import actions
from inventory.errors import NameTaken, PlaceElsewhere
from inventory.models import Place, PlaceKind, TagCounter
from inventory.tags import parse_tag
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def everything() -> tuple[int, int]:
    return Place.objects.count(), TagCounter.objects.get(prefix="PL").last


def test_a_place_gets_a_tag_of_its_own(world: World) -> None:
    shelf = actions.open_place(
        site=world.site,
        kind=PlaceKind.SHELF,
        name=" B3 ",
        parent=world.room,
        by=world.lead,
    )
    assert (parse_tag(shelf.tag).kind, shelf.name) == ("PL", "B3")
    assert shelf.parent == world.room


def test_two_rooms_may_each_have_a_shelf_of_the_same_name(world: World) -> None:
    for parent in (world.room, None):
        actions.open_place(
            site=world.site,
            kind=PlaceKind.SHELF,
            name="B3",
            parent=parent,
            by=world.lead,
        )
    assert Place.objects.filter(name="B3").count() == 2


def test_a_name_stands_once_in_a_site_and_once_in_a_place(world: World) -> None:
    actions.open_place(
        site=world.site,
        kind=PlaceKind.SHELF,
        name="B3",
        parent=world.room,
        by=world.lead,
    )
    before = everything()
    for parent, name in ((world.room, "B3"), (None, "Atelier 2")):
        with pytest.raises(NameTaken):
            actions.open_place(
                site=world.site,
                kind=PlaceKind.SHELF,
                name=name,
                parent=parent,
                by=world.lead,
            )
    assert everything() == before


def test_the_database_itself_knows_no_two_places_of_one_name(world: World) -> None:
    with pytest.raises(IntegrityError):
        Place.objects.create(
            site=world.site, kind=PlaceKind.ROOM, name="Atelier 2", tag="PL999999X"
        )


def test_a_place_lies_within_its_own_site(world: World) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    world.room.site = elsewhere
    world.room.save(update_fields=["site"])
    before = everything()
    with pytest.raises(PlaceElsewhere):
        actions.open_place(
            site=world.site,
            kind=PlaceKind.SHELF,
            name="B3",
            parent=world.room,
            by=world.lead,
        )
    assert everything() == before


def test_a_technician_names_no_place(world: World) -> None:
    before = everything()
    with pytest.raises(NotPermitted):
        actions.open_place(
            site=world.site, kind=PlaceKind.SHELF, name="B3", by=world.technician
        )
    assert everything() == before
