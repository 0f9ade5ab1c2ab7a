"""The desk, and the free things behind its numbers."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.db.models import Sum
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest
from lending.kinds import Capability
from lending.models import Programme
from lending.models.desk import Listing
from lending.views.desk.counts import waiting_for
from lending.views.desk.stock import OF_DEVICES, free_hotspots, free_of, stock_lines
from lending.views.listings import narrowed

looks = permission_required("lending.view_request", raise_exception=True)
# The day’s list has the others.
SHOWN = 8


@looks
@require_safe
def desk(request: UserRequest) -> HttpResponse:
    context = {
        "waiting": waiting_for(request),
        "day": _day(request),
        "stock": stock_lines(request.user),
        "programmes": _programmes(request),
        "now": timezone.localtime(),
    }
    return render(request, "lending/desk/desk.html", context)


@looks
@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def desk_stock(request: UserRequest, capability: str) -> HttpResponse:
    """The free devices that have one capability: as many as the desk says."""
    if capability not in OF_DEVICES:
        raise Http404
    wanted = Capability(capability)
    page = Slice(free_of(wanted, request.user), request.GET.get("page"))
    context = {"page": page, "capability": wanted}
    return render(request, "lending/desk/stock.html", context)


@looks
@permission_required("lending.view_sim", raise_exception=True)
@require_safe
def desk_hotspots(request: UserRequest) -> HttpResponse:
    page = Slice(free_hotspots(request.user), request.GET.get("page"))
    return render(request, "lending/desk/hotspots.html", {"page": page})


def _day(request: UserRequest) -> list[object]:
    """The first hand-overs of today, for who may see them."""
    if not request.user.has_perm(Listing.HANDOVERS.permission):
        return []
    today = narrowed(Listing.HANDOVERS, request, QueryDict("when=today"))
    return list(today.rows[:SHOWN])


def _programmes(request: UserRequest) -> list[Programme]:
    """The open ones, with what is shared out and promised of each."""
    seen = Programme.objects.visible_to(request.user).open().for_list()
    return list(seen.annotate(promised=Sum("quotas__promised")))
