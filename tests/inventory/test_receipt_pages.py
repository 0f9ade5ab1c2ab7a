"""The donor's receipt: issued once, drawn again from what was frozen."""

from __future__ import annotations

import uuid
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from backoffice.core.models import Document, Site
from backoffice.core.roles import Role
from inventory import actions
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.lead)
    return made


def issue(world: World, language: str = "en") -> Document:
    return actions.issue_donation_receipt(
        donation=world.donation, language=language, by=world.lead
    )


def page_of(document: Document) -> str:
    return reverse("inventory:receipt-detail", args=[document.uuid])


def pdf_of(document: Document) -> str:
    return reverse("inventory:receipt-pdf", args=[document.uuid])


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


def words(response: Any) -> str:
    document = pypdfium2.PdfDocument(response.content)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_receipt_is_issued_from_the_donation_s_page(
    client: Client, world: World
) -> None:
    world.receive()
    address = reverse("inventory:receipt-issue", args=[world.donation.uuid])
    response = client.post(address, {"language": "fr"}, follow=True)
    document = Document.objects.get()
    assert document.language == "fr"
    assert document.sha256 in text(response)
    page = text(
        client.get(reverse("inventory:donation-detail", args=[world.donation.uuid]))
    )
    assert document.number in page


@pytest.mark.parametrize("language", ["", "xx", "f" * 4000, "\0"])
def test_a_language_we_do_not_speak_becomes_the_house_s(
    client: Client, world: World, language: str
) -> None:
    world.receive()
    address = reverse("inventory:receipt-issue", args=[world.donation.uuid])
    assert client.post(address, {"language": language}).status_code == 302
    assert Document.objects.get().language == "en"


def test_page_and_pdf_say_the_same(client: Client, world: World) -> None:
    device = world.receive()
    document = issue(world)
    page, pdf = text(client.get(page_of(document))), words(client.get(pdf_of(document)))
    for said in (
        document.number,
        "Mairie de Bourg-Lavande",
        device.display_tag,
        device.serial,
        "This document is not a tax receipt.",
    ):
        assert said in page
        assert said in pdf
    assert document.sha256 in pdf.replace("\n", "")


def test_a_receipt_speaks_its_own_language_whoever_reads_it(
    client: Client, world: World
) -> None:
    world.receive()
    document = issue(world, "fr")
    assert "Attestation de réception de don" in words(client.get(pdf_of(document)))
    page = text(client.get(page_of(document)))
    assert "Attestation de réception de don" in page
    assert "What proves it" in page


def test_the_same_receipt_is_the_same_bytes_years_later(
    client: Client, world: World
) -> None:
    device = world.receive()
    document = issue(world)
    first = client.get(pdf_of(document)).content
    actions.describe_device(
        device=device, make="Autre", model="X", serial="AUTRE-1", by=world.lead
    )
    world.receive()
    assert client.get(pdf_of(document)).content == first


def test_a_receipt_changed_behind_the_product_s_back_says_so(
    client: Client, world: World
) -> None:
    world.receive()
    document = issue(world)
    assert "As it was issued" in text(client.get(page_of(document)))
    drop_guards()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_document SET sha256 = %s", ["0" * 64])
    assert "Not what was issued" in text(client.get(page_of(document)))


def drop_guards() -> None:
    """What somebody with every right on the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE core_document DISABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND tbl_name = 'core_document'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def test_nothing_received_is_refused_in_words(client: Client, world: World) -> None:
    address = reverse("inventory:receipt-issue", args=[world.donation.uuid])
    response = client.post(address, {"language": "fr"})
    assert response.status_code == 409
    assert "Nothing has been received" in text(response)
    assert not Document.objects.exists()


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.AUDITOR, Role.MEDIATOR])
def test_receipts_are_for_those_who_manage_donations(
    client: Client, world: World, role: Role
) -> None:
    world.receive()
    document = issue(world)
    client.force_login(person(role))
    for address in (page_of(document), pdf_of(document)):
        assert client.get(address).status_code == 403
    address = reverse("inventory:receipt-issue", args=[world.donation.uuid])
    assert client.post(address, {"language": "fr"}).status_code == 403
    assert Document.objects.count() == 1


def test_a_receipt_of_another_site_is_not_there(client: Client, world: World) -> None:
    world.receive()
    document = issue(world)
    elsewhere = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.WORKSHOP_LEAD, site=elsewhere))
    for address in (page_of(document), pdf_of(document)):
        assert client.get(address).status_code == 404


def test_an_unknown_receipt_is_not_found(client: Client, world: World) -> None:
    address = reverse("inventory:receipt-detail", args=[uuid.UUID(int=0)])
    assert client.get(address).status_code == 404
