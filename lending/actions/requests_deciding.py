"""The association decides: read, completed, accepted, put off, refused, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.actions.quotas import promise
from lending.actions.requests_following import write_message
from lending.actions.requests_steps import DECIDE, let_go, lock_request, move, tell
from lending.actions.requests_writing import refuse_date
from lending.actions.status import status_impossible
from lending.errors import AlreadyEquipped, ProgrammeForeign
from lending.models import (
    Beneficiary,
    EquipmentRequest,
    HandOver,
    Programme,
)
from lending.states import (
    UNDECIDED,
    UNDER_WAY,
    EndReason,
    HandOverMode,
    HandOverStatus,
    RefusalReason,
    RequestStatus,
)

_DECIDED = ("decided_at", "decided_by")


@transaction.atomic(durable=True)
def take_up(*, request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Begin to read a request: colleagues and the structure see that somebody does."""
    request, _user = _held(request, by)
    event = move(request, RequestStatus.UNDER_REVIEW, "taken_up", by=by)
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def ask_to_complete(
    *, request: EquipmentRequest, text: str, by: Actor
) -> EquipmentRequest:
    """Send a request back with a message that says what is missing."""
    request, user = _held(request, by)
    event = move(request, RequestStatus.INCOMPLETE, "sent_back", by=by)
    write_message(request, text, user, from_structure=False)
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def approve_request(
    *,
    request: EquipmentRequest,
    mode: HandOverMode,
    programme: Programme | None,
    by: Actor,
) -> EquipmentRequest:
    """Accept a request: its packs are promised on the structure’s quota.

    `programme` None: outside every programme, where no quota counts. Refuses more than
    the quota has left, and a second pack of a programme for the same person.
    """
    request, user = _held(request, by, into=programme)
    _require_state(request, UNDECIDED, RequestStatus.APPROVED)
    if programme is not None:
        _refuse_second_pack(request, programme)
        promise(programme, request.structure, request.quantity)
    request.mode, request.programme = mode, programme
    event = move(
        request,
        RequestStatus.APPROVED,
        "approved",
        by=by,
        data={"mode": mode.value, "programme": _ref(programme)},
        also=("mode", "programme", *_decided(request, user)),
    )
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def put_on_waiting_list(
    *, request: EquipmentRequest, programme: Programme | None, by: Actor
) -> EquipmentRequest:
    """Keep a request until its turn comes: programme, then urgency, then date."""
    request, user = _held(request, by, into=programme)
    if programme is not None:
        _refuse_no_quota(request, programme)
    let_go(request, by=by)
    request.programme = programme
    event = move(
        request,
        RequestStatus.WAITING,
        "put_on_waiting_list",
        by=by,
        data={"programme": _ref(programme)},
        also=("programme", *_decided(request, user)),
    )
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def reconsider_request(*, request: EquipmentRequest, by: Actor) -> EquipmentRequest:
    """Take an acceptance back: onto the waiting list, and its promise to the quota."""
    request, user = _held(request, by)
    _require_state(request, {RequestStatus.APPROVED}, RequestStatus.WAITING)
    let_go(request, by=by)
    event = move(
        request,
        RequestStatus.WAITING,
        "reconsidered",
        by=by,
        also=_decided(request, user),
    )
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def adjourn_request(
    *, request: EquipmentRequest, until: dt.date, by: Actor
) -> EquipmentRequest:
    """Put a request off until a day; it comes back by itself."""
    refuse_date(until)
    request, user = _held(request, by)
    request.adjourned_until_on = until
    event = move(
        request,
        RequestStatus.ADJOURNED,
        "adjourned",
        by=by,
        data={"until": until.isoformat()},
        also=("adjourned_until_on", *_decided(request, user)),
    )
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def refuse_request(
    *, request: EquipmentRequest, reason: RefusalReason, by: Actor
) -> EquipmentRequest:
    """Say no, and why: the structure always reads the reason."""
    request, user = _held(request, by)
    let_go(request, by=by)
    request.refusal_reason = reason
    event = move(
        request,
        RequestStatus.REFUSED,
        "refused",
        by=by,
        data={"reason": reason.value},
        also=("refusal_reason", *_decided(request, user)),
    )
    tell(request, event, by=by, structure=True)
    return request


@transaction.atomic(durable=True)
def dismiss_request(
    *, request: EquipmentRequest, reason: EndReason, by: Actor
) -> EquipmentRequest:
    """Close a request without effect: asked twice, not what we do."""
    request, user = _held(request, by)
    let_go(request, by=by)
    request.end_reason = reason
    event = move(
        request,
        RequestStatus.DISMISSED,
        "dismissed",
        by=by,
        data={"reason": reason.value},
        also=("end_reason", *_decided(request, user)),
    )
    tell(request, event, by=by, structure=True)
    return request


def _held(
    request: EquipmentRequest, by: Actor, *, into: Programme | None = None
) -> tuple[EquipmentRequest, User]:
    """The locked request, for whoever decides at its site."""
    user = permit(by, DECIDE, at=request.site_id)
    return lock_request(request, into=into), user


def _require_state(
    request: EquipmentRequest, states: Collection[str], wanted: RequestStatus
) -> None:
    """Where the table of states allows more than one act means."""
    if request.status not in states:
        raise status_impossible(request, wanted)


def _decided(request: EquipmentRequest, user: User) -> tuple[str, ...]:
    request.decided_at, request.decided_by = timezone.now(), user
    return _DECIDED


def _ref(programme: Programme | None) -> str | None:
    return str(programme.uuid) if programme else None


def _refuse_no_quota(request: EquipmentRequest, programme: Programme) -> None:
    require_transaction()
    if not programme.quotas.filter(structure=request.structure_id).exists():
        raise ProgrammeForeign(
            _("The structure has no quota in this programme."),
            advice=_("Give it a quota first, or choose another programme."),
        )


def _refuse_second_pack(request: EquipmentRequest, programme: Programme) -> None:
    """Under the programme’s lock, so that two acceptances see one another."""
    person: Beneficiary | None = request.beneficiary
    if person is None:
        return
    had = HandOver.objects.filter(
        beneficiary=person, programme=programme, status=HandOverStatus.SIGNED
    )
    promised = EquipmentRequest.objects.filter(
        beneficiary=person, programme=programme, status__in=UNDER_WAY
    )
    other = promised.exclude(pk=request.pk).first()
    if other is not None or had.exists():
        told = {"request": other, "programme": programme}
        raise AlreadyEquipped(
            _("The request %(request)s promises this person a pack of %(programme)s.")
            % told
            if other
            else _("This person has received a pack of %(programme)s.") % told,
            advice=_("Choose another programme, or refuse and say so."),
        )
