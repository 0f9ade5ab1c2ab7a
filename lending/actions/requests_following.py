"""A request lives on: messages, withdrawal, and what packs and hand-overs tell of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.actions.access import require_side
from lending.actions.quotas import count_handed_over
from lending.actions.requests_steps import (
    DECIDE,
    let_go,
    lock_request,
    move,
    require_sent,
    signed_for,
    tell,
)
from lending.errors import TextMissing, TextTooLong
from lending.models import EquipmentRequest, HandOver, RequestEvent, RequestMessage
from lending.states import EndReason, RequestStatus

LONGEST_MESSAGE = 1000
# So many appointments may be missed; at the last one the request is closed.
APPOINTMENTS = 2


@transaction.atomic(durable=True)
def send_message(*, request: EquipmentRequest, text: str, by: Actor) -> RequestMessage:
    """Write to the other side about a request; the mail says only that there is one."""
    request = lock_request(request)
    user, from_structure = require_side(by, request.structure, DECIDE)
    require_sent(request)
    message = write_message(request, text, user, from_structure=from_structure)
    _note_news(request)
    event = RequestEvent.append(
        request,
        "message_written",
        by=by,
        data={"message": str(message.uuid), "from_structure": from_structure},
    )
    tell(request, event, by=by, structure=not from_structure, staff=from_structure)
    return message


@transaction.atomic(durable=True)
def keep_request(*, request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Say that a request is still needed: it does not expire for want of news."""
    request = lock_request(request)
    require_side(by, request.structure, DECIDE)
    _note_news(request)
    RequestEvent.append(request, "kept", by=by)
    return request


@transaction.atomic(durable=True)
def withdraw_request(
    *, request: EquipmentRequest, reason: EndReason, by: Actor
) -> EquipmentRequest:
    """The structure needs it no more: what was promised and prepared is free again."""
    request = lock_request(request)
    require_side(by, request.structure, DECIDE)
    let_go(request, by=by)
    request.end_reason = reason
    was_sent = request.submitted_at is not None
    event = move(
        request,
        RequestStatus.WITHDRAWN,
        "withdrawn",
        by=by,
        data={"reason": reason.value},
        also=("end_reason",),
    )
    tell(request, event, by=by, structure=was_sent, staff=was_sent)
    return request


def note_allocated(request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Enough packs are attached: a step.

    Like each of these, it locks programme and request: call it before locking packs.
    """
    return _noted(request, RequestStatus.ALLOCATED, "allocated", by=by)


def note_back_to_approved(request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """A pack was taken away from it, and others must be found: a step."""
    return _noted(request, RequestStatus.APPROVED, "unallocated", by=by, told=False)


def note_scheduled(request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """An appointment is made: a step."""
    return _noted(request, RequestStatus.SCHEDULED, "scheduled", by=by)


def note_appointment(
    request: EquipmentRequest, handover: HandOver, verb: str, by: Actor
) -> None:
    """One more appointment of a locked request, or another day for one: a step."""
    require_transaction()
    data = {"handover": str(handover.uuid)}
    event = RequestEvent.append(request, verb, by=by, data=data)
    _note_news(request)
    tell(request, event, by=by, structure=True)


def note_back_to_allocated(
    request: EquipmentRequest, by: Actor, verb: str = "appointment_off"
) -> EquipmentRequest:
    """There was no hand-over, and another appointment is to be made: a step."""
    return _noted(request, RequestStatus.ALLOCATED, verb, by=by)


def note_fulfilled(request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Count one signed hand-over of a request; the last one fulfils it: a step.

    Call it once the hand-over is signed, inside its act. Refuses one pack more than
    the quota or the programme’s target.
    """
    require_transaction()
    request = lock_request(request)
    if request.programme is not None:
        count_handed_over(request.programme, request.structure, promised=True)
    signed = signed_for(request)
    if signed < request.quantity:
        _note_news(request)
        RequestEvent.append(request, "pack_handed_over", by=by, data={"packs": signed})
        return request
    event = move(request, RequestStatus.FULFILLED, "fulfilled", by=by)
    tell(request, event, by=by, structure=True)
    return request


def note_no_show(request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Nobody came; the second time the request is closed: a step."""
    require_transaction()
    request = lock_request(request)
    request.no_shows += 1
    data: dict[str, object] = {"times": request.no_shows}
    if request.no_shows < APPOINTMENTS:
        event = move(
            request,
            RequestStatus.ALLOCATED,
            "nobody_came",
            by=by,
            data=data,
            also=("no_shows",),
        )
    else:
        let_go(request, by=by)
        request.end_reason = EndReason.NO_SHOW
        event = move(
            request,
            RequestStatus.NO_SHOW,
            "closed_nobody_came",
            by=by,
            data=data,
            also=("no_shows", "end_reason"),
        )
    tell(request, event, by=by, structure=True)
    return request


def write_message(
    request: EquipmentRequest, text: str, author: User, *, from_structure: bool
) -> RequestMessage:
    """Add to the thread of a locked request: a step."""
    require_transaction()
    text = text.strip()
    if not text:
        raise TextMissing(_("Write a message first."))
    if len(text) > LONGEST_MESSAGE:
        raise TextTooLong(
            _("A message has at most %(most)s characters.") % {"most": LONGEST_MESSAGE}
        )
    return RequestMessage.objects.create(
        request=request, author=author, from_structure=from_structure, text=text
    )


def _noted(
    request: EquipmentRequest,
    to: RequestStatus,
    verb: str,
    *,
    by: Actor,
    told: bool = True,
) -> EquipmentRequest:
    require_transaction()
    request = lock_request(request)
    event = move(request, to, verb, by=by)
    if told:
        tell(request, event, by=by, structure=True)
    return request


def _note_news(request: EquipmentRequest) -> None:
    request.last_news_at, request.warned_at = timezone.now(), None
    request.save(update_fields=["last_news_at", "warned_at"])
