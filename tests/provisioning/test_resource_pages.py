"""The library on screen, and files that come into it whole or piece by piece."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backoffice.core.models import User
from backoffice.core.roles import Role
from provisioning.actions.uploads import incoming_of
from provisioning.kinds import ResourceKind, Withdrawal
from provisioning.models import Resource, ResourceEvent, Upload
from tests.provisioning.files import FACTS, in_library, pdf, png
from tests.world import person

pytestmark = pytest.mark.django_db
NEW = "/resources/new/"
TYPED = {
    "kind": "sheet",
    "title_fr": FACTS.title_fr,
    "title_en": "",
    "language": "fr",
    "licence": "CC-BY-SA-4.0",
    "source_url": "https://exemple.test/fiches/courriel",
}
BAD = ["\x00", "x" * 4000, "9" * 400, "-1", "\x1b[0m", "no-such-kind"]


@pytest.fixture
def lead() -> User:
    return person(Role.WORKSHOP_LEAD)


@pytest.fixture
def here(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def a_file(content: bytes = b"", name: str = "fiche.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or pdf())


def text(answer: Any) -> str:
    return str(answer.content.decode())


def page(resource: Resource, end: str = "") -> str:
    return f"/resources/{resource.uuid}/{end}"


# ------------------------------------------------------------------ in one piece


def test_a_small_file_comes_with_its_form(here: Client, lead: User) -> None:
    answer = here.post(NEW, {**TYPED, "file": a_file()})
    resource = Resource.objects.get()
    assert answer["Location"] == page(resource)
    assert (resource.title_fr, resource.added_by) == (FACTS.title_fr, lead)
    assert not Upload.objects.exists()
    shown = text(here.get(page(resource)))
    assert resource.blob.sha256 in shown
    assert 'download="ecrire-un-courriel.pdf"' in shown


def test_a_refused_file_stays_and_passes_with_another_answer(here: Client) -> None:
    refused = here.post(NEW, {**TYPED, "kind": "video", "file": a_file()})
    upload = Upload.objects.get()
    assert refused.status_code == 415
    assert "This file is no Video" in text(refused)
    assert f'value="{upload.uuid}"' in text(refused)
    assert "is here. Choose a file only if" in text(refused)
    assert not Resource.objects.exists()
    assert "Choose it again with its right kind" in text(here.get(NEW))
    here.post(NEW, {**TYPED, "upload": str(upload.uuid)})
    assert Resource.objects.get().blob.media == "application/pdf"
    assert not Upload.objects.exists()


def test_a_file_that_is_known_is_said_to_be_where_it_is(
    here: Client, lead: User
) -> None:
    in_library(lead)
    answer = here.post(NEW, {**TYPED, "file": a_file()})
    assert answer.status_code == 409
    assert "has this very file already" in text(answer)
    assert Resource.objects.count() == 1


def test_too_much_at_once_is_refused_with_the_way_round(here: Client) -> None:
    large = a_file(pdf("x" * 8 * 1024 * 1024))
    answer = here.post(NEW, {**TYPED, "file": large})
    assert answer.status_code == 400
    assert "no more than 7 MB" in text(answer)
    assert not Upload.objects.exists()


def test_nothing_chosen_and_nothing_typed_is_said_field_by_field(here: Client) -> None:
    answer = here.post(NEW, {"file": ""})
    assert answer.status_code == 400
    assert "Choose a file." in text(answer)
    gone = here.post(NEW, {**TYPED, "upload": "6b2f4f8e-0000-4000-8000-000000000000"})
    assert gone.status_code == 409
    assert "Not all of the file is here." in text(gone)


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *((field, "\x00") for field in TYPED),
        *((field, "\x1b[0m") for field in TYPED),
        *((field, "x" * 4000) for field in TYPED),
        *((field, "no-such-value") for field in ("kind", "language", "licence")),
        ("title_fr", ""),
        ("licence", ""),
        ("upload", "no-such-upload"),
    ],
)
def test_what_nobody_means_to_type_is_refused(
    here: Client, field: str, bad: str
) -> None:
    answer = here.post(NEW, {**TYPED, "file": a_file(), field: bad})
    assert answer.status_code == 400
    assert not Resource.objects.exists()
    assert not Upload.objects.exists()


# ------------------------------------------------------------------ piece by piece


def begin(here: Client, content: bytes, **other: Any) -> Any:
    said = {"name": "fiche.pdf", "size": len(content), "changed": 7, "kind": "sheet"}
    return here.post("/resources/uploads/", said | other)


def send(here: Client, name: str, offset: object, part: bytes) -> Any:
    return here.post(
        f"/resources/uploads/{name}/",
        part,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def test_a_file_comes_piece_by_piece_and_goes_on_after_a_cut(here: Client) -> None:
    content = pdf("long")
    name = begin(here, content).json()["upload"]
    assert send(here, name, 0, content[:10]).json() == {"received": 10}
    assert "fiche.pdf" in text(here.get(NEW))
    assert "Choose it again with its right kind" not in text(here.get(NEW))
    again = begin(here, content).json()
    assert (again["upload"], again["received"]) == (name, 10)
    send(here, name, 10, content[10:])
    here.post(NEW, {**TYPED, "upload": name})
    assert Resource.objects.get().blob.size == len(content)


def test_a_piece_that_was_kept_already_is_told_where_to_go_on(here: Client) -> None:
    content = pdf()
    name = begin(here, content).json()["upload"]
    send(here, name, 0, content[:10])
    again = send(here, name, 0, content[:10])
    assert (again.status_code, again.json()["received"]) == (409, 10)
    beyond = send(here, name, 10, content)
    assert (beyond.status_code, beyond.json()["code"]) == (409, "upload_elsewhere")
    assert incoming_of(Upload.objects.get()).received == 10


def test_half_a_file_is_no_resource(here: Client) -> None:
    name = begin(here, pdf()).json()["upload"]
    send(here, name, 0, pdf()[:10])
    answer = here.post(NEW, {**TYPED, "upload": name})
    assert answer.status_code == 409
    assert "goes on where it stopped" in text(answer)
    assert not Resource.objects.exists()


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "9" * 400, "٣"])
def test_an_offset_that_is_none_is_refused(here: Client, offset: str) -> None:
    name = begin(here, pdf()).json()["upload"]
    answer = here.generic(
        "POST",
        f"/resources/uploads/{name}/",
        b"%PDF",
        content_type="application/octet-stream",
        HTTP_UPLOAD_OFFSET=offset,
    )
    assert answer.status_code == 400
    assert incoming_of(Upload.objects.get()).received == 0


@pytest.mark.parametrize(
    ("field", "bad", "code"),
    [
        ("size", 1 << 40, "resource_too_large"),
        ("size", 0, "resource_too_large"),
        ("size", -1, "invalid"),
        ("size", "9" * 400, "invalid"),
        ("name", "\x00", "invalid"),
        ("name", "x" * 4000, "invalid"),
        ("kind", "virus", "invalid"),
        ("changed", "yesterday", "invalid"),
    ],
)
def test_what_cannot_come_is_refused_before_it_does(
    here: Client, field: str, bad: object, code: str
) -> None:
    answer = begin(here, pdf(), **{field: bad})
    assert answer.status_code in {400, 413}
    assert json.loads(answer.content)["code"] == code
    assert not Upload.objects.exists()


def test_nobody_touches_the_upload_of_another(here: Client, client: Client) -> None:
    name = begin(here, pdf()).json()["upload"]
    client.force_login(person(Role.MEDIATOR))
    assert send(client, name, 0, b"%PDF").status_code == 404
    assert client.post(f"/resources/uploads/{name}/end/").status_code == 404
    assert "fiche.pdf" not in text(client.get(NEW))
    assert incoming_of(Upload.objects.get()).received == 0


def test_an_upload_is_given_up_by_its_button(here: Client) -> None:
    name = begin(here, pdf()).json()["upload"]
    send(here, name, 0, b"%PDF")
    answer = here.post(f"/resources/uploads/{name}/end/")
    assert answer["Location"] == NEW
    assert not Upload.objects.exists()


def test_a_piece_needs_the_token_of_the_page(lead: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lead)
    assert begin(strict, pdf()).status_code == 403
    assert not Upload.objects.exists()


# ------------------------------------------------------------------ the list and a page


def test_the_list_is_narrowed(here: Client, lead: User) -> None:
    kept = in_library(lead)
    picture = in_library(lead, png(), kind=ResourceKind.PICTURE)
    assert text(here.get("/resources/")).count("row-link") == 2
    shown = text(here.get("/resources/?kind=picture"))
    assert page(picture) in shown
    assert page(kept) not in shown
    assert page(kept) in text(here.get("/resources/?q=COURRIEL&language=fr"))
    assert "No resource fits" in text(here.get("/resources/?language=en"))
    for bad in BAD:
        answer = here.get(
            "/resources/", {"q": bad, "kind": bad, "page": bad, "state": bad}
        )
        assert answer.status_code == 200


def test_an_empty_library_says_what_it_is_for(here: Client) -> None:
    assert "The library is empty" in text(here.get("/resources/"))


def test_it_is_described_anew_on_its_page(here: Client, lead: User) -> None:
    resource = in_library(lead)
    answer = here.post(page(resource, "change/"), {**TYPED, "title_fr": "Le courriel"})
    assert answer["Location"] == page(resource)
    resource.refresh_from_db()
    assert resource.title_fr == "Le courriel"
    assert "Described anew" in text(here.get(page(resource)))
    refused = here.post(page(resource, "change/"), {**TYPED, "source_url": ""})
    assert refused.status_code == 409
    assert "Say where it comes from" in text(refused)


def test_it_is_withdrawn_and_offered_again(here: Client, lead: User) -> None:
    resource = in_library(lead)
    assert here.post(page(resource, "withdraw/"), {"reason": "x"}).status_code == 400
    here.post(page(resource, "withdraw/"), {"reason": "licence"})
    shown = text(here.get(page(resource)))
    assert str(Withdrawal.LICENCE.label) in shown
    assert page(resource) not in text(here.get("/resources/"))
    assert page(resource) in text(here.get("/resources/?state=withdrawn"))
    again = here.post(page(resource, "withdraw/"), {"reason": "licence"})
    assert again.status_code == 409
    here.post(page(resource, "bring-back/"))
    assert page(resource) in text(here.get("/resources/"))
    assert ResourceEvent.objects.count() == 3


def test_a_source_is_a_link_only_where_it_is_an_address(
    here: Client, lead: User
) -> None:
    resource = in_library(lead)
    assert f'href="{FACTS.source_url}"' in text(here.get(page(resource)))
    here.post(page(resource, "change/"), {**TYPED, "source_url": "javascript:alert(1)"})
    assert 'href="javascript' not in text(here.get(page(resource)))


def test_who_may_only_look_is_offered_nothing_else(client: Client, lead: User) -> None:
    resource = in_library(lead)
    client.force_login(person(Role.TECHNICIAN))
    shown = text(client.get(page(resource)))
    assert "change/" not in shown
    assert "withdraw/" not in shown
    assert NEW not in text(client.get("/resources/"))


def test_the_list_asks_the_same_of_the_database_however_long_it_is(
    here: Client, lead: User, count_queries: Any
) -> None:
    in_library(lead)
    one = count_queries("/resources/")
    for number in range(4):
        in_library(lead, pdf(str(number)))
    assert count_queries("/resources/") == one
