from __future__ import annotations

import csv
import io

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.exports import BYTE_ORDER_MARK, plain_cell
from inventory.models import DeviceKind
from tests.inventory.health.devices import judged
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.lead)
    return client


def exported(client: Client, query: str = "") -> list[list[str]]:
    response = client.get(f"/devices.csv{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith(BYTE_ORDER_MARK)
    delimiter = ";" if ";" in text.splitlines()[0] else ","
    return list(csv.reader(io.StringIO(text[1:]), delimiter=delimiter))


def test_the_export_carries_the_filters_of_the_page(here: Client, world: World) -> None:
    world.receive(place=world.room)
    ready = world.ready()
    header, row = exported(here, "?state=ready")
    assert (header[0], row[0]) == ("Tag", ready.display_tag)
    assert row[5] == "Ready"
    assert len(header) == len(row)


def test_a_french_reader_gets_semicolons_and_french_words(
    here: Client, world: World
) -> None:
    world.receive()
    here.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    response = here.get("/devices.csv")
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[1].count(";") == 15
    assert "Portable" in text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_run_as_a_formula(start: str) -> None:
    assert plain_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert plain_cell("Portable =1") == "Portable =1"


def test_what_a_person_typed_cannot_run_in_a_sheet(here: Client, world: World) -> None:
    world.receive(make="=HYPERLINK(1)", model="-2+3", serial="@SUM(A1)")
    _header, row = exported(here)
    assert row[2:5] == ["'=HYPERLINK(1)", "'-2+3", "'@SUM(A1)"]


def test_it_says_nothing_of_people(here: Client, world: World) -> None:
    world.receive()
    everything = str(exported(here))
    assert world.donation.donor.name not in everything
    assert world.technician.name not in everything


def test_any_number_of_rows_costs_as_many_queries(here: Client, world: World) -> None:
    costs = []
    for more in (1, 20):
        for _ in range(more):
            world.receive(kind=DeviceKind.LAPTOP)
        with CaptureQueriesContext(connection) as queries:
            exported(here)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_technician_exports_nothing(client: Client, world: World) -> None:
    client.force_login(world.technician)
    assert client.get("/devices.csv").status_code == 403


def test_bad_filters_export_nothing(here: Client, world: World) -> None:
    world.receive()
    assert here.get("/devices.csv?state=flying").status_code == 422


def test_the_export_says_what_is_known_of_health(here: Client, world: World) -> None:
    worn = judged(world, percent=75)
    header, *listed = exported(here)
    column = header.index("Health")
    assert {row[0]: row[column] for row in listed} == {worn.display_tag: "To watch"}


def test_a_device_that_never_reported_has_no_health(here: Client, world: World) -> None:
    world.receive()
    header, row = exported(here)
    assert row[header.index("Health")] == ""
