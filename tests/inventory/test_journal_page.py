from __future__ import annotations

import pytest
from django.test import Client

from backoffice.core.actions import sign_checkpoint
from backoffice.core.roles import Role
from tests.core.test_journal import drop_triggers, sql
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(person(Role.AUDITOR))
    return client


def test_an_auditor_verifies_the_journal(here: Client, world: World) -> None:
    world.ready()
    page = here.post("/journal/")
    assert page.context["verdict"].holds
    assert "History holds" in page.content.decode()


def test_the_last_checkpoint_is_shown(here: Client, world: World) -> None:
    world.receive()
    assert "None yet" in here.get("/journal/").content.decode()
    sign_checkpoint()
    page = here.get("/journal/")
    assert page.context["checkpoint"].number == 1
    assert page.context["checkpoint"].digest in page.content.decode()


def test_a_break_is_named(here: Client, world: World) -> None:
    device = world.receive()
    drop_triggers()
    sql("UPDATE inventory_deviceevent SET verb = 'moved' WHERE sequence = 1")
    text = here.post("/journal/").content.decode()
    assert "History does not hold" in text
    assert f"device:{device.uuid}" in text


def test_a_technician_has_no_business_there(client: Client, world: World) -> None:
    client.force_login(world.technician)
    assert client.get("/journal/").status_code == 403
    assert client.post("/journal/").status_code == 403
