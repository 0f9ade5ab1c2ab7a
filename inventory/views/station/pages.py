"""The station's page, its start, and what every scan comes to."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions.undo import is_recent
from inventory.forms.station import (
    StartForm,
    sent_scan,
)
from inventory.models import Scan
from inventory.views.station.answering import not_taken, once, own_scan, shown
from inventory.views.station.arrivals import arrived_at, has_scanner
from inventory.views.station.asking import MODE, PLACE, Ask
from inventory.views.station.drawing import draw_page, mode_of
from inventory.views.station.modes import answer
from inventory.views.station.things import find

SEE = "inventory.view_device"


@permission_required(SEE, raise_exception=True)
@require_safe
def station(request: UserRequest) -> HttpResponse:
    """The station; what was scanned last is still there after a reload."""
    if not request.session.get("station"):
        return redirect("inventory:station-start")
    scans = Scan.objects.visible_to(request.user)
    last = scans.at_station(request.session["station"]).first()
    return draw_page(
        request,
        last if last and is_recent(last) else None,
        arrived=arrived_at(request) if has_scanner(request) else None,
    )


@permission_required(SEE, raise_exception=True)
@require_safe
def scan_card(request: UserRequest, scan_uuid: uuid.UUID) -> HttpResponse:
    """The station with the answer to an earlier scan: a code that still waits."""
    return draw_page(request, own_scan(request, scan_uuid))


@permission_required(SEE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: UserRequest) -> HttpResponse:
    """Asked once per browser: which station this is."""
    initial = {"station": request.session.get("station", ""), "mode": mode_of(request)}
    form = StartForm(request.POST or None, user=request.user, initial=initial)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(
            request, "inventory/station_start.html", {"form": form}, status=status
        )
    said = form.cleaned_data
    request.session["station"] = said["station"]
    request.session[MODE] = said["mode"]
    place = said["place"]
    request.session[PLACE] = {"tag": place.tag, "name": place.name} if place else None
    return redirect("inventory:station")


@permission_required(SEE, raise_exception=True)
@require_POST
def scan(request: UserRequest) -> HttpResponse:
    """One scan: read, looked up, done, and answered."""
    sent = sent_scan(request.POST.dict())
    if sent is None:
        return not_taken(request)
    if sent.has_arrived and not actions.begin_arrived(
        nonce=sent.nonce, by=acting(request)
    ):
        return not_taken(request)
    mode = sent.mode or mode_of(request)
    ask = Ask(request, sent.nonce, mode, shown(sent.code), asked=sent.asked)
    look = partial(find, sent.code, sent.physical, user=ask.user, mode=mode)
    answered = once(ask, lambda: answer(ask, look()))
    if sent.has_arrived:
        actions.settle_arrived(nonce=sent.nonce, by=ask.by)
    return answered
