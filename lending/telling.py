"""Tell other systems what happened: signed, tried again, given up in the end."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import ipaddress
import socket
from urllib.parse import urlsplit

import urllib3
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lending.actions.webhooks import SECRET_PREFIX, secret_of
from lending.models import Delivery
from lending.trouble import Trouble, trouble_of

# The pauses after each try that failed; after the last one a person decides.
PAUSES = tuple(
    dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840)
)
SECONDS = 10
TAKEN = range(200, 300)


class NotReachable(Exception):
    """The other side was not asked; the text is for technicians."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble


def deliver_webhooks() -> int:
    """Send everything that is due; returns how many messages were taken."""
    taken = 0
    while (delivery := _take_next()) is not None:
        taken += _try(delivery)
    return taken


def signature(secret: str, *, message: str, at: int, body: str) -> str:
    """What `webhook-signature` says (standardwebhooks.com): `v1,` and base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    said = f"{message}.{at}.{body}".encode()
    return "v1," + base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()


def _try(delivery: Delivery) -> bool:
    try:
        status = _post(delivery)
    except NotReachable as failed:
        _put_back(delivery, None, _told(failed.trouble, failed))
        return False
    except urllib3.exceptions.HTTPError as failed:
        _put_back(delivery, None, _told(trouble_of(failed), failed))
        return False
    if status not in TAKEN:
        _put_back(delivery, status, "")
        return False
    _settle(delivery, status)
    return True


def _told(trouble: Trouble, failed: Exception) -> str:
    return f"{trouble.value}: {failed}"[:200]


def _post(delivery: Delivery) -> int:
    """The status that the other side answers; redirects are answers, not followed."""
    webhook = delivery.webhook
    parts = urlsplit(webhook.url)
    host = str(parts.hostname)
    address = _address(host, parts.port or _PORTS[parts.scheme])
    now, body = int(timezone.now().timestamp()), delivery.body
    message = str(delivery.uuid)
    headers = {
        "content-type": "application/json",
        "host": parts.netloc,
        "user-agent": "rebond-webhooks",
        "webhook-id": message,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(
            secret_of(webhook), message=message, at=now, body=body
        ),
    }
    path = parts.path or "/"
    with _pool(parts.scheme, host, address) as pool:
        answer = pool.urlopen(
            "POST",
            f"{path}?{parts.query}" if parts.query else path,
            body=body.encode(),
            headers=headers,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(total=SECONDS),
            preload_content=False,
        )
        answer.close()
        return int(answer.status)


_PORTS = {"http": 80, "https": 443}


def _pool(
    scheme: str, host: str, address: tuple[str, int]
) -> urllib3.HTTPConnectionPool:
    """To the address that was looked at, and no other that the name may lead to then."""
    to, port = address
    if scheme == "https":
        return urllib3.HTTPSConnectionPool(
            to,
            port,
            server_hostname=host,
            assert_hostname=host,
            cert_reqs="CERT_REQUIRED",
        )
    return urllib3.HTTPConnectionPool(to, port)


def _address(host: str, port: int) -> tuple[str, int]:
    """Where a name leads; never into our own network, unless that is allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        said = f"{host}: {unknown.strerror or 'unknown'}"
        raise NotReachable(Trouble.NAME_UNKNOWN, said) from unknown
    to = str(found[0][4][0])
    if not settings.WEBHOOKS_MAY_STAY_INSIDE:
        for each in found:
            if not ipaddress.ip_address(str(each[4][0])).is_global:
                raise NotReachable(Trouble.PRIVATE, f"{host} → {each[4][0]}")
    return to, port


@transaction.atomic(durable=True)
def _take_next() -> Delivery | None:
    now = timezone.now()
    due = Delivery.objects.due(now).select_related("webhook")
    delivery = due.select_for_update(of=("self",), skip_locked=True).first()
    if delivery is not None:
        delivery.taken_at = now
        delivery.tries += 1
        delivery.save(update_fields=["taken_at", "tries"])
    return delivery


@transaction.atomic(durable=True)
def _settle(delivery: Delivery, status: int) -> None:
    delivery.delivered_at = timezone.now()
    delivery.answer_status, delivery.problem = status, ""
    delivery.save(update_fields=["delivered_at", "answer_status", "problem"])


@transaction.atomic(durable=True)
def _put_back(delivery: Delivery, status: int | None, problem: str) -> None:
    now = timezone.now()
    delivery.taken_at = None
    delivery.answer_status, delivery.problem = status, problem
    if delivery.tries > len(PAUSES):
        delivery.given_up_at = now
    else:
        delivery.next_try_at = now + PAUSES[delivery.tries - 1]
    delivery.save()
