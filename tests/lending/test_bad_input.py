"""What people and scanners get wrong at lending’s pages, played as it happens.

Numbers, names, pictures, days and telephones have theirs beside what reads them; here is
what takes a whole page, or two.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from backoffice.core.models import Outgoing, User
from backoffice.core.sending import send_outgoing
from lending import actions
from lending.kinds import Authorisation, StructureKind
from lending.models import RequestMessage
from lending.states import RequestStatus
from tests.core.test_outgoing import Unreachable, backend
from tests.lending.handing import make_desk
from tests.lending.packs import LAPTOP
from tests.lending.requests import draft, for_one, quota, sent, someone
from tests.lending.world import Partners
from tests.unchanged import rows


def stranger(partners: Partners) -> User:
    """Somebody of another structure that the same site serves."""
    other = partners.register("Mission locale des Tilleuls", StructureKind.ML)
    actions.authorise_structure(
        structure=other, to=Authorisation.VALIDATED, by=partners.coordinator
    )
    return partners.join(other, "karim@tilleuls.exemple.test").user


def at(name: str, *parts: object) -> str:
    return reverse(f"lending:{name}", args=parts)


@pytest.mark.parametrize("written", ["{}", " {} ", "{}\n"])
def test_the_number_of_another_structures_request_leads_nowhere(
    partners: Partners, client: Client, written: str
) -> None:
    asked = for_one(partners, someone(partners, "Philomène"))
    client.force_login(stranger(partners))
    before = rows()
    typed = {"code": written.format(asked.number)}
    shown = client.post(at("handover-scan"), typed, follow=True).content.decode()
    assert "No pack and no request has this code." in shown
    assert "Philomène" not in shown
    for name in ("portal-request", "portal-request-withdraw", "portal-request-sent"):
        assert client.get(at(name, asked.uuid)).status_code == HTTPStatus.NOT_FOUND
    planned = client.get(at("handover-plan"), {"request": str(asked.uuid)})
    assert asked.number not in planned.content.decode()
    assert rows() == before


def test_what_somebody_has_is_refused_by_every_scanner(
    db: None, client: Client
) -> None:
    desk = make_desk()
    signed = desk.signed()
    machine = signed.pack.lines.get().device
    assert machine is not None
    other = desk.bench.begin(LAPTOP)
    client.force_login(desk.bench.packer)
    before = rows()
    for code in (machine.tag, machine.serial):
        told = {"code": code, "nonce": str(uuid4())}
        answer = client.post(at("pack-scan", other.tag), told)
        assert answer.status_code == HTTPStatus.CONFLICT
        client.post(at("pack-scan", signed.pack.tag), {**told, "nonce": str(uuid4())})
    client.force_login(desk.staff)
    shown = client.post(
        at("handover-scan"), {"code": signed.pack.tag}, follow=True
    ).content.decode()
    assert "was handed over on" in shown
    assert rows() == before


def test_a_message_sent_twice_is_written_once(
    partners: Partners, client: Client
) -> None:
    asked = sent(partners)
    client.force_login(partners.admin)
    form = {"text": "Merci !", "once": str(uuid4())}
    first = client.post(at("portal-request-message", asked.uuid), form)
    again = client.post(at("portal-request-message", asked.uuid), form)
    assert first["Location"] == again["Location"]
    assert RequestMessage.objects.count() == 1


def test_a_request_sent_twice_is_one_with_one_number(
    partners: Partners, client: Client
) -> None:
    asked = draft(partners)
    client.force_login(partners.admin)
    form = {"once": str(uuid4())}
    for _time in range(2):
        answer = client.post(at("portal-request-check", asked.uuid), form)
        assert answer["Location"] == at("portal-request-sent", asked.uuid)
    asked.refresh_from_db()
    assert asked.events.filter(verb="submitted").count() == 1


def test_an_acceptance_sent_twice_promises_once(
    partners: Partners, client: Client
) -> None:
    programme, asked = quota(partners, 5), sent(partners, quantity=4)
    client.force_login(partners.coordinator)
    form = {"mode": "gift", "programme": str(programme.uuid), "once": str(uuid4())}
    for _time in range(2):
        answer = client.post(at("request-decide", asked.uuid, "approve"), form)
        assert answer.status_code == HTTPStatus.FOUND
    assert programme.quotas.get().promised == 4


def test_without_a_mail_server_a_request_is_sent_and_its_mails_follow(
    partners: Partners, client: Client, settings: Settings
) -> None:
    works, asked = settings.EMAIL_BACKEND, draft(partners)
    Outgoing.objects.all().delete()
    settings.EMAIL_BACKEND = backend(Unreachable)
    client.force_login(partners.admin)
    client.post(at("portal-request-check", asked.uuid))
    assert send_outgoing() == 0
    asked.refresh_from_db()
    assert asked.status == RequestStatus.SUBMITTED
    waiting = Outgoing.objects.count()
    assert waiting > 0
    client.force_login(partners.coordinator)
    shown = client.get(reverse("core:outgoing-list")).content.decode()
    assert "nobody listens" in shown
    settings.EMAIL_BACKEND = works
    Outgoing.objects.update(next_try_at=timezone.now())
    assert send_outgoing() == waiting
    assert len(mail.outbox) == waiting
    assert send_outgoing() == 0
