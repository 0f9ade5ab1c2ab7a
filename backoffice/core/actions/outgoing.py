"""Send what acts have written to people, each message once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import outbox
from backoffice.core.actors import Actor, person
from backoffice.core.errors import MessageGone
from backoffice.core.models import Outgoing

# After so many refusals a message waits for a person.
MOST_TRIES = 8
# The first pause after a refusal; each further one is twice as long.
FIRST_PAUSE = dt.timedelta(minutes=2)


def send_outgoing() -> int:
    """Send everything that is due; returns how many messages left.

    Several senders at once share the work; one that is killed leaves at most the
    message in its hands, which is then in doubt and shown.
    """
    sent = 0
    while (message := _take_next()) is not None:
        sent += _hand_over(message)
    return sent


def _hand_over(message: Outgoing) -> bool:
    try:
        outbox.send(message)
    except outbox.NotTaken as refused:
        _put_back(message, str(refused)[:300])
        return False
    except OSError as broken:
        _leave_in_doubt(message, f"{type(broken).__name__}: {broken}"[:300])
        return False
    _settle(message)
    return True


@transaction.atomic(durable=True)
def _take_next() -> Outgoing | None:
    now = timezone.now()
    due = Outgoing.objects.due(now).select_for_update(skip_locked=True)
    message = due.first()
    if message is not None:
        message.taken_at = now
        message.tries += 1
        message.save(update_fields=["taken_at", "tries"])
    return message


@transaction.atomic(durable=True)
def _settle(message: Outgoing) -> None:
    message.sent_at = timezone.now()
    message.problem = ""
    message.save(update_fields=["sent_at", "problem"])


@transaction.atomic(durable=True)
def _leave_in_doubt(message: Outgoing, problem: str) -> None:
    message.problem = problem
    message.save(update_fields=["problem"])


@transaction.atomic(durable=True)
def _put_back(message: Outgoing, problem: str) -> None:
    now = timezone.now()
    message.taken_at = None
    message.problem = problem
    message.next_try_at = now + FIRST_PAUSE * 2 ** (message.tries - 1)
    if message.tries >= MOST_TRIES:
        message.dropped_at = now
    message.save(update_fields=["taken_at", "problem", "next_try_at", "dropped_at"])


@transaction.atomic(durable=True)
def send_again(*, message: Outgoing, by: Actor) -> Outgoing:
    """Let a message that was given up, or that is in doubt, leave once more."""
    person(by)
    message = Outgoing.objects.select_for_update().get(pk=message.pk)
    now = timezone.now()
    stuck = Outgoing.objects.in_doubt(now).filter(pk=message.pk).exists()
    if message.dropped_at is None and not stuck:
        raise MessageGone(_("This message has left, or is about to."))
    message.taken_at = message.dropped_at = None
    message.tries = 0
    message.next_try_at = now
    message.save(update_fields=["taken_at", "dropped_at", "tries", "next_try_at"])
    return message
