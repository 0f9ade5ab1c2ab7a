"""What serial scanners posted to this station, as if it were typed here."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.models import ArrivedScan, StationScanner
from inventory.views.station.drawing import mode_of

SEE = "inventory.view_device"
# What one page is given in one go, and shows of what waits.
MOST = 50


@permission_required(SEE, raise_exception=True)
@require_POST
def arrived(request: UserRequest) -> HttpResponse:
    """Asked by the open page every second: nothing, or what there is now."""
    station = request.session.get("station", "")
    context = arrived_at(request)
    if request.POST.get("seen", "") == context["seen"]:
        return HttpResponse(status=204)
    playing = actions.take_arrived(station=station, most=MOST, by=acting(request))
    context["playing"] = {scan.nonce for scan in playing}
    return render(request, "inventory/station_arrived.html", context)


@permission_required(SEE, raise_exception=True)
@require_POST
def release(request: UserRequest) -> HttpResponse:
    """What waited is recorded here, now, in the mode that the station is in."""
    station = request.session.get("station", "")
    actions.release_arrived(station=station, by=acting(request))
    return redirect("inventory:station")


@permission_required(SEE, raise_exception=True)
@require_POST
def set_aside(request: UserRequest) -> HttpResponse:
    """What waited is given up."""
    station = request.session.get("station", "")
    actions.put_arrived_aside(station=station, by=acting(request))
    return redirect("inventory:station")


def arrived_at(request: UserRequest) -> dict[str, object]:
    """The codes without an answer here. `seen` tells one list of them from another."""
    station = request.session.get("station", "")
    rows = ArrivedScan.objects.visible_to(request.user).open_at(station)
    arrived = list(rows[:MOST])
    fresh = rows.to_play(request.user).values_list("nonce", flat=True)[:MOST]
    playing = set(fresh)
    seen = uuid.uuid5(
        uuid.NAMESPACE_OID,
        " ".join(
            f"{row.nonce}{row.nonce in playing}{row.is_expired}" for row in arrived
        ),
    )
    return {
        "arrived": arrived,
        "playing": set(),
        "waiting": [row for row in arrived if row.nonce not in playing],
        "seen": str(seen),
        "mode": mode_of(request),
    }


def has_scanner(request: UserRequest) -> bool:
    """Whether a scanner posts here, or something that one posted still waits."""
    station = request.session.get("station", "")
    scanners = StationScanner.objects.visible_to(request.user).filter(station=station)
    arrived = ArrivedScan.objects.visible_to(request.user).open_at(station)
    return scanners.in_use().exists() or arrived.exists()
