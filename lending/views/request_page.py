"""What the review page of a request shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from backoffice.core.models import User
from lending.awaited import awaited
from lending.forms.requests import DecisionForm, MessageForm
from lending.models import Beneficiary, EquipmentRequest, Quota
from lending.states import UNDER_WAY, RequestStatus
from lending.views.proposing import proposal_of
from lending.views.request_decisions import APPROVE, offered
from lending.views.request_history import history_of

_LATEST = 5


def page_of(
    request: EquipmentRequest, reader: User, *, typed: DecisionForm | None = None
) -> dict[str, Any]:
    """`typed`: a form of this page that was refused, shown as it was sent."""
    decides = reader.has_perm("lending.decide_request")
    decisions = offered(request, typed=typed) if decides else ()
    is_message = isinstance(typed, MessageForm)
    return {
        "asked": request,
        "next": awaited(request.status),
        "person": _person(request, reader),
        "accept": next((each for each in decisions if each.slug == APPROVE), None),
        "others": [each for each in decisions if each.slug != APPROVE],
        "messages_of_request": request.messages.select_related("author"),
        "message_form": typed if is_message else MessageForm(about=request),
        **proposal_of(request, reader),
        **_structure_of(request, reader),
        **history_of(request),
    }


def _person(request: EquipmentRequest, reader: User) -> Beneficiary | None:
    """Who it is for, where this reader may know it; the code serves the others."""
    if request.beneficiary_id is None:
        return None
    seen = Beneficiary.objects.visible_to(reader)
    return seen.filter(pk=request.beneficiary_id).first()


def _structure_of(request: EquipmentRequest, reader: User) -> dict[str, Any]:
    """The structure’s quotas, how its requests ended, and the last of them."""
    theirs = EquipmentRequest.objects.visible_to(reader).sent()
    theirs = theirs.filter(structure=request.structure_id)
    counts = theirs.aggregate(
        sent=Count("pk"),
        under_way=Count("pk", filter=Q(status__in=UNDER_WAY)),
        fulfilled=Count("pk", filter=Q(status=RequestStatus.FULFILLED)),
        refused=Count("pk", filter=Q(status=RequestStatus.REFUSED)),
    )
    others = theirs.exclude(pk=request.pk)
    same_person = (
        others.open().filter(beneficiary=request.beneficiary_id)
        if request.beneficiary_id
        else others.none()
    )
    return {
        "quotas": Quota.objects.visible_to(reader)
        .filter(structure=request.structure_id)
        .select_related("programme")
        .order_by("-programme__is_open", "programme__name"),
        "counts": counts,
        "latest": others.select_related("programme").order_by("-pk")[:_LATEST],
        "same_person": same_person[:_LATEST],
    }
