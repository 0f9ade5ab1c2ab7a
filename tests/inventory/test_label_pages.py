"""Labels and the sheet of commands, as pages give them."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import DeviceKind
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
PRINT = reverse("inventory:label-print")
CHOOSE = reverse("inventory:label-choose")


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.technician)
    return made


def words(response: Any) -> list[str]:
    """The text of each page of a PDF."""
    document = pypdfium2.PdfDocument(response.content)
    return [page.get_textpage().get_text_range() for page in document]


def test_a_device_s_label_says_its_tag_and_what_it_is(
    client: Client, world: World
) -> None:
    device = world.receive()
    response = client.get(PRINT, {"tags": device.tag})
    assert response.headers["Content-Type"] == "application/pdf"
    (page,) = words(response)
    assert device.display_tag in page
    assert "Exemple Portable 14" in page


def test_a_label_names_neither_donor_nor_person(client: Client, world: World) -> None:
    (page,) = words(client.get(PRINT, {"tags": world.receive().tag}))
    for name in ("Mairie", "Farid", "Inès"):
        assert name not in page


def test_devices_places_and_drives_are_printed_together(
    client: Client, world: World
) -> None:
    device = world.receive()
    drive = actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    tags = f"{device.tag}, {world.room.tag} {drive.tag}"
    pages = words(client.get(PRINT, {"tags": tags}))
    assert len(pages) == 3
    assert "Atelier 2" in pages[1]


def test_a_tag_may_be_written_as_it_is_shown(client: Client, world: World) -> None:
    device = world.receive()
    asked = {"tags": f"{device.display_tag},{device.tag}"}
    assert len(words(client.get(PRINT, asked))) == 1


def test_a_hundred_labels_cost_no_more_than_five_queries(
    client: Client, world: World
) -> None:
    tags = [
        world.receive(
            kind=DeviceKind.SCREEN,
            drives=(),
            serial="",
            no_serial_reason="none_visible",
        ).tag
        for _turn in range(100)
    ]
    with CaptureQueriesContext(connection) as queries:
        response = client.get(PRINT, {"tags": ",".join(tags), "paper": "sheet"})
    assert len(words(response)) == 5
    assert len(queries) <= 5


@pytest.mark.parametrize(
    "tags",
    [
        "",
        "x",
        "PC004217X",
        ",".join(["PC004217W"] * 101),
        "A" * 4001,
        "PC004217W\0",
        "\x1b",
    ],
)
def test_what_is_no_tag_is_refused_in_words(
    client: Client, world: World, tags: str
) -> None:
    response = client.get(PRINT, {"tags": tags})
    assert response.status_code == 400
    assert "No label to print" in response.content.decode()


@pytest.mark.parametrize(
    "asked", [{"paper": "parchment"}, {"first_cell": "22"}, {"first_cell": "9" * 400}]
)
def test_paper_that_does_not_exist_is_refused(
    client: Client, world: World, asked: dict[str, str]
) -> None:
    tags = {"tags": world.receive().tag}
    assert client.get(PRINT, {**tags, **asked}).status_code == 400


def test_an_unknown_device_has_no_label(client: Client, world: World) -> None:
    assert client.get(PRINT, {"tags": "PC004217W"}).status_code == 404


def test_a_device_of_another_site_has_no_label_here(
    client: Client, world: World
) -> None:
    tag = world.receive().tag
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Tilleuls"))
    client.force_login(stranger)
    assert client.get(PRINT, {"tags": tag}).status_code == 404


def test_the_next_free_label_of_the_sheet_is_remembered(
    client: Client, world: World
) -> None:
    tags = f"{world.receive().tag},{world.receive().tag}"
    said = {"tags": tags, "paper": "sheet", "first_cell": "20"}
    response = client.post(CHOOSE, said)
    assert "first_cell=20" in response.headers["Location"]
    assert client.get(response.headers["Location"]).status_code == 200
    form = client.get(CHOOSE).context["form"]
    # Two labels from the twentieth on: the sheet of 21 is full.
    assert (form["paper"].value(), form["first_cell"].value()) == ("sheet", 1)


def test_paper_alone_is_chosen_without_a_complaint(
    client: Client, world: World
) -> None:
    assert "result-refused" not in client.get(CHOOSE).content.decode()


def test_paper_can_be_chosen_before_anything_is_printed(
    client: Client, world: World
) -> None:
    assert client.post(CHOOSE, {"paper": "sheet", "first_cell": "4"}).status_code == 302
    tag = world.receive().tag
    (page,) = words(client.get(PRINT, {"tags": tag}))
    assert tag[2:8] in page


@pytest.mark.parametrize(
    "said",
    [{"paper": ""}, {"first_cell": "0"}, {"first_cell": "22"}, {"tags": "nonsense"}],
)
def test_a_wrong_choice_is_not_kept(
    client: Client, world: World, said: dict[str, str]
) -> None:
    usual = {"paper": "sheet", "first_cell": "4"}
    assert client.post(CHOOSE, {**usual, **said}).status_code == 422
    assert client.get(CHOOSE).context["form"]["paper"].value() == "tape"


def test_a_station_that_prints_by_itself_gets_the_label_in_its_page(
    client: Client, world: World
) -> None:
    client.post(CHOOSE, {"paper": "tape", "by_itself": "on"})
    client.post(reverse("inventory:reception-choose", args=[world.lot.uuid]))
    said = {
        "nonce": "2f1b7f3e-7a4e-4e57-9a52-0c7f8f1b2a10",
        "serial": "AB-77",
        "visible_state": "good",
        "kind": "laptop",
        "storage": "unknown",
        "drive-TOTAL_FORMS": 0,
        "drive-INITIAL_FORMS": 0,
    }
    page = client.post(reverse("inventory:device-receive"), said, follow=True)
    assert "<print-label" in page.content.decode()
    # A reload prints nothing more.
    again = client.get(reverse("inventory:device-receive"))
    assert "<print-label" not in again.content.decode()


def test_only_pages_of_ours_may_frame_a_label(client: Client, world: World) -> None:
    response = client.get(PRINT, {"tags": world.receive().tag})
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    page = client.get(CHOOSE)
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_the_sheet_of_commands_is_in_the_reader_s_language(
    client: Client, world: World
) -> None:
    address = reverse("inventory:command-sheet")
    (english,) = words(client.get(address))
    client.cookies["django_language"] = "fr"
    (french,) = words(client.get(address))
    assert "XXOK" in english
    assert english != french
