"""Certificates on screen, on paper, in a zip and by mail."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from backoffice.core.models import Site
from backoffice.core.roles import Role
from backoffice.core.signed_pdf import check
from backoffice.core.signing import known_certificates
from inventory import actions, background
from inventory.models import CancelReason, Certificate, Erasure
from tests.inventory.certified import details, failed, reported, ssd
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
BAD = ["", "\0", "x" * 4000, "ﬀ\u202e", "-1", "9" * 30, "\ud800"]


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.officer)
    return made


def issue(world: World, erasure: Erasure, language: str = "en") -> Certificate:
    return actions.issue_certificate(
        erasure=erasure, language=language, by=world.officer
    )


def address(name: str, certificate: Certificate) -> str:
    return reverse(f"inventory:{name}", args=[certificate.document.uuid])


def of_lot(name: str, world: World, *more: object) -> str:
    return reverse(f"inventory:{name}", args=[world.lot.uuid, *more])


def text(response: Any) -> str:
    page: str = response.content.decode()
    return page


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_certificate_is_issued_from_the_drive_s_page(
    client: Client, world: World
) -> None:
    drive = ssd(world)
    erasure = reported(world, drive)
    page = client.post(
        reverse("inventory:erasure-certify", args=[erasure.uuid]),
        {"language": "fr"},
        follow=True,
    )
    certificate = Certificate.objects.get()
    assert certificate.document.number in text(page)
    on_drive = client.get(reverse("inventory:drive-detail", args=[drive.uuid]))
    assert certificate.document.number in text(on_drive)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_and_pdf_say_the_same(client: Client, world: World, language: str) -> None:
    drive = ssd(world)
    certificate = issue(world, reported(world, drive), language)
    page = text(client.get(address("certificate-detail", certificate)))
    pdf = words(client.get(address("certificate-pdf", certificate)).content)
    for said in (
        certificate.document.number,
        *(drive.serial, "0x5002538e40a1b2c3", "RVT04B6Q", "PC-000001-H"),
        *("hdparm --sanitize-status /dev/sda", "6.1.0-31-amd64", "rebond-agent"),
        *("Mairie de Bourg-Lavande", world.technician.name, world.officer.name),
    ):
        assert said in page
        assert said in pdf


def test_what_nobody_recorded_is_said_to_be_so(client: Client, world: World) -> None:
    certificate = issue(world, world.erase(world.receive().drives.get()))
    pdf = words(client.get(address("certificate-pdf", certificate)).content)
    assert pdf.count("not recorded") > 8
    assert "none: written down by a person" in pdf


def test_what_nobody_could_say_is_printed_as_unknown(
    client: Client, world: World
) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    pdf = words(client.get(address("certificate-pdf", certificate)).content)
    assert "unknown → unknown" in pdf
    assert "AMAX" in pdf


def test_what_a_tool_told_in_its_own_way_is_printed_so(
    client: Client, world: World
) -> None:
    drive = ssd(world)
    told = details(drive)
    told["attempts"][0] |= {"started_at": "this morning", "seconds": "a while"}
    told["verification"] |= {"bytes_read": 1.5, "places": "many", "status": 7}
    told["passes"] = "two"
    certificate = issue(world, reported(world, drive, told=told))
    pdf = words(client.get(address("certificate-pdf", certificate)).content)
    for said in ("this morning", "a while", "1.5", "many", "two"):
        assert said in pdf


def test_the_code_on_the_paper_leads_to_its_public_page(
    client: Client, world: World, settings: Settings
) -> None:
    settings.BASE_URL = "https://rebond.exemple.test"
    certificate = issue(world, reported(world, ssd(world)))
    pdf = client.get(address("certificate-pdf", certificate)).content
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=150 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    where = reverse("inventory:verify-one", args=[certificate.public_id])
    assert code.text == f"https://rebond.exemple.test{where}"


def test_the_file_is_the_same_whenever_it_is_fetched(
    client: Client, world: World
) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    first = client.get(address("certificate-pdf", certificate)).content
    assert client.get(address("certificate-pdf", certificate)).content == first
    assert hashlib.sha256(first).hexdigest() == certificate.document.file.sha256


def test_a_certificate_is_cancelled_with_a_reason(client: Client, world: World) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    page = client.post(
        address("certificate-cancel", certificate),
        {"reason": CancelReason.NAMED_WRONGLY},
        follow=True,
    )
    assert "This document counts no more." in text(page)
    again = client.post(
        address("certificate-cancel", certificate),
        {"reason": CancelReason.NAMED_WRONGLY},
    )
    assert again.status_code == 409


def test_no_reason_is_proposed(client: Client, world: World) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    page = client.get(address("certificate-cancel", certificate))
    assert page.context["form"]["reason"].value() is None


@pytest.mark.parametrize("reason", ["", *BAD, "superseded"])
def test_no_other_reason_cancels(client: Client, world: World, reason: str) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    posted = {"reason": reason.encode("utf-8", "replace").decode()}
    page = client.post(address("certificate-cancel", certificate), posted)
    assert page.status_code == 422
    certificate.refresh_from_db()
    assert certificate.cancelled_at is None


def test_a_proof_that_fell_is_said_beside_its_certificate(
    client: Client, world: World
) -> None:
    drive = ssd(world)
    certificate = issue(world, reported(world, drive))
    failed(world, drive)
    page = text(client.get(address("certificate-detail", certificate)))
    assert "does not prove the drive any more" in page


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", 2),
        ("?kind=failure_report", 1),
        ("?state=cancelled", 0),
        ("?donor=bourg", 2),
        ("?donor=nobody", 0),
        ("?lot=L-0000-001", 0),
        ("?issued_from=2001-01-01&issued_until=2001-02-01", 0),
        ("?issued_from=nonsense", 2),
    ],
)
def test_the_list_is_narrowed(
    client: Client, world: World, query: str, seen: int
) -> None:
    issue(world, reported(world, ssd(world)))
    issue(world, failed(world, ssd(world)))
    page = text(client.get(reverse("inventory:certificate-list") + query))
    assert page.count('class="row-link mono"') == seen


@pytest.mark.parametrize("bad", BAD)
def test_bad_filters_are_no_server_errors(
    client: Client, world: World, bad: str
) -> None:
    asked = dict.fromkeys(
        ("number", "kind", "lot", "donor", "issued_from", "state", "page"),
        bad.encode("utf-8", "replace").decode(),
    )
    assert client.get(reverse("inventory:certificate-list"), asked).status_code == 200


@pytest.mark.parametrize("state", ["valid", "fallen", "cancelled"])
def test_valid_fallen_and_cancelled_are_three_truths(
    client: Client, world: World, state: str
) -> None:
    drive = ssd(world)
    papers = {
        "valid": issue(world, reported(world, ssd(world))),
        "fallen": issue(world, reported(world, drive)),
        "cancelled": issue(world, reported(world, ssd(world))),
    }
    failed(world, drive)
    actions.cancel_certificate(
        certificate=papers["cancelled"],
        reason=CancelReason.DONOR_WRONG,
        by=world.officer,
    )
    listed = text(client.get(reverse("inventory:certificate-list"), {"state": state}))
    shown = {name for name, paper in papers.items() if str(paper) in listed}
    assert shown == {state}


def test_the_list_costs_the_same_however_long(
    client: Client, world: World, count_queries: Callable[[str], int]
) -> None:
    page = reverse("inventory:certificate-list")
    issue(world, reported(world, ssd(world)))
    once = count_queries(page)
    for _ in range(3):
        issue(world, reported(world, ssd(world)))
    assert count_queries(page) == once


def test_certificates_of_another_site_are_not_there(
    client: Client, world: World
) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    elsewhere = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.DATA_SECURITY_OFFICER, site=elsewhere))
    for name in ("certificate-detail", "certificate-pdf", "certificate-cancel"):
        assert client.get(address(name, certificate)).status_code == 404
    listed = text(client.get(reverse("inventory:certificate-list")))
    assert certificate.document.number not in listed


def test_a_lot_is_certified_whole_and_says_what_gets_none(
    client: Client, world: World
) -> None:
    for _ in range(3):
        world.erase(world.receive().drives.get())
    doubtful = world.erase(world.receive(world.drive(serial="00000000")).drives.get())
    client.post(of_lot("lot-certify", world), {"language": "fr"})
    background.issue_certificates()
    page = client.get(of_lot("lot-certificates", world))
    assert Certificate.objects.count() == 3
    assert "3 of 4 proofs are on paper" in text(page)
    assert str(doubtful.drive.uuid) in text(page)
    assert "hx-trigger" not in text(page)


def test_the_zip_holds_every_file_as_it_was_signed(
    client: Client, world: World
) -> None:
    papers = [issue(world, reported(world, ssd(world))) for _ in range(3)]
    actions.cancel_certificate(
        certificate=papers[0], reason=CancelReason.DONOR_WRONG, by=world.officer
    )
    fallen = ssd(world)
    issue(world, reported(world, fallen))
    failed(world, fallen)
    response: Any = client.get(of_lot("lot-zip", world))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    sums = archive.read("SHA256SUMS").decode().splitlines()
    for line, paper in zip(sums, papers[1:], strict=True):
        sha256, name = line.split()
        assert name == f"{paper.document.number}.pdf"
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256
        assert check(archive.read(name), known_certificates()).fault is None


def test_a_lot_is_printed_in_one_file(client: Client, world: World) -> None:
    papers = [issue(world, reported(world, ssd(world))) for _ in range(3)]
    pdf = client.get(of_lot("lot-print", world, "1")).content
    assert len(pypdfium2.PdfDocument(pdf)) == 6
    assert all(paper.document.number in words(pdf) for paper in papers)


@pytest.mark.parametrize("part", ["0", "2", "x", "99999999999", "１"])
def test_a_part_that_there_is_not_is_not_found(
    client: Client, world: World, part: str
) -> None:
    issue(world, reported(world, ssd(world)))
    assert client.get(of_lot("lot-print", world, part)).status_code == 404


def test_the_history_of_a_drive_names_its_papers(client: Client, world: World) -> None:
    drive = ssd(world)
    certificate = issue(world, reported(world, drive))
    actions.cancel_certificate(
        certificate=certificate, reason=CancelReason.DONOR_WRONG, by=world.officer
    )
    page = text(client.get(reverse("inventory:drive-detail", args=[drive.uuid])))
    assert "Certificate issued" in page
    assert "It names another donor or lot" in page
    assert page.count(str(certificate)) > 2


@pytest.mark.parametrize("typed", [*BAD, "nobody", "a@b", "a@exemple.test\nBcc: x"])
def test_no_mail_goes_to_what_is_no_address(
    client: Client, world: World, typed: str
) -> None:
    issue(world, reported(world, ssd(world)))
    posted = {"address": typed.encode("utf-8", "replace").decode(), "language": "en"}
    assert client.post(of_lot("lot-send", world), posted).status_code == 422
    assert mail.outbox == []


def test_an_unknown_certificate_is_not_found(client: Client, world: World) -> None:
    page = reverse("inventory:certificate-detail", args=[uuid.UUID(int=0)])
    assert client.get(page).status_code == 404


def test_a_document_changed_behind_the_product_s_back_says_so(
    client: Client, world: World
) -> None:
    certificate = issue(world, reported(world, ssd(world)))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE core_document DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER core_document_no_update")
        cursor.execute("UPDATE core_document SET sha256 = %s", ["0" * 64])
    page = text(client.get(address("certificate-detail", certificate)))
    assert "Not what was issued" in page
