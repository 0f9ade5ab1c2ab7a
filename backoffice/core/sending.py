"""Send what acts have written to people, each message once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from backoffice.core import outbox
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
    # What it said may have been a link to one person’s hands: it is kept no longer.
    message.sent_at = timezone.now()
    message.body = message.problem = ""
    message.save(update_fields=["sent_at", "body", "problem"])


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
