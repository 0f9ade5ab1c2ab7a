"""Messages to people that a person lets leave again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, person
from backoffice.core.errors import MessageGone
from backoffice.core.models import Outgoing


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
