from __future__ import annotations

import pytest

from backoffice.core.documents import content_hash
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Document, DocumentSeries
from inventory import actions
from inventory.errors import NothingToReceipt
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def issue(world: World, language: str = "fr") -> Document:
    return actions.issue_donation_receipt(
        donation=world.donation, language=language, by=world.lead
    )


def test_a_receipt_says_who_gave_what(world: World) -> None:
    device = world.receive()
    content = issue(world).content
    assert content["donor"]["name"] == "Mairie de Bourg-Lavande"
    assert content["quantities"] == [["laptop", 1]]
    assert content["devices"] == [
        [device.tag, "laptop", "Exemple Portable 14", device.serial]
    ]


def test_receipts_are_numbered_without_a_gap(world: World) -> None:
    world.receive()
    numbers = [issue(world).number[-5:] for _turn in range(3)]
    assert numbers == ["00001", "00002", "00003"]


def test_what_comes_later_does_not_change_a_receipt(world: World) -> None:
    device = world.receive()
    document = issue(world)
    actions.describe_device(
        device=device, make="Autre", model="X", serial="AUTRE-1", by=world.lead
    )
    world.receive()
    kept = Document.objects.get(pk=document.pk)
    assert len(kept.content["devices"]) == 1
    assert kept.content["devices"][0][2] == "Exemple Portable 14"
    assert content_hash(kept) == document.sha256


def test_the_hash_of_a_receipt_finds_a_changed_content(world: World) -> None:
    world.receive()
    document = issue(world)
    document.content["quantities"] = [["laptop", 100]]
    assert content_hash(document) != document.sha256


def test_the_history_holds_the_number_and_the_hash(world: World) -> None:
    world.receive()
    document = issue(world, "en")
    last = world.donation.events.order_by("-sequence")[0]
    assert last.verb == "receipt_issued"
    assert last.data == {"number": document.number, "sha256": document.sha256}
    assert document.language == "en"


def test_nothing_received_is_no_receipt_and_takes_no_number(world: World) -> None:
    events = world.donation.events.count()
    with pytest.raises(NothingToReceipt):
        issue(world)
    assert not Document.objects.exists()
    assert not DocumentSeries.objects.exists()
    assert world.donation.events.count() == events


def test_what_was_only_announced_is_not_receipted(world: World) -> None:
    actions.undo_last(device=world.receive(), by=world.technician)
    with pytest.raises(NothingToReceipt):
        issue(world)
    assert not Document.objects.exists()


def test_a_technician_issues_no_receipt(world: World) -> None:
    world.receive()
    with pytest.raises(NotPermitted):
        actions.issue_donation_receipt(
            donation=world.donation, language="fr", by=world.technician
        )
    assert not Document.objects.exists()
