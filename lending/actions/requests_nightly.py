"""What becomes of a request by itself: asked about, expired, taken up again.

Each of these looks again under the lock: what somebody spoke of meanwhile is left.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from backoffice.core.actors import Actor
from lending.actions.requests_steps import let_go, lock_request, move, tell
from lending.models import EquipmentRequest, RequestEvent
from lending.states import EndReason, RequestStatus


@transaction.atomic(durable=True)
def warn_stale_request(
    *, request: EquipmentRequest, now: dt.datetime, by: Actor
) -> bool:
    """Ask, after sixty days without news, whether a request is still needed."""
    request = lock_request(request)
    if not EquipmentRequest.objects.to_warn(now).filter(pk=request.pk).exists():
        return False
    request.warned_at = now
    request.save(update_fields=["warned_at"])
    event = RequestEvent.append(request, "warned", by=by)
    tell(request, event, by=by, structure=True)
    return True


@transaction.atomic(durable=True)
def expire_stale_request(
    *, request: EquipmentRequest, now: dt.datetime, by: Actor
) -> bool:
    """End what nobody has spoken of for fourteen days after that question."""
    request = lock_request(request)
    if not EquipmentRequest.objects.to_expire(now).filter(pk=request.pk).exists():
        return False
    let_go(request, by=by)
    request.end_reason = EndReason.NO_NEWS
    event = move(
        request,
        RequestStatus.EXPIRED,
        "expired",
        by=by,
        data={"reason": EndReason.NO_NEWS.value},
        also=("end_reason",),
    )
    tell(request, event, by=by, structure=True)
    return True


@transaction.atomic(durable=True)
def take_up_adjourned_request(
    *, request: EquipmentRequest, now: dt.datetime, by: Actor
) -> bool:
    """Have what was put off until today, or longer ago, read again."""
    request = lock_request(request)
    due = EquipmentRequest.objects.adjourned_until_now(now)
    if not due.filter(pk=request.pk).exists():
        return False
    event = move(request, RequestStatus.UNDER_REVIEW, "back_to_review", by=by)
    tell(request, event, by=by, structure=True, staff=True)
    return True
