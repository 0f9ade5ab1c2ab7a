"""Appointments to hand packs over: made, moved, begun, and those that come to nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from lending.actions.ceilings import refuse_price_above_ceiling
from lending.actions.handover_access import (
    held,
    refuse_handed_over,
    refuse_other_mode,
    require_hand,
)
from lending.actions.loan_access import refuse_impossible_due
from lending.actions.requests_following import (
    note_appointment,
    note_back_to_allocated,
    note_no_show,
    note_scheduled,
)
from lending.actions.requests_steps import lock_request
from lending.actions.status import change_status
from lending.errors import (
    AppointmentImpossible,
    HandOverForeign,
    PackNotReady,
    PackPlanned,
    PersonForeign,
)
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    HandOver,
    HandOverEvent,
    Pack,
    Programme,
    Structure,
)
from lending.states import (
    HANDOVER_NEXT,
    HANDOVER_OPEN,
    PACK_OPEN,
    HandOverMode,
    HandOverStatus,
    RefusedBecause,
    RequestStatus,
)

# Nobody plans further ahead than this.
FURTHEST = dt.timedelta(days=366)


@transaction.atomic(durable=True)
def plan_handover(
    *,
    pack: Pack,
    structure: Structure,
    mode: HandOverMode,
    request: EquipmentRequest | None = None,
    programme: Programme | None = None,
    beneficiary: Beneficiary | None = None,
    planned_at: dt.datetime | None = None,
    where: str = "",
    price_cents: int = 0,
    due_on: dt.date | None = None,
    by: Actor,
) -> HandOver:
    """Say that a pack goes to somebody of a structure: when and where, and how.

    The programme of a request is the one that it was accepted in; its person, too, is
    taken from it where nobody else is named.
    """
    if request is not None:
        request = lock_request(request)
        programme = request.programme
        beneficiary = beneficiary or request.beneficiary
    pack = Pack.objects.lock(pack.pk)
    require_hand(by, pack, structure)
    _refuse_impossible_pack(pack)
    _refuse_foreign(pack, structure, request, beneficiary)
    refuse_impossible_day(planned_at)
    if mode is not HandOverMode.LOAN:
        due_on = None
    elif due_on is not None:
        refuse_impossible_due(due_on)
    refuse_other_mode(by, pack, request, mode)
    refuse_price_above_ceiling(pack, mode, price_cents)
    try:
        with transaction.atomic(savepoint=True):
            handover = HandOver.objects.create(
                pack=pack,
                structure=structure,
                site_id=pack.site_id,
                request=request,
                programme=programme,
                beneficiary=beneficiary,
                language=beneficiary.language if beneficiary else "fr",
                mode=mode,
                planned_at=planned_at,
                where=where,
                price_cents=price_cents,
                due_on=due_on,
                status_since=timezone.now(),
            )
    except IntegrityError as twice:
        raise PackPlanned(
            _("%(pack)s has a hand-over already.") % {"pack": pack},
            advice=_("Open that one, or call it off first."),
            pack=pack.tag,
        ) from twice
    HandOverEvent.append(handover, "planned", by=by, data=_appointment(handover))
    if request is not None and request.status == RequestStatus.ALLOCATED:
        note_scheduled(request, by)
    else:
        _tell_appointment(handover, "appointment_added", by)
    return handover


@transaction.atomic(durable=True)
def reschedule_handover(
    *, handover: HandOver, planned_at: dt.datetime, where: str, by: Actor
) -> HandOver:
    """Give an appointment another time or place; begun already, it waits again."""
    _lock_request(handover)
    handover, _user = held(handover, by, HANDOVER_OPEN)
    refuse_impossible_day(planned_at)
    handover.planned_at = planned_at
    handover.where = where
    if handover.status == HandOverStatus.UNDER_WAY:
        also = ("planned_at", "where")
        _move(handover, HandOverStatus.PLANNED, "rescheduled", by, also=also)
    else:
        handover.save(update_fields=["planned_at", "where"])
        data = _appointment(handover)
        HandOverEvent.append(handover, "rescheduled", by=by, data=data)
    _tell_appointment(handover, "appointment_moved", by)
    return handover


@transaction.atomic(durable=True)
def set_terms(
    *,
    handover: HandOver,
    mode: HandOverMode,
    due_on: dt.date | None = None,
    price_cents: int = 0,
    by: Actor,
) -> HandOver:
    """Say how the pack goes: lent until a day or without one, given, or sold."""
    handover, _user = held(handover, by, HANDOVER_OPEN)
    if mode is not HandOverMode.LOAN:
        due_on = None
    elif due_on is not None:
        refuse_impossible_due(due_on)
    refuse_other_mode(by, handover.pack, handover.request, mode)
    refuse_price_above_ceiling(handover.pack, mode, price_cents)
    handover.mode, handover.due_on, handover.price_cents = mode, due_on, price_cents
    handover.save(update_fields=["mode", "due_on", "price_cents"])
    data: dict[str, object] = {
        "mode": mode.value,
        "due_on": due_on.isoformat() if due_on else "",
        "price_cents": price_cents,
    }
    HandOverEvent.append(handover, "terms_set", by=by, data=data)
    return handover


@transaction.atomic(durable=True)
def begin_handover(*, handover: HandOver, by: Actor) -> HandOver:
    """The person is here, the pack is on the table."""
    handover, _user = held(handover, by, HANDOVER_OPEN)
    if handover.status == HandOverStatus.UNDER_WAY:
        return handover
    refuse_handed_over(handover.pack)
    _move(handover, HandOverStatus.UNDER_WAY, "begun", by)
    return handover


@transaction.atomic(durable=True)
def refuse_handover(
    *, handover: HandOver, because: RefusedBecause, by: Actor
) -> HandOver:
    """The person does not want the pack after all; who was there is the witness."""
    _lock_request(handover)
    handover, _user = held(handover, by, HANDOVER_OPEN)
    data = {"because": because.value}
    _move(handover, HandOverStatus.REFUSED, "refused", by, data=data)
    _back_to_allocated(handover, by, "not_taken")
    return handover


@transaction.atomic(durable=True)
def no_show(*, handover: HandOver, by: Actor) -> HandOver:
    """Nobody came: the request counts it, and the pack waits for the next time."""
    _lock_request(handover)
    handover, _user = held(handover, by, HANDOVER_OPEN)
    if handover.planned_at is None:
        raise AppointmentImpossible(
            _("There was no appointment that somebody could miss."),
            advice=_("Give it a day, or call it off."),
        )
    if handover.planned_at > timezone.now():
        raise AppointmentImpossible(
            _("The appointment is still to come."),
            advice=_("Move it, or call it off."),
        )
    _move(handover, HandOverStatus.NO_SHOW, "nobody_came", by)
    request = handover.request
    if request is not None and request.status == RequestStatus.SCHEDULED:
        note_no_show(request, by)
    return handover


@transaction.atomic(durable=True)
def cancel_handover(*, handover: HandOver, by: Actor) -> HandOver:
    """Call an appointment off; the pack is free for another one."""
    _lock_request(handover)
    handover, _user = held(handover, by, HANDOVER_OPEN)
    _move(handover, HandOverStatus.CANCELLED, "cancelled", by)
    _back_to_allocated(handover, by, "appointment_off")
    return handover


def refuse_impossible_day(planned_at: dt.datetime | None) -> None:
    """An appointment is between yesterday and a year from now."""
    if planned_at is None:
        return
    now = timezone.now()
    if not now - dt.timedelta(days=1) <= planned_at <= now + FURTHEST:
        raise AppointmentImpossible(
            _("An appointment is today or later, and within a year."),
            advice=_("Check the year and the month."),
        )


def _refuse_impossible_pack(pack: Pack) -> None:
    refuse_handed_over(pack)
    if pack.status not in PACK_OPEN:
        raise PackNotReady(
            _("%(pack)s is “%(now)s”: there is nothing to hand over.")
            % {"pack": pack, "now": pack.get_status_display()},
            pack=pack.tag,
        )


def _refuse_foreign(
    pack: Pack,
    structure: Structure,
    request: EquipmentRequest | None,
    beneficiary: Beneficiary | None,
) -> None:
    """Pack, request and person are all of this structure."""
    wanted = pack.request or request
    if wanted is not None and wanted != request:
        raise HandOverForeign(
            _("%(pack)s was made for the request %(number)s.")
            % {"pack": pack, "number": wanted.number},
            advice=_("Plan its hand-over for that request."),
            pack=pack.tag,
        )
    if request is not None and request.structure_id != structure.pk:
        raise HandOverForeign(_("The request is not this structure’s."))
    if beneficiary is not None and beneficiary.structure_id != structure.pk:
        raise PersonForeign(_("This person is not with this structure."))


def _lock_request(handover: HandOver) -> None:
    if handover.request is not None:
        handover.request = lock_request(handover.request)


def _tell_appointment(handover: HandOver, verb: str, by: Actor) -> None:
    request = handover.request
    if request is not None and request.status == RequestStatus.SCHEDULED:
        note_appointment(request, handover, verb, by)


def _back_to_allocated(handover: HandOver, by: Actor, verb: str) -> None:
    """Without another appointment, the request waits for one again."""
    request = handover.request
    if request is None:
        return
    others = HandOver.objects.open().filter(request=request)
    if request.status == RequestStatus.SCHEDULED and not others.exists():
        note_back_to_allocated(request, by, verb)


def _move(
    handover: HandOver,
    to: HandOverStatus,
    verb: str,
    by: Actor,
    *,
    data: Mapping[str, object] | None = None,
    also: tuple[str, ...] = (),
) -> None:
    change_status(
        handover,
        to,
        verb,
        next_after=HANDOVER_NEXT,
        journal=HandOverEvent,
        by=by,
        data=data,
        also=also,
    )


def _appointment(handover: HandOver) -> dict[str, object]:
    """Codes and times only: no name, no address of a person."""
    at = handover.planned_at
    return {
        "pack": str(handover.pack.uuid),
        "mode": handover.mode,
        "planned_at": at.isoformat(timespec="minutes") if at else "",
    }
