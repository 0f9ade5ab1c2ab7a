"""What the review page of a request shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from backoffice.core.counting import counted
from backoffice.core.models import User
from lending.awaited import awaited
from lending.forms.choosing import ChoiceForm
from lending.forms.requests import DecisionForm, MessageForm
from lending.models import Beneficiary, EquipmentRequest, Quota
from lending.states import PACK_OPEN, REQUEST_ENDED, UNDER_WAY, RequestStatus
from lending.views.proposing import proposal_of
from lending.views.request_decisions import APPROVE, offered
from lending.views.request_history import history_of

_LATEST = 5


def page_of(
    request: EquipmentRequest,
    reader: User,
    *,
    typed: DecisionForm | None = None,
    choice: ChoiceForm | None = None,
) -> dict[str, Any]:
    """`typed`, `choice`: a form of this page that was refused, shown as it was sent."""
    decides = reader.has_perm("lending.decide_request")
    decisions = offered(request, typed=typed) if decides else ()
    is_message = isinstance(typed, MessageForm)
    theirs = EquipmentRequest.objects.visible_to(reader).sent()
    theirs = theirs.filter(structure=request.structure_id)
    counts = _counts(request, theirs)
    return {
        "asked": request,
        "next": awaited(request),
        "person": _person(request, reader),
        "accept": next((each for each in decisions if each.slug == APPROVE), None),
        "others": [each for each in decisions if each.slug != APPROVE],
        "messages_of_request": request.messages.select_related("author"),
        "message_form": typed if is_message else MessageForm(about=request),
        "counts": counts,
        "quotas": _quotas(request, reader),
        **proposal_of(request, reader, made=counts["made"], typed=choice),
        **_others(request, theirs),
        **history_of(request),
    }


def _person(request: EquipmentRequest, reader: User) -> Beneficiary | None:
    """Who it is for, where this reader may know it; the code serves the others."""
    if request.beneficiary_id is None:
        return None
    seen = Beneficiary.objects.visible_to(reader)
    return seen.filter(pk=request.beneficiary_id).first()


def _counts(
    request: EquipmentRequest, theirs: QuerySet[EquipmentRequest]
) -> dict[str, int]:
    """How the structure’s requests went, and how many packs this one has."""
    return counted(
        {
            "sent": theirs,
            "under_way": theirs.filter(status__in=UNDER_WAY),
            "fulfilled": theirs.filter(status=RequestStatus.FULFILLED),
            "refused": theirs.filter(status=RequestStatus.REFUSED),
            "made": request.packs.filter(status__in=PACK_OPEN),
        }
    )


def _quotas(request: EquipmentRequest, reader: User) -> QuerySet[Quota]:
    theirs = Quota.objects.visible_to(reader).filter(structure=request.structure_id)
    by_programme = theirs.select_related("programme")
    return by_programme.order_by("-programme__is_open", "programme__name")


def _others(
    request: EquipmentRequest, theirs: QuerySet[EquipmentRequest]
) -> dict[str, Any]:
    """The last of the structure’s, and what else is asked for the same person."""
    others = theirs.exclude(pk=request.pk).order_by("-pk")
    latest = Q(pk__in=others.values("pk")[:_LATEST])
    person = request.beneficiary_id
    wanted = latest | Q(beneficiary=person) if person else latest
    found = list(others.filter(wanted).select_related("programme"))
    same = [each for each in found if person and each.beneficiary_id == person]
    still_open = [each for each in same if each.status not in REQUEST_ENDED]
    return {"latest": found[:_LATEST], "same_person": still_open[:_LATEST]}
