"""A partner’s first page: what they asked for, and the way to ask."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest
from lending.awaited import awaited
from lending.models import EquipmentRequest, Structure
from lending.states import REQUEST_ENDED
from lending.views.portal.current import (
    current_membership,
    own_memberships,
    require_structure,
    work_in,
)
from lending.views.sides import partners


@partners
@require_safe
def portal(request: UserRequest) -> HttpResponse:
    """The structure’s requests, newest first; those that ended come last."""
    mine = current_membership(request)
    if mine is None:
        return render(request, "lending/portal/no_structure.html")
    asked = EquipmentRequest.objects.visible_to(request.user).filter(
        structure=mine.structure
    )
    ended = "ended" in request.GET
    wanted = asked.filter(status__in=REQUEST_ENDED) if ended else asked.open()
    listed = wanted.for_list().prefetch_related("packs")
    page = Slice(listed, request.GET.get("page"))
    context = {
        "structure": mine.structure,
        "page": page,
        "cards": [(each, awaited(each)) for each in page],
        "ended": ended,
        "has_ended": ended or asked.filter(status__in=REQUEST_ENDED).exists(),
    }
    return render(request, "lending/portal/home.html", context)


@partners
@require_safe
def portal_help(request: UserRequest) -> HttpResponse:
    """How asking works, in plain words, and whom to call."""
    return render(request, "lending/portal/help.html")


@partners
@require_http_methods(["GET", "HEAD", "POST"])
def choose_structure(request: UserRequest) -> HttpResponse:
    """For whom they work now, where they belong to several structures."""
    mine = own_memberships(request)
    if request.method == "POST":
        wanted = _uuid(request.POST.get("structure"))
        if wanted is None:
            return redirect("lending:portal-choose")
        theirs = Structure.objects.visible_to(request.user).filter(
            pk__in=mine.values("structure")
        )
        chosen = get_object_or_404(theirs, uuid=wanted)
        work_in(request, chosen)
        return redirect("lending:portal")
    context = {"structure": require_structure(request), "memberships": mine}
    return render(request, "lending/portal/choose.html", context)


def _uuid(typed: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed or "")
    except ValueError:
        return None
