from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from backoffice.core.documents import content_hash
from backoffice.core.models import Document, DocumentSeries
from inventory import actions
from inventory.errors import NothingToReceipt
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.receive()
    return world


def issue(world: World) -> Document:
    return actions.issue_donation_receipt(
        donation=world.donation, language="fr", by=world.lead
    )


def test_numbers_run_without_gaps(world: World) -> None:
    assert [issue(world).serial for _ in range(3)] == [1, 2, 3]


def test_an_act_that_fails_gives_its_number_back(world: World) -> None:
    issue(world)
    empty = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=world.donation.received_on,
        by=world.lead,
    )
    with pytest.raises(NothingToReceipt):
        actions.issue_donation_receipt(donation=empty, language="fr", by=world.lead)
    assert issue(world).serial == 2
    assert DocumentSeries.objects.get().last == 2


def test_a_document_says_forever_what_it_said(world: World) -> None:
    document = issue(world)
    world.receive()
    kept = Document.objects.get(pk=document.pk)
    assert content_hash(kept) == document.sha256
    assert len(kept.content["devices"]) == 1


def test_the_hash_of_a_document_stands_in_the_journal(world: World) -> None:
    document = issue(world)
    event = world.donation.events.get(verb="receipt_issued")
    assert event.data == {"number": document.number, "sha256": document.sha256}


def test_a_document_is_never_changed(world: World) -> None:
    document = issue(world)
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE core_document SET number = 'X'")
    document.refresh_from_db()
    assert document.number.startswith("ARD-")
