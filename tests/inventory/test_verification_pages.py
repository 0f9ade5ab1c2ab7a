"""The public page of a certificate: what it says, and all that it does not."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from inventory import actions
from inventory.actions.drive_cycle import open_cycle
from inventory.actions.drive_moves import lock_with_host
from inventory.models import CancelReason, Certificate, StorageDrive
from inventory.models.erasure import DestructionMethod
from tests.inventory.certified import failed, reported, ssd
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
FORM = "/v/"
# Of what nobody gave out, and of what cannot be one.
UNKNOWN = ["f" * 32, "F" * 32, "0", "é", "x" * 4000, "%00", "..%2F", "g" * 32, "f" * 64]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def certificate(world: World) -> Certificate:
    return actions.issue_certificate(
        erasure=reported(world, ssd(world, serial="S3Z8NB0K123456A")),
        language="en",
        by=world.officer,
    )


def page_of(certificate: Certificate) -> str:
    return reverse("inventory:verify-one", args=[certificate.public_id])


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


def test_a_valid_certificate_is_said_to_be(
    client: Client, certificate: Certificate
) -> None:
    page = text(client.get(page_of(certificate)))
    assert "We issued this document, and it counts." in page
    for said in ("Purge", "ATA Sanitize, block erase", "456A"):
        assert said in page
    assert certificate.document.sha256 in page


@pytest.mark.parametrize("typed", ["{number}", " {lower} "])
def test_a_number_is_told_to_be_one_and_opens_nothing(
    client: Client, certificate: Certificate, typed: str
) -> None:
    number = certificate.document.number
    typed = typed.format(number=number, lower=number.lower())
    for answer in (client.get(FORM, {"hash": typed}), client.get(f"{FORM}{number}")):
        assert answer.status_code == 404
        assert "A number alone opens nothing" in text(answer)
        assert "Purge" not in text(answer)
    never_issued = client.get(FORM, {"hash": "CEF-2031-99999"})
    assert "A number alone opens nothing" in text(never_issued)


def test_a_hash_in_the_address_is_looked_up_too(
    client: Client, certificate: Certificate
) -> None:
    page = client.get(f"{FORM}{certificate.document.sha256}")
    assert "We issued this document, and it counts." in text(page)


def test_who_holds_what_counts_no_more_is_told_whom_to_ask(
    client: Client, world: World, certificate: Certificate, settings: Settings
) -> None:
    ours = {**settings.ORGANISATION, "contact": "effacement@exemple.test"}
    settings.ORGANISATION = ours
    assert "effacement@exemple.test" not in text(client.get(page_of(certificate)))
    actions.cancel_certificate(
        certificate=certificate, reason=CancelReason.PROOF_FELL, by=world.officer
    )
    assert "effacement@exemple.test" in text(client.get(page_of(certificate)))
    assert "effacement@exemple.test" in text(client.get(FORM, {"hash": "f" * 64}))


def test_neither_people_nor_donor_nor_serial_are_told(
    client: Client, world: World, certificate: Certificate
) -> None:
    page = text(client.get(page_of(certificate)))
    drive = certificate.drive
    assert drive is not None
    for secret in (
        *(world.officer.name, world.technician.name, world.donation.donor.name),
        *(drive.serial, drive.last_host.serial, drive.last_host.tag, world.lot.code),
        *(world.site.name, "8NB0K12", "0x5002538e40a1b2c3"),
    ):
        assert secret not in page


def test_a_cancelled_certificate_is_said_to_be(
    client: Client, world: World, certificate: Certificate
) -> None:
    actions.cancel_certificate(
        certificate=certificate, reason=CancelReason.DONOR_WRONG, by=world.officer
    )
    page = text(client.get(page_of(certificate)))
    assert "it counts no more" in page
    assert "another donor" not in page


def test_a_certificate_whose_proof_fell_counts_no_longer(
    client: Client, world: World, certificate: Certificate
) -> None:
    drive = certificate.drive
    assert drive is not None
    failed(world, drive)
    page = text(client.get(page_of(certificate)))
    assert "No longer counts" in page
    assert "it counts." not in page


def test_a_proof_that_fell_before_its_drive_came_back_stays_fallen(
    client: Client, world: World, certificate: Certificate
) -> None:
    drive = certificate.drive
    assert drive is not None
    failed(world, drive)
    with transaction.atomic():
        _device, held = lock_with_host(drive)
        open_cycle(held, by=world.technician, why="came_back")
    assert "No longer counts" in text(client.get(page_of(certificate)))


def test_a_proof_that_held_until_its_drive_came_back_still_counts(
    client: Client, world: World, certificate: Certificate
) -> None:
    drive = certificate.drive
    assert drive is not None
    with transaction.atomic():
        _device, held = lock_with_host(drive)
        open_cycle(held, by=world.technician, why="came_back")
    assert "and it counts." in text(client.get(page_of(certificate)))


def test_a_report_of_a_failure_is_no_proof(client: Client, world: World) -> None:
    report = actions.issue_certificate(
        erasure=failed(world, ssd(world)), language="en", by=world.officer
    )
    assert "not proven to be erased" in text(client.get(page_of(report)))


def test_documents_of_many_drives_say_how_many(client: Client, world: World) -> None:
    device = world.receive()
    world.erase(device.drives.get())
    sheet = actions.issue_machine_sheet(device=device, language="en", by=world.officer)
    summary = actions.issue_lot_summary(lot=world.lot, language="en", by=world.officer)
    for paper in (sheet, summary):
        assert "1 of 1 proven" in text(client.get(page_of(paper)))


def of_destruction(world: World) -> Certificate:
    destruction = actions.record_destruction(
        drive=world.receive().drives.get(),
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    )
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    return actions.issue_destruction_record(
        destruction=destruction, language="en", by=world.officer
    )


def test_a_record_of_destruction_is_checked_too(client: Client, world: World) -> None:
    page = text(client.get(page_of(of_destruction(world))))
    assert "Destroy" in page
    assert "Shredded" in page


def test_a_record_falls_once_a_machine_shows_what_was_destroyed(
    client: Client, world: World
) -> None:
    record, stands = of_destruction(world), of_destruction(world)
    StorageDrive.objects.filter(certificates=record).update(last_seen_at=timezone.now())
    page = text(client.get(page_of(record)))
    assert "No longer counts" in page
    assert "a machine has shown the drive since" in page
    assert "it counts." in text(client.get(page_of(stands)))
    assert list(Certificate.objects.fallen()) == [record]
    assert list(Certificate.objects.standing()) == [stands]


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_whatever_is_unknown_gets_the_same_answer(
    client: Client, certificate: Certificate, unknown: str
) -> None:
    nobody_s = client.get(f"/v/{secrets.token_hex(16)}")
    response = client.get(f"/v/{unknown}")
    assert response.status_code == nobody_s.status_code == 404
    if "/" not in unknown and "%2F" not in unknown:
        assert response.content == nobody_s.content


def test_the_unknown_costs_the_database_as_much_as_the_known(
    client: Client, certificate: Certificate
) -> None:
    costs = []
    for address in (page_of(certificate), f"/v/{'f' * 32}", "/v/nonsense"):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        costs.append(len(queries))
    assert len(set(costs)) == 1


@pytest.mark.parametrize("which", ["content", "file"])
def test_a_printed_hash_finds_the_document(
    client: Client, certificate: Certificate, which: str
) -> None:
    document = certificate.document
    sha256 = document.sha256 if which == "content" else document.file.sha256
    typed = " ".join([sha256[:32].upper(), sha256[32:]])
    assert "it counts." in text(client.get(FORM, {"hash": typed}))


@pytest.mark.parametrize("typed", ["", " ", "0" * 64, "x" * 9000, "\0", "é", "\u202e"])
def test_a_hash_of_nothing_is_unknown(
    client: Client, certificate: Certificate, typed: str
) -> None:
    response = client.get(FORM, {"hash": typed})
    assert response.status_code == 404
    assert "We know no document by this." in text(response)


def test_no_engine_lists_it_and_no_cache_keeps_it(
    client: Client, certificate: Certificate
) -> None:
    for address in (page_of(certificate), FORM, "/v/unknown"):
        response = client.get(address)
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]


def test_the_sixty_first_question_in_a_minute_waits(
    client: Client, certificate: Certificate
) -> None:
    for _ in range(60):
        client.get("/v/unknown")
    response = client.get(page_of(certificate))
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "456A" not in text(response)
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.get(page_of(certificate)).status_code == 200
