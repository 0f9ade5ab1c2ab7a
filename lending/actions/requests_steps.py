"""What every act on a request is made of: locks, moves, promises given back, mails."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.models import Event
from backoffice.core.transactions import require_transaction
from lending.actions.quotas import give_back
from lending.actions.status import change_status
from lending.errors import RequestMovedOn, RequestNotSent
from lending.mail import mail_request
from lending.models import (
    EquipmentRequest,
    HandOver,
    HandOverEvent,
    Pack,
    PackEvent,
    Programme,
    RequestCounter,
    RequestEvent,
)
from lending.states import (
    HANDOVER_NEXT,
    HANDOVER_OPEN,
    REQUEST_NEXT,
    UNDER_WAY,
    HandOverStatus,
    PackStatus,
    RequestStatus,
)

DECIDE = "lending.decide_request"
# Not with anybody yet: made for a request, they can serve another one.
_ON_THE_SHELF = (PackStatus.DRAFT, PackStatus.COMPLETE, PackStatus.READY)


def next_number() -> str:
    """DEM-2026-00042: the next of this year."""
    require_transaction()
    year = timezone.localdate().year
    RequestCounter.objects.get_or_create(year=year)
    counter = RequestCounter.objects.select_for_update().get(year=year)
    counter.last = F("last") + 1
    counter.save(update_fields=["last"])
    counter.refresh_from_db()
    return f"DEM-{year}-{counter.last:05d}"


def lock_request(
    request: EquipmentRequest, *, into: Programme | None = None
) -> EquipmentRequest:
    """Hold a request under its programme: the order in which everybody locks.

    `into`: another programme that the request is to move to, held with the first.
    """
    require_transaction()
    found = EquipmentRequest.objects.values_list("programme_id", flat=True)
    programme_id = found.get(pk=request.pk)
    wanted = {programme_id} if into is None else {programme_id, into.pk}
    held = Programme.objects.filter(pk__in=wanted - {None}).order_by("pk")
    list(held.select_for_update(of=("self",)))
    related = EquipmentRequest.objects.select_related(
        "structure", "programme", "asked_by"
    )
    locked = related.lock(request.pk)
    if locked.programme_id != programme_id:
        raise RequestMovedOn(
            _("Somebody decided about %(request)s at the same moment.")
            % {"request": locked},
            advice=_("Look at it again."),
        )
    return locked


def require_sent(request: EquipmentRequest) -> None:
    if request.submitted_at is None:
        raise RequestNotSent(
            _("This request was not sent yet."), advice=_("Send it first.")
        )


def move(
    request: EquipmentRequest,
    to: RequestStatus,
    verb: str,
    *,
    by: Actor,
    data: dict[str, object] | None = None,
    also: tuple[str, ...] = (),
) -> Event:
    """Move a locked request on: whatever happens to it is news."""
    request.last_news_at, request.warned_at = timezone.now(), None
    return change_status(
        request,
        to,
        verb,
        next_after=REQUEST_NEXT,
        journal=RequestEvent,
        by=by,
        data=data,
        also=(*also, "last_news_at", "warned_at"),
    )


def tell(
    request: EquipmentRequest,
    event: Event,
    *,
    by: Actor,
    structure: bool = False,
    staff: bool = False,
) -> None:
    """Write the mails of one change to whoever it concerns."""
    mail_request(request, event, to_structure=structure, to_staff=staff, by=by)


def let_go(request: EquipmentRequest, *, by: Actor) -> None:
    """A locked request that ends, or waits again, holds nothing any more.

    Its promise goes back to the quota, its appointments are called off, and its packs
    that are still here can serve another request. Call it before the state changes.
    """
    if request.status not in UNDER_WAY:
        return
    if request.programme is not None:
        give_back(request.programme, request.structure, still_promised(request))
    _free_packs(request, by=by)
    _call_off(request, by=by)


def still_promised(request: EquipmentRequest) -> int:
    """How many packs of an accepted request nobody has signed for yet."""
    return max(0, request.quantity - signed_for(request))


def signed_for(request: EquipmentRequest) -> int:
    return HandOver.objects.filter(
        request=request, status=HandOverStatus.SIGNED
    ).count()


def _free_packs(request: EquipmentRequest, *, by: Actor) -> None:
    mine = Pack.objects.filter(request=request, status__in=_ON_THE_SHELF)
    for pack in mine.select_for_update(of=("self",)).order_by("pk"):
        pack.request = None
        pack.save(update_fields=["request"])
        data = {"request": str(request.uuid)}
        PackEvent.append(pack, "freed_from_request", by=by, data=data)


def _call_off(request: EquipmentRequest, *, by: Actor) -> None:
    planned = HandOver.objects.filter(request=request, status__in=HANDOVER_OPEN)
    for handover in planned.select_for_update(of=("self",)).order_by("pk"):
        change_status(
            handover,
            HandOverStatus.CANCELLED,
            "cancelled",
            next_after=HANDOVER_NEXT,
            journal=HandOverEvent,
            by=by,
            data={"request": str(request.uuid)},
        )
