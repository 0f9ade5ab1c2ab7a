"""The photo of what is left of a drive: kept, shown, printed, never more than that."""

from __future__ import annotations

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.core.models import Site
from backoffice.core.photos import read_photo
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import (
    Destruction,
    DestructionMethod,
    DriveEvent,
    Evidence,
    StorageDrive,
)
from tests.photo import taken
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.technician)
    return made


def tell(client: Client, world: World, drive: StorageDrive, data: bytes) -> int:
    posted = {
        "method": "shred",
        "place": str(world.cupboard.uuid),
        "destroyed_on": timezone.localdate().isoformat(),
        "photo": SimpleUploadedFile("left.jpg", data, "image/jpeg"),
    }
    address = reverse("inventory:drive-destroy", args=[drive.uuid])
    return client.post(address, posted).status_code


def photo_of(destruction: Destruction) -> str:
    return reverse("inventory:destruction-photo", args=[destruction.uuid])


def test_a_photo_is_kept_under_its_hash_and_shown(client: Client, world: World) -> None:
    drive = world.receive().drives.get()
    assert tell(client, world, drive, taken()) == 302
    destruction = Destruction.objects.get()
    photo = read_photo(taken())
    response = client.get(photo_of(destruction))
    assert response.content == photo.jpeg
    assert response["Content-Type"] == "image/jpeg"
    told = DriveEvent.objects.get(verb="destruction_recorded")
    assert told.data["photo"] == photo.sha256
    page = client.get(reverse("inventory:drive-detail", args=[drive.uuid]))
    assert photo_of(destruction) in page.content.decode()


def test_the_form_takes_files_and_asks_before_it_blames(
    client: Client, world: World
) -> None:
    drive = world.receive().drives.get()
    page = client.get(reverse("inventory:drive-destroy", args=[drive.uuid]))
    assert page.status_code == 200
    assert 'enctype="multipart/form-data"' in page.content.decode()


def test_the_second_person_sees_it(client: Client, world: World) -> None:
    tell(client, world, world.receive().drives.get(), taken())
    client.force_login(world.officer)
    page = client.get(reverse("inventory:approval-list")).content.decode()
    assert photo_of(Destruction.objects.get()) in page


def test_what_is_no_photo_is_refused_and_nothing_recorded(
    client: Client, world: World
) -> None:
    drive = world.receive().drives.get()
    assert tell(client, world, drive, b"<svg/>") == 422
    drive.refresh_from_db()
    assert drive.status == "awaiting_erasure"
    assert not Destruction.objects.exists()
    assert not Evidence.objects.exists()


def test_the_record_shows_it_on_page_and_paper(client: Client, world: World) -> None:
    tell(client, world, world.receive().drives.get(), taken())
    destruction = Destruction.objects.get()
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    record = actions.issue_destruction_record(
        destruction=destruction, language="en", by=world.officer
    )
    sha256 = read_photo(taken()).sha256
    assert record.document.content["destruction"]["photo"] == sha256
    pdf = pypdfium2.PdfDocument(bytes(record.document.file.pdf))
    pictures = [
        drawn for page in pdf for drawn in page.get_objects() if drawn.type == 3
    ]
    assert len(pictures) == 1
    client.force_login(world.officer)
    detail = reverse("inventory:certificate-detail", args=[record.document.uuid])
    page = client.get(detail).content.decode()
    assert photo_of(destruction) in page
    assert sha256 in page


def test_a_record_without_a_photo_says_so(client: Client, world: World) -> None:
    destruction = actions.record_destruction(
        drive=world.receive().drives.get(),
        method=DestructionMethod.SHRED,
        place=world.cupboard,
        destroyed_on=timezone.localdate(),
        by=world.technician,
    )
    assert client.get(photo_of(destruction)).status_code == 404
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    record = actions.issue_destruction_record(
        destruction=destruction, language="en", by=world.officer
    )
    assert record.document.content["destruction"]["photo"] == ""


def test_a_photo_of_another_site_is_not_there(client: Client, world: World) -> None:
    tell(client, world, world.receive().drives.get(), taken())
    elsewhere = Site.objects.create(name="Les Tilleuls")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    assert client.get(photo_of(Destruction.objects.get())).status_code == 404
    client.logout()
    assert client.get(photo_of(Destruction.objects.get())).status_code == 302
