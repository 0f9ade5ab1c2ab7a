"""Calls that no view answers are answered in words all the same."""

from __future__ import annotations

import pytest
from django.test import Client

from backoffice.core.strays import MOST_BYTES
from inventory.models import Device
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
TOO_MUCH = {"Content-Length": str(MOST_BYTES + 1)}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def technician(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


def test_a_button_s_address_leads_to_the_page_that_it_stands_on(
    technician: Client, world: World
) -> None:
    device = world.receive()
    answer = technician.get(f"/d/{device.tag}/undo/")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "Nothing was done" in answer.content.decode()
    assert f'href="/d/{device.tag}/"' in answer.content.decode()


def test_where_nothing_stands_above_it_leads_to_the_first_page(
    technician: Client,
) -> None:
    answer = technician.get("/language/")
    assert 'btn-primary" href="/"' in answer.content.decode()


def test_a_program_is_told_405_as_it_was(technician: Client) -> None:
    answer = technician.get("/api/agent/v1/reports/")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_is_too_large_is_refused_before_it_is_read(
    technician: Client, world: World
) -> None:
    before = Device.objects.count()
    answer = technician.post("/reception/", {"site": "1"}, headers=TOO_MUCH)
    assert answer.status_code == 413
    assert "40 MB" in answer.content.decode()
    assert Device.objects.count() == before


def test_a_program_that_sends_too_much_gets_a_problem(technician: Client) -> None:
    answer = technician.post("/api/v1/devices/", {}, headers=TOO_MUCH)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
