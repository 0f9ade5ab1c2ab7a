"""Other systems that are told what happens: who may make them, and what they are told.

A message holds public ids, numbers and states: never who a pack is for.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.errors import NotPermitted
from backoffice.core.keys import encryption_key
from backoffice.core.models import Event, User
from backoffice.core.transactions import require_transaction
from lending.errors import AddressRefused, DeliveryUnderWay, WebhookKnown
from lending.models import Delivery, Topic, Webhook, WebhookEvent
from lending.models.webhook import MANAGE_WEBHOOK

# As standardwebhooks.com names them, so that its libraries read what we send.
SECRET_PREFIX = "whsec_"  # noqa: S105 – says what follows, and is none itself
# Which facts of a subject are told beside its uuid and state.
_TOLD = ("number", "tag")
TEST = "test"


@transaction.atomic(durable=True)
def add_webhook(
    *, name: str, url: str, topics: Sequence[Topic], by: Actor
) -> tuple[Webhook, str]:
    """Tell another system from now on; its secret is returned this once."""
    user = _permit(by)
    _refuse_address(url)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    try:
        with transaction.atomic(savepoint=True):
            made = Webhook.objects.create(
                name=name,
                url=url,
                topics=_values(topics),
                secret_encrypted=_key().encrypt(secret.encode()),
                made_at=timezone.now(),
                made_by=user,
            )
    except IntegrityError as twice:
        raise WebhookKnown(_("There is a webhook of this name.")) from twice
    WebhookEvent.append(made, "made", by=by, data={"topics": made.topics})
    return made, secret


@transaction.atomic(durable=True)
def amend_webhook(
    *, webhook: Webhook, url: str, topics: Sequence[Topic], is_active: bool, by: Actor
) -> Webhook:
    """Change where it is told, what, and whether at all; the secret stays."""
    webhook = Webhook.objects.lock(webhook.pk)
    _permit(by)
    _refuse_address(url)
    webhook.url, webhook.topics, webhook.is_active = url, _values(topics), is_active
    webhook.save(update_fields=["url", "topics", "is_active"])
    data = {"topics": webhook.topics, "active": is_active}
    WebhookEvent.append(webhook, "amended", by=by, data=data)
    return webhook


@transaction.atomic(durable=True)
def renew_webhook_secret(*, webhook: Webhook, by: Actor) -> str:
    """Sign with a new secret from now on; returned this once."""
    webhook = Webhook.objects.lock(webhook.pk)
    _permit(by)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    webhook.secret_encrypted = _key().encrypt(secret.encode())
    webhook.save(update_fields=["secret_encrypted"])
    WebhookEvent.append(webhook, "secret_renewed", by=by)
    return secret


@transaction.atomic(durable=True)
def test_webhook(*, webhook: Webhook, by: Actor) -> Delivery:
    """Send a message that says nothing, to see whether it is taken."""
    webhook = Webhook.objects.lock(webhook.pk)
    _permit(by)
    sent = _write(webhook, TEST, {"webhook": str(webhook.uuid)}, timezone.now())
    WebhookEvent.append(webhook, "tested", by=by, data={"delivery": str(sent.uuid)})
    return sent


@transaction.atomic(durable=True)
def replay_delivery(*, delivery: Delivery, by: Actor) -> Delivery:
    """Send the same message once more, under its own id; not while it is on its way."""
    _permit(by)
    delivery = Delivery.objects.lock(delivery.pk)
    if delivery.delivered_at is None and delivery.given_up_at is None:
        raise DeliveryUnderWay(_("This message is on its way still."))
    delivery.delivered_at = delivery.given_up_at = delivery.taken_at = None
    delivery.tries = 0
    delivery.next_try_at = timezone.now()
    delivery.save()
    data = {"delivery": str(delivery.uuid)}
    WebhookEvent.append(delivery.webhook, "replayed", by=by, data=data)
    return delivery


def announce(subject: Any, event: Event, *, to: str) -> None:
    """Write what became of a subject to those who listen, with the act itself: a step."""
    require_transaction()
    topic = event.SUBJECT
    if topic not in Topic.values:
        return
    facts = {name: getattr(subject, name) for name in _TOLD if hasattr(subject, name)}
    data = {
        "uuid": str(subject.uuid),
        **facts,
        "from": event.data.get("from", ""),
        "status": to,
        "event": event.hash,
    }
    for webhook in Webhook.objects.all().listening(topic):
        _write(webhook, f"{topic}.{to}", data, event.recorded_at)


def secret_of(webhook: Webhook) -> str:
    """What signs the messages to a webhook; for the sender only."""
    return _key().decrypt(bytes(webhook.secret_encrypted)).decode()


def _write(
    webhook: Webhook, kind: str, data: dict[str, Any], at: dt.datetime
) -> Delivery:
    """One message; its body is fixed now, so that every try says the same: a step."""
    require_transaction()
    body = {"type": kind, "timestamp": at.isoformat(), "data": data}
    return Delivery.objects.create(
        uuid=uuid.uuid4(),
        webhook=webhook,
        kind=kind,
        body=json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        made_at=at,
        next_try_at=at,
    )


def _permit(by: Actor) -> User:
    """They tell of every site: a role at one of them is not enough."""
    user = permit(by, MANAGE_WEBHOOK)
    if user.site_ids(MANAGE_WEBHOOK) is not None:
        raise NotPermitted(
            _("Only who coordinates every site does this."), permission=MANAGE_WEBHOOK
        )
    return user


def _values(topics: Sequence[Topic]) -> list[str]:
    return sorted({Topic(topic).value for topic in topics})


def _refuse_address(url: str) -> None:
    """Only over TLS, with nothing secret in the address; other machines only."""
    parts = urlsplit(url)
    plain = settings.WEBHOOKS_MAY_STAY_INSIDE and parts.scheme == "http"
    if parts.scheme != "https" and not plain:
        raise AddressRefused(_("The address must begin with https://."))
    if parts.username or parts.password or not parts.hostname:
        raise AddressRefused(_("The address names a machine, and no password."))


def _key() -> Fernet:
    return encryption_key(Path(settings.STATE_DIR) / "webhook_key")
