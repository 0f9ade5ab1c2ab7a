from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from inventory import actions
from inventory.imports.reading import MOST_BYTES
from inventory.models import Evidence, ResultImport, StorageDrive
from inventory.states import DriveStatus
from tests.inventory.imports.logs import log_of, written
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
LIST = reverse("inventory:result-list")


@pytest.fixture
def world(client: Client) -> World:
    world = make_world()
    client.force_login(world.technician)
    return world


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


def send(client: Client, world: World, body: bytes) -> HttpResponse:
    file = SimpleUploadedFile("nwipe.log", body)
    said = {"file": file, "site": world.site.uuid, "text": ""}
    return client.post(LIST, said)  # type: ignore[return-value]


def page_of(report: ResultImport) -> str:
    return reverse("inventory:result-detail", args=[report.uuid])


def test_a_report_is_looked_at_then_applied(
    client: Client, world: World, drive: StorageDrive
) -> None:
    answer = send(client, world, log_of(drive).encode())
    report = ResultImport.objects.get()
    assert answer.headers["Location"] == page_of(report)
    assert "What would become of it" in client.get(page_of(report)).content.decode()
    drive.refresh_from_db()
    assert drive.status == DriveStatus.AWAITING_ERASURE
    client.post(reverse("inventory:result-apply", args=[report.uuid]))
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED
    assert "What became of it" in client.get(page_of(report)).content.decode()


def test_a_report_that_proves_nothing_says_why_and_is_not_pressed_on_anybody(
    client: Client, world: World, drive: StorageDrive
) -> None:
    lines = log_of(drive).splitlines(keepends=True)
    text = "".join(line for line in lines if "bytes written" not in line)
    send(client, world, text.encode())
    page = client.get(page_of(ResultImport.objects.get())).content.decode()
    assert "It is not said how many bytes were erased" in page
    assert "how many were erased is not said" in page
    assert "Nothing here would be recorded as erased." in page
    assert 'class="btn btn-lg" type="submit"' in page


def test_pasted_text_does_as_well(
    client: Client, world: World, drive: StorageDrive
) -> None:
    said = {"text": log_of(drive), "site": world.site.uuid}
    assert client.post(LIST, said).status_code == 302
    assert ResultImport.objects.get().file_name == "pasted text"


@pytest.mark.parametrize(
    "body",
    [b"<html></html>", b"\x00\x01", b"%PDF-1.7", b"\xff", written("usage").encode()],
)
def test_what_is_no_report_is_said_to_be_none(
    client: Client, world: World, body: bytes
) -> None:
    answer = send(client, world, body)
    assert answer.status_code == 409
    assert not Evidence.objects.exists()


def test_neither_file_nor_text_or_too_much_is_asked_again(
    client: Client, world: World
) -> None:
    assert client.post(LIST, {"site": world.site.uuid}).status_code == 422
    answer = send(client, world, b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 409
    assert "larger than 5 MB" in answer.content.decode()


def test_each_refusal_says_why(client: Client, drive: StorageDrive) -> None:
    world = drive.last_host.lot.donation.site
    client.post(LIST, {"text": log_of(drive, status="UABORTED"), "site": world.uuid})
    text = client.get(page_of(ResultImport.objects.get())).content.decode()
    assert "UABORTED" in text
    assert "does not say that the drive was erased" in text


def test_a_doubtful_line_is_given_to_a_drive_by_a_person(
    client: Client, world: World, drive: StorageDrive
) -> None:
    send(client, world, log_of(drive, serial="").encode())
    report = ResultImport.objects.get()
    actions.apply_results(report=report, by=world.technician)
    decide = reverse("inventory:result-decide", args=[report.uuid, 1])
    assert str(drive) in client.get(decide).content.decode()
    assert client.post(decide, {"drive": "nonsense"}).status_code == 422
    assert client.post(decide, {"drive": str(drive.uuid)}).status_code == 302
    drive.refresh_from_db()
    assert drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE


def test_a_line_decided_twice_keeps_its_first_answer(
    client: Client, world: World, drive: StorageDrive
) -> None:
    send(client, world, log_of(drive, serial="").encode())
    report = ResultImport.objects.get()
    actions.apply_results(report=report, by=world.technician)
    decide = reverse("inventory:result-decide", args=[report.uuid, 1])
    client.post(decide, {"drive": "none"})
    assert client.post(decide, {"drive": str(drive.uuid)}).status_code in {409, 422}
    assert not drive.erasures.exists()


def test_the_dry_run_asks_no_more_for_drives_that_are_not_here(
    client: Client, world: World, drive: StorageDrive, count_queries: object
) -> None:
    unknown = "".join(log_of(drive, serial=f"EX-NO-{n}") for n in range(30))
    send(client, world, unknown.encode())
    assert count_queries(page_of(ResultImport.objects.get())) < 25  # type: ignore[operator]


@pytest.mark.parametrize("number", ["0", "2", "9" * 300, "nonsense"])
def test_a_line_that_is_not_there_is_not_found(
    client: Client, world: World, drive: StorageDrive, number: str
) -> None:
    send(client, world, log_of(drive).encode())
    decide = reverse(
        "inventory:result-decide", args=[ResultImport.objects.get().uuid, number]
    )
    assert client.get(decide).status_code == 404
