from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from backoffice.core.models import ApiToken, FormAnswer
from backoffice.core.once import KEPT_FOR, forget_old_answers
from inventory.models import Donation, Erasure
from tests.inventory.test_erasure_pages import claim
from tests.unchanged import rows
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
AGAIN = "This form was recorded before"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.lead)
    return client


@pytest.fixture
def gift(world: World) -> dict[str, str]:
    """A donation as its form sends it."""
    return {
        "donor": str(world.donation.donor.uuid),
        "site": str(world.site.uuid),
        "received_on": timezone.localdate().isoformat(),
        "erasure_policy": "standard",
        "once": str(uuid.uuid4()),
    }


def test_every_form_that_acts_carries_a_nonce(here: Client) -> None:
    first, second = (here.get("/donations/new/").content.decode() for _each in range(2))
    assert 'name="once"' in first
    assert first.partition('name="once"')[2] != second.partition('name="once"')[2]


def test_a_form_sent_again_leads_where_it_led_first(
    here: Client, gift: dict[str, str]
) -> None:
    first = here.post("/donations/new/", gift)
    before = rows()
    again = here.post("/donations/new/", gift, follow=True)
    assert again.redirect_chain == [(first["Location"], 302)]
    assert AGAIN in again.content.decode()
    assert rows() == before


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/donors/new/", {"kind": "company", "name": "Exemple SARL"}),
        ("/places/new/", {"kind": "shelf", "name": "Étagère 9", "site": "{site}"}),
    ],
)
def test_what_is_named_twice_by_one_form_is_there_once(
    here: Client, world: World, address: str, said: dict[str, str]
) -> None:
    sent = {name: value.format(site=world.site.uuid) for name, value in said.items()}
    sent["once"] = str(uuid.uuid4())
    first = here.post(address, sent)
    before = rows()
    assert first.status_code == 302
    assert here.post(address, sent)["Location"] == first["Location"]
    assert rows() == before


def test_an_erasure_saved_once_more_is_one_record(client: Client, world: World) -> None:
    client.force_login(world.technician)
    drive = world.receive().drives.get()
    sent = claim(drive, once=uuid.uuid4())
    client.post(f"/drives/{drive.uuid}/erase/", sent)
    client.post(f"/drives/{drive.uuid}/erase/", sent)
    assert Erasure.objects.count() == 1


def test_a_button_pressed_again_is_one_act(client: Client, world: World) -> None:
    client.force_login(world.technician)
    device = world.receive()
    address = f"/d/{device.tag}/step/triage/"
    sent = {"once": str(uuid.uuid4())}
    first = client.post(address, sent)
    assert client.post(address, sent)["Location"] == first["Location"]
    assert device.events.filter(verb="in_triage").count() <= 1


def test_two_forms_are_two_acts(here: Client, gift: dict[str, str]) -> None:
    before = Donation.objects.count()
    for _each in range(2):
        here.post("/donations/new/", gift | {"once": str(uuid.uuid4())})
    assert Donation.objects.count() == before + 2


def test_a_form_that_was_refused_may_be_sent_again(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    drive = world.receive().drives.get()
    sent = claim(drive, once=uuid.uuid4())
    refused = client.post(f"/drives/{drive.uuid}/erase/", sent | {"bytes_erased": "1"})
    assert refused.status_code == 409
    assert not FormAnswer.objects.exists()
    client.post(f"/drives/{drive.uuid}/erase/", sent)
    assert Erasure.objects.count() == 1


def test_a_refusal_that_is_kept_leaves_the_form_open(
    client: Client, world: World
) -> None:
    """The refusal is an event of the device; it does not answer the form."""
    client.force_login(world.lead)
    device = world.receive()
    refused = client.post(f"/d/{device.tag}/step/ready/", {"once": str(uuid.uuid4())})
    assert refused.status_code == 409
    assert not FormAnswer.objects.exists()


def test_a_key_is_made_once_and_shown_once(here: Client) -> None:
    sent = {"name": "Script", "scope": "read", "days": "30", "once": str(uuid.uuid4())}
    assert "rbd_" in here.post("/me/keys/", sent).content.decode()
    again = here.post("/me/keys/", sent, follow=True)
    assert AGAIN in again.content.decode()
    assert ApiToken.objects.count() == 1


def test_the_nonce_of_somebody_else_says_nothing(
    here: Client, world: World, gift: dict[str, str]
) -> None:
    here.post("/donations/new/", gift)
    here.force_login(world.officer)
    refused = here.post("/donations/new/", gift)
    assert AGAIN not in refused.content.decode()


@pytest.mark.parametrize("once", ["", "x", "\0", "é" * 4000, "\ud800"])
def test_a_strange_nonce_is_no_nonce(
    here: Client, gift: dict[str, str], once: str
) -> None:
    sent = gift | {"once": once.encode(errors="replace").decode()}
    assert here.post("/donations/new/", sent).status_code == 302


def test_old_answers_are_forgotten(here: Client, gift: dict[str, str]) -> None:
    here.post("/donations/new/", gift)
    old = timezone.now() - KEPT_FOR - dt.timedelta(seconds=1)
    FormAnswer.objects.update(answered_at=old)
    here.post("/donations/new/", gift | {"once": str(uuid.uuid4())})
    forget_old_answers()
    assert FormAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_acts_once(
    world: World, gift: dict[str, str]
) -> None:
    before, meeting = Donation.objects.count(), threading.Barrier(2)

    def send() -> None:
        client = Client()
        client.force_login(world.lead)
        meeting.wait()
        client.post("/donations/new/", gift)
        connection.close()

    senders = [threading.Thread(target=send) for _each in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert Donation.objects.count() == before + 1
