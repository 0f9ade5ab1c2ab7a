"""Messages to people that did not leave: a person settles each."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, keep_form, permit
from backoffice.core.errors import MessageGone
from backoffice.core.models import Outgoing
from backoffice.core.transactions import require_transaction

MANAGE = "core.manage_outgoing"


@transaction.atomic(durable=True)
def send_again(*, message: Outgoing, by: Actor) -> Outgoing:
    """Let a message that was given up, or that is in doubt, leave once more."""
    message = _lock_stuck(message, by)
    message.taken_at = message.dropped_at = None
    message.tries = 0
    message.next_try_at = timezone.now()
    _settled(message, by, "taken_at", "dropped_at", "tries", "next_try_at")
    return message


@transaction.atomic(durable=True)
def give_up(*, message: Outgoing, by: Actor) -> Outgoing:
    """Send a message never again, and forget what it said: it was settled otherwise."""
    message = _lock_stuck(message, by)
    message.dropped_at = timezone.now()
    message.body = ""
    _settled(message, by, "dropped_at", "body")
    return message


def _lock_stuck(message: Outgoing, by: Actor) -> Outgoing:
    """The locked message, where it is one that only a person moves on."""
    permit(by, MANAGE)
    message = Outgoing.objects.select_for_update().get(pk=message.pk)
    if not Outgoing.objects.stuck(timezone.now()).filter(pk=message.pk).exists():
        raise MessageGone(_("This message has left, or is about to."))
    return message


def _settled(message: Outgoing, by: Actor, *changed: str) -> None:
    """Keep what was decided, by whom, and the form that asked for it: a step."""
    require_transaction()
    keep_form(by)
    message.settled_at, message.settled_by = timezone.now(), by.user
    message.save(update_fields=[*changed, "settled_at", "settled_by"])
