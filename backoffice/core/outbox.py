"""Messages to people, written with the act that causes them and sent once after it.

An act writes a row (`write_mail`, `write_text`): if the act fails, nobody is told what
did not happen. `backoffice.core.sending.send_outgoing` sends what is due.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.module_loading import import_string

from backoffice.core.actors import Actor
from backoffice.core.models.outgoing import Means, Outgoing
from backoffice.core.transactions import require_transaction

# A subject is one line, whatever a template made of it.
_BREAKS = re.compile(r"\s+")


# The mail server answered, and its answer was no.
REFUSALS = (SMTPResponseException, SMTPRecipientsRefused)


class NotTaken(OSError):
    """The message certainly did not leave; its text is what the other side said."""


@dataclasses.dataclass(frozen=True)
class Letter:
    """One message as it is written: `to` is an address, or a number in E.164."""

    key: str
    means: Means
    to: str
    language: str
    subject: str
    body: str


class SendsTexts(Protocol):
    """What TEXT_SENDER names: a callable that sends one text message.

    Raises NotTaken where the message certainly did not leave.
    """

    def __call__(self, *, to: str, text: str, reference: str) -> None: ...


def write_mail(
    *, key: str, to: str, language: str, subject: str, body: str, by: Actor
) -> Outgoing | None:
    """Write one mail, to leave once the act is committed: a step.

    None where a mail with this key was written before: nobody gets it twice.
    """
    subject = _BREAKS.sub(" ", subject).strip()[:200]
    return _write(Means.EMAIL, key, to, language, subject, body, by)


def write_text(
    *, key: str, to: str, language: str, text: str, by: Actor
) -> Outgoing | None:
    """Write one text message (`to` in E.164): a step, like `write_mail`."""
    return _write(Means.TEXT, key, to, language, "", text, by)


def write_all(letters: Sequence[Letter], by: Actor) -> list[Letter]:
    """Write many messages at once: a step; returns those that were not there already.

    Whoever calls it holds what the keys are about: two at once would write one twice.
    """
    require_transaction()
    known = written(letter.key for letter in letters)
    fresh = {each.key: each for each in letters if each.key not in known}
    now = timezone.now()
    Outgoing.objects.bulk_create(
        Outgoing(
            **dataclasses.asdict(letter),
            written_by=by.user,
            written_at=now,
            next_try_at=now,
        )
        for letter in fresh.values()
    )
    return list(fresh.values())


def written(keys: Iterable[str]) -> set[str]:
    """Which of these keys a message was written with."""
    found = Outgoing.objects.filter(key__in=list(keys))
    return set(found.values_list("key", flat=True))


def _write(
    means: Means, key: str, to: str, language: str, subject: str, body: str, by: Actor
) -> Outgoing | None:
    require_transaction()
    now = timezone.now()
    message, made = Outgoing.objects.get_or_create(
        key=key,
        defaults={
            "means": means,
            "to": to,
            "language": language,
            "subject": subject,
            "body": body,
            "written_by": by.user,
            "written_at": now,
            "next_try_at": now,
        },
    )
    return message if made else None


def send(message: Outgoing) -> None:
    """Hand one message over.

    Raises NotTaken where it certainly did not leave; any other OSError (the line broke
    in the middle) says nothing of that.
    """
    if message.means == Means.TEXT:
        sender: SendsTexts = import_string(settings.TEXT_SENDER)
        sender(to=message.to, text=message.body, reference=str(message.uuid))
    else:
        _send_mail(message)


def _send_mail(message: Outgoing) -> None:
    """A mail carries the message's own id, so that a mailbox knows it again."""
    connection = get_connection()
    try:
        connection.open()
    except OSError as unreachable:
        raise NotTaken(str(unreachable)) from unreachable
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    mail = EmailMessage(
        message.subject,
        message.body,
        None,
        [message.to],
        headers={"Message-ID": f"<{message.uuid}@{domain}>"},
        connection=connection,
    )
    try:
        mail.send()
    except REFUSALS as refused:
        raise NotTaken(str(refused)) from refused
    finally:
        connection.close()


def text_to_file(*, to: str, text: str, reference: str) -> None:
    """The sender of an installation without a text-message service: one file each."""
    folder = Path(settings.STATE_DIR) / "texts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = {"to": to, "text": text, "reference": reference}
    draft = folder / f".{reference}.json"
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1))
    draft.replace(folder / f"{reference}.json")
