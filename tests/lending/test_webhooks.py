"""Other systems are told what happens: signed, until they take it, and no names."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from urllib3 import exceptions

from backoffice.core.errors import NotPermitted
from backoffice.core.models import User
from backoffice.core.roles import Role
from lending import actions
from lending.errors import AddressRefused, DeliveryUnderWay, WebhookKnown
from lending.models import Delivery, Topic, Webhook, WebhookEvent
from lending.states import EndReason
from lending.telling import PAUSES, deliver_webhooks, signature
from lending.trouble import Trouble, trouble_of
from tests.lending.world import Partners, make_partners
from tests.world import person

pytestmark = pytest.mark.django_db
ALL = tuple(Topic)


@dataclass
class Listener:
    """The other system: a real server on a port of its own."""

    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def listener(settings: Settings) -> Iterator[Listener]:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    other = Listener()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            other.heard.append((headers, body))
            self.send_response(other.status)
            self.end_headers()

        def log_message(self, *said: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        other.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield other
        server.shutdown()
        thread.join()


@pytest.fixture
def partners() -> Partners:
    return make_partners()


@pytest.fixture
def admin(partners: Partners) -> User:
    return person(Role.COORDINATOR, name="Une coordinatrice")


def made(by: User, url: str) -> tuple[Webhook, str]:
    return actions.add_webhook(name="Tableau", url=url, topics=ALL, by=by)


def sent_request(partners: Partners) -> None:
    draft = actions.begin_request(structure=partners.structure, by=partners.admin)
    actions.withdraw_request(request=draft, reason=EndReason.NO_NEED, by=partners.admin)


def test_what_happens_to_a_request_is_told_signed_and_without_names(
    partners: Partners, admin: User, listener: Listener
) -> None:
    hook, secret = made(admin, listener.url)
    sent_request(partners)
    assert deliver_webhooks() == 1
    headers, body = listener.heard[0]
    said = json.loads(body)
    assert said["type"] == "request.withdrawn"
    assert partners.structure.name not in body.decode()
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert hook.deliveries.get().answer_status == 200


def test_nobody_is_told_of_what_they_did_not_ask_for(
    partners: Partners, admin: User, listener: Listener
) -> None:
    actions.add_webhook(
        name="Prêts",
        url=listener.url,
        topics=[Topic.LOAN],
        by=admin,
    )
    sent_request(partners)
    assert not Delivery.objects.exists()


def test_what_the_other_side_refuses_is_tried_again_later_then_given_up(
    admin: User, listener: Listener
) -> None:
    listener.status = 503
    hook, _secret = made(admin, listener.url)
    sent = actions.test_webhook(webhook=hook, by=admin)
    for tried in range(len(PAUSES) + 1):
        Delivery.objects.update(next_try_at=timezone.now())
        assert deliver_webhooks() == 0
        assert len(listener.heard) == tried + 1
        assert deliver_webhooks() == 0, "it waits before the next try"
    sent.refresh_from_db()
    assert sent.given_up_at is not None
    assert len({body for _headers, body in listener.heard}) == 1


def test_a_message_given_up_is_sent_once_more_under_its_own_id(
    admin: User, listener: Listener
) -> None:
    hook, _secret = made(admin, listener.url)
    sent = actions.test_webhook(webhook=hook, by=admin)
    with pytest.raises(DeliveryUnderWay):
        actions.replay_delivery(delivery=sent, by=admin)
    deliver_webhooks()
    sent.refresh_from_db()
    actions.replay_delivery(delivery=sent, by=admin)
    deliver_webhooks()
    ids = [headers["webhook-id"] for headers, _body in listener.heard]
    assert ids == [str(sent.uuid)] * 2


def test_a_sender_that_died_leaves_its_message_to_the_next(
    admin: User, listener: Listener
) -> None:
    hook, _secret = made(admin, listener.url)
    sent = actions.test_webhook(webhook=hook, by=admin)
    Delivery.objects.update(taken_at=timezone.now())
    assert deliver_webhooks() == 0
    Delivery.objects.update(taken_at=timezone.now() - Delivery.PATIENCE)
    assert deliver_webhooks() == 1
    sent.refresh_from_db()
    assert sent.delivered_at is not None


def test_a_name_that_leads_into_our_own_network_is_not_asked(
    admin: User, listener: Listener, settings: Settings
) -> None:
    hook, _secret = made(admin, listener.url)
    actions.test_webhook(webhook=hook, by=admin)
    settings.WEBHOOKS_MAY_STAY_INSIDE = False
    assert deliver_webhooks() == 0
    assert not listener.heard
    told = Delivery.objects.get()
    assert told.in_words == str(Trouble.PRIVATE.label)
    assert "127.0.0.1" in told.detail


def test_nobody_there_is_said_in_words_and_to_technicians_in_theirs(
    admin: User, client: Client, settings: Settings
) -> None:
    settings.WEBHOOKS_MAY_STAY_INSIDE = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    hook, _secret = made(admin, f"http://127.0.0.1:{port}/hook")
    actions.test_webhook(webhook=hook, by=admin)
    assert deliver_webhooks() == 0
    client.force_login(admin)
    page = client.get(reverse("lending:webhook-detail", args=[hook.uuid]))
    shown = " ".join(page.content.decode().split())
    assert str(Trouble.NOT_CONNECTED.label) in shown
    assert "<details> <summary>For technicians</summary>" in shown
    assert "[Errno 111]" in shown


@pytest.mark.parametrize(
    ("failed", "trouble"),
    [
        (exceptions.ReadTimeoutError(None, None, "slow"), Trouble.TIMED_OUT),  # type: ignore[arg-type]
        (exceptions.ProtocolError("aborted"), Trouble.CUT),
        (
            exceptions.SSLError(ssl.SSLCertVerificationError("self-signed")),
            Trouble.CERTIFICATE,
        ),
        (exceptions.SSLError(ssl.SSLError("wrong version")), Trouble.NOT_SECURE),
        (exceptions.LocationParseError("x"), Trouble.NOT_CONNECTED),
    ],
)
def test_each_failure_has_its_words(failed: Exception, trouble: Trouble) -> None:
    assert trouble_of(failed) is trouble


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 503])
def test_an_answer_that_is_no_yes_is_said_in_words(status: int) -> None:
    said = Delivery(answer_status=status).in_words
    assert said.startswith(f"Answered {status}: ")
    assert not Delivery(answer_status=200, delivered_at=timezone.now()).in_words


def test_what_was_written_before_troubles_had_codes_is_still_said() -> None:
    old = Delivery(problem="exemple.test: Name or service not known")
    assert old.in_words == str(Trouble.NOT_CONNECTED.label)
    assert old.detail == old.problem


@pytest.mark.parametrize(
    "url", ["http://exemple.test/", "https://moi:secret@exemple.test/", "https:///x"]
)
def test_an_address_without_tls_or_with_a_password_is_refused(
    admin: User, url: str
) -> None:
    with pytest.raises(AddressRefused):
        made(admin, url)
    assert not Webhook.objects.exists()


def test_a_name_is_given_once_and_only_by_who_may(
    partners: Partners, admin: User
) -> None:
    with pytest.raises(NotPermitted):
        made(partners.admin, "https://exemple.test/")
    made(admin, "https://exemple.test/")
    with pytest.raises(WebhookKnown):
        made(admin, "https://exemple.test/")
    assert Webhook.objects.count() == 1


def test_the_secret_is_shown_once_and_kept_nowhere_readable(
    admin: User, client: Client
) -> None:
    client.force_login(admin)
    answer = client.post(
        reverse("lending:webhook-add"),
        {"name": "Tableau", "url": "https://exemple.test/h", "topics": ["request"]},
    )
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    hook = Webhook.objects.get()
    assert secret.encode() not in bytes(hook.secret_encrypted)
    page = client.get(reverse("lending:webhook-detail", args=[hook.uuid]))
    assert secret not in page.content.decode()
    assert secret not in str(list(WebhookEvent.objects.values_list("data")))


def test_a_webhook_that_is_stopped_is_told_nothing_more(
    partners: Partners, admin: User
) -> None:
    hook, _secret = made(admin, "https://exemple.test/")
    actions.amend_webhook(
        webhook=hook,
        url="https://exemple.test/2",
        topics=ALL,
        is_active=False,
        by=admin,
    )
    sent_request(partners)
    assert not Delivery.objects.exists()
    hook.refresh_from_db()
    assert hook.url == "https://exemple.test/2"


def test_a_new_secret_signs_what_is_sent_from_then_on(
    admin: User, listener: Listener
) -> None:
    hook, before = made(admin, listener.url)
    after = actions.renew_webhook_secret(webhook=hook, by=admin)
    sent = actions.test_webhook(webhook=hook, by=admin)
    deliver_webhooks()
    headers, body = listener.heard[0]
    said = {"message": str(sent.uuid), "body": body.decode()}
    at = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signature(after, at=at, **said)
    assert headers["webhook-signature"] != signature(before, at=at, **said)
