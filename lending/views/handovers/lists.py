"""The hand-overs of the day, a scan away from each of them, and one of them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.models import Document
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest
from lending.actions.handover_access import refuse_handed_over
from lending.actions.handover_papers import papers_of
from lending.documents.delivery import notes_of
from lending.forms.handovers import DayFilter, packs_waiting
from lending.models import HandOver, Pack
from lending.states import HandOverStatus, PackStatus, RefusedBecause
from lending.views.handovers.found import (
    HAND,
    LOOK,
    one_handover,
    open_handover_of,
    scanned_pack,
    seen_handovers,
    seen_packs,
)
from lending.views.handovers.steps import may_hand_over
from lending.views.portal.current import current_membership
from lending.views.return_photos import photos_of
from lending.views.sides import two_sided

NOTES_SHOWN = 3
_NOTHING_CAME_OF = {
    HandOverStatus.REFUSED,
    HandOverStatus.NO_SHOW,
    HandOverStatus.CANCELLED,
}


@two_sided(LOOK)
@require_safe
def handover_list(request: UserRequest) -> HttpResponse:
    form = DayFilter(request.GET or None)
    rows = seen_handovers(request).for_list()
    rows = form.narrow(rows, timezone.localtime())
    if form.data.get("when") == "ended":
        rows = rows.order_by("-status_since", "-pk")
    context = {
        "form": form,
        "page": Slice(rows, request.GET.get("page"), keys_first=True),
        "today": timezone.localdate(),
        "for_staff": request.user.has_perm(LOOK),
        "may_plan": request.user.has_perm(HAND) or not request.user.has_perm(LOOK),
        "delivered": _delivered(request),
        "notes": _notes(request),
    }
    return render(request, "lending/handovers/list.html", context)


@two_sided(HAND)
@require_POST
def handover_scan(request: UserRequest) -> HttpResponse:
    """From a pack or a request to its hand-over, or to the form that plans one."""
    code = request.POST.get("code", "").strip()[:60]
    found = scanned_pack(request, code)
    if found is None:
        messages.error(request, _("No pack and no request has this code."))
        return redirect("lending:handover-list")
    waiting = open_handover_of(request, found)
    if waiting is not None:
        return redirect("lending:handover-detail", handover=waiting.uuid)
    if isinstance(found, Pack):
        try:
            refuse_handed_over(found)
        except DomainError as refusal:
            messages.error(request, f"{refusal.message} {refusal.advice}")
            return redirect("lending:handover-list")
    what = "pack" if isinstance(found, Pack) else "request"
    address = reverse("lending:handover-plan")
    return redirect(f"{address}?{what}={found.uuid}")


@two_sided(LOOK)
@require_safe
def handover_detail(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """Where it stands, what comes next, and what was signed."""
    found = one_handover(request, handover)
    context = {
        "handover": found,
        "papers": papers_of(found),
        "photos": photos_of(found, request.user),
        "may": may_hand_over(request, found),
        "is_signed": found.status == HandOverStatus.SIGNED,
        "is_past": found.planned_at is not None and found.planned_at <= timezone.now(),
        "events": found.events.select_related("actor").order_by("-sequence")[:20],
        "for_staff": request.user.has_perm(LOOK),
        "came_to_nothing": found.status in _NOTHING_CAME_OF,
        "because": _because(found),
    }
    return render(request, "lending/handovers/detail.html", context)


def _delivered(request: UserRequest) -> QuerySet[Pack]:
    """For a member: what the structure has, and nobody is to receive yet."""
    packs = packs_waiting(seen_packs(request))
    if request.user.has_perm(LOOK):
        return packs.none()
    return packs.filter(status=PackStatus.AT_STRUCTURE).order_by("pk")


def _notes(request: UserRequest) -> QuerySet[Document]:
    """For a member: the papers of the last deliveries."""
    mine = None if request.user.has_perm(LOOK) else current_membership(request)
    return notes_of([mine.structure.uuid] if mine else [])[:NOTES_SHOWN]


def _because(handover: HandOver) -> str:
    """Why the person did not want the pack, in words."""
    if handover.status != HandOverStatus.REFUSED:
        return ""
    refused = handover.events.filter(verb="refused").order_by("-sequence").first()
    code = refused.data.get("because", "") if refused else ""
    return str(RefusedBecause(code).label) if code in RefusedBecause.values else ""
