"""Donors and places have a history too: written with the act, or neither is."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from backoffice.core import journal
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Event
from inventory import actions
from inventory.models import DonorEvent, DonorKind, PlaceEvent, PlaceKind
from tests.unchanged import refused
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
BOTH = [DonorEvent, PlaceEvent]


@pytest.fixture
def world() -> World:
    return make_world()


def test_who_wrote_a_donor_down_is_known_and_the_donor_s_name_is_not_told(
    world: World,
) -> None:
    event = world.donation.donor.events.get()
    assert (event.verb, event.actor) == ("registered", world.lead)
    assert event.data == {"kind": "public_body"}


def test_who_opened_a_place_is_known(world: World) -> None:
    shelf = actions.open_place(
        site=world.site,
        kind=PlaceKind.SHELF,
        name="B3",
        parent=world.room,
        by=world.lead,
    )
    event = shelf.events.get()
    assert (event.verb, event.actor) == ("opened", world.lead)
    assert (event.data["within"], event.data["kind"]) == (world.room.tag, "shelf")


def test_a_refused_donor_or_place_leaves_no_event(world: World) -> None:
    with refused(NotPermitted):
        actions.register_donor(
            kind=DonorKind.COMPANY, name="Exemple", by=world.technician
        )
    with refused(NotPermitted):
        actions.open_place(
            site=world.site, kind=PlaceKind.ROOM, name="C", by=world.technician
        )


@pytest.mark.parametrize("events", BOTH)
def test_the_journal_knows_their_chains_and_they_hold(
    world: World, events: type[Event]
) -> None:
    assert events in journal.journals()
    assert journal.verify().holds


@pytest.mark.parametrize("events", BOTH)
def test_what_is_told_of_them_is_never_changed(
    world: World, events: type[Event]
) -> None:
    table = events._meta.db_table
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET verb = 'forged'")
    assert not events.objects.filter(verb="forged").exists()


def test_their_pages_show_their_history(client: Client, world: World) -> None:
    client.force_login(world.lead)
    for address, said in (
        (f"/donors/{world.donation.donor.uuid}/", "Donor registered"),
        (f"/places/{world.room.uuid}/", "Place opened"),
    ):
        page = client.get(address).content.decode()
        assert said in page
        assert "History holds" in page
