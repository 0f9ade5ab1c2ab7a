"""The code that a person is sent to sign with: six digits, once, for ten minutes."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.actors import Actor
from backoffice.core.outbox import write_mail, write_text
from lending.actions.handover_access import held
from lending.actions.handover_checks import UNDER_WAY
from lending.errors import (
    CodeJustSent,
    CodeOver,
    CodeWrong,
    NoWayToSendCode,
    NumberMalformed,
)
from lending.kinds import Channel, Country
from lending.models import Beneficiary, HandOver, HandOverEvent
from lending.numbers import read_phone_in

DIGITS = 6
GOOD_FOR = dt.timedelta(minutes=10)
TRIES = 5
PAUSE = dt.timedelta(minutes=1)
MOST_CODES = 5


@transaction.atomic(durable=True)
def send_signing_code(*, handover: HandOver, by: Actor) -> HandOver:
    """Send the person a code by mail or text message; the one before is good no more."""
    handover, _user = held(handover, by, UNDER_WAY)
    now = timezone.now()
    address, by_mail = way_to(handover.beneficiary)
    _refuse_too_soon(handover, now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    handover.codes_sent += 1
    handover.code_hash = _hash(handover, code)
    handover.code_sent_at = now
    handover.code_tries = 0
    handover.save(
        update_fields=["code_hash", "code_sent_at", "code_tries", "codes_sent"]
    )
    data = {"means": "email" if by_mail else "text"}
    HandOverEvent.append(handover, "code_sent", by=by, data=data)
    _write(handover, address, code, by_mail=by_mail, by=by)
    return handover


def way_to(person: Beneficiary | None) -> tuple[str, bool]:
    """Where a code reaches a person, and whether by mail. Refuses where nowhere."""
    contact = person.contact if person else ""
    if person and person.channel == Channel.EMAIL and "@" in contact:
        return contact, True
    if person and person.channel == Channel.PHONE:
        try:
            return read_phone_in(contact, Country(person.structure.country)), False
        except NumberMalformed:
            pass
    raise NoWayToSendCode(
        _(
            "There is neither an e-mail address nor a telephone number to send a code to."
        ),
        advice=_("Let the person sign on the pad or on paper."),
    )


def spend_try(handover: HandOver, code: str, *, by: Actor) -> None:
    """Compare a code with the one that was sent, in a transaction of its own.

    A wrong one stays counted, though the signature is refused.
    """
    with transaction.atomic(durable=True):
        fault = _tried(handover, code, by)
    if fault == "over":
        raise CodeOver(
            _("This code is good no more: too old, or tried too often."),
            advice=_("Send another one."),
        )
    if fault:
        handover.refresh_from_db(fields=["code_tries"])
        left = TRIES - handover.code_tries
        raise CodeWrong(
            ngettext(
                "This is not the code that was sent; %(left)s try is left.",
                "This is not the code that was sent; %(left)s tries are left.",
                left,
            )
            % {"left": left},
            advice=_("Read it again with the person."),
        )


def _tried(handover: HandOver, code: str, by: Actor) -> str:
    """Count one try; says what is wrong with it, empty where it is right."""
    handover, _user = held(handover, by, UNDER_WAY)
    sent = handover.code_sent_at
    is_over = sent is None or timezone.now() - sent > GOOD_FOR
    if is_over or not handover.code_hash or handover.code_tries >= TRIES:
        return "over"
    handover.code_tries += 1
    handover.save(update_fields=["code_tries"])
    typed = "".join(code.split())
    if hmac.compare_digest(handover.code_hash, _hash(handover, typed)):
        return ""
    return "over" if handover.code_tries >= TRIES else "wrong"


def _hash(handover: HandOver, code: str) -> str:
    """Keyed: who reads the database cannot try a million codes."""
    value = f"{handover.uuid}:{handover.codes_sent}:{code}"
    return salted_hmac("lending.signing_code", value, algorithm="sha256").hexdigest()


def _refuse_too_soon(handover: HandOver, now: dt.datetime) -> None:
    sent = handover.code_sent_at
    if sent is not None and now - sent < PAUSE:
        raise CodeJustSent(
            _("A code was sent less than a minute ago."),
            advice=_("Wait for it a moment."),
        )
    if handover.codes_sent >= MOST_CODES:
        raise CodeJustSent(
            _("Five codes were sent already."),
            advice=_("Let the person sign on the pad or on paper."),
        )


def _write(
    handover: HandOver, address: str, code: str, *, by_mail: bool, by: Actor
) -> None:
    person = handover.beneficiary
    language = "en" if person and person.language == "en" else "fr"
    context = {"code": code, "organisation": settings.ORGANISATION["name"]}
    key = f"signing-code:{handover.uuid}:{handover.codes_sent}"
    with translation.override(language):
        body = render_to_string("lending/mail/signing_code.txt", context)
        subject = _("Your code to sign")
    if by_mail:
        write_mail(
            key=key, to=address, language=language, subject=subject, body=body, by=by
        )
    else:
        write_text(key=key, to=address, language=language, text=body, by=by)
