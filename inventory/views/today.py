"""The first page: what waits for this person, and what they did last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from backoffice.core.homes import home_of
from backoffice.core.models import User
from backoffice.core.requests import UserRequest
from inventory.actions.undo import UNDOABLE
from inventory.models import Device, DeviceEvent, Place, StationMode, StorageDrive
from inventory.models.device import DeviceQuerySet
from inventory.states import DeviceStatus
from inventory.verbs import wording
from inventory.views.overview import donations_under_way, held_by_reason
from inventory.views.station import things
from inventory.views.tiles import counted_for, list_of

STUCK_DAYS = 14
LAST_ACTS = 8
# As written, which is not quite as it happened: looked at to put eight in order.
WRITTEN_LAST = 60
S = DeviceStatus
# Where a device should not stay: somebody forgot it, or waits for something.
STUCK_IN = (
    *(S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT),
    *(S.AWAITING_PARTS, S.IN_QUALITY_CHECK),
)
# Whoever works on devices, and whoever answers for what was given.
WATCH = ("inventory.refurbish_device", "inventory.view_donation")


@require_safe
def today(request: UserRequest) -> HttpResponse:
    """Open to everybody who is signed in; each tile asks for its permission."""
    user = request.user
    if home := home_of(user):
        return redirect(home.address)
    tiles = counted_for(user)
    watches = user.has_perm("inventory.view_donation")
    context = {
        "tiles": tiles,
        "is_empty": not any(counted.count for counted in tiles),
        "stuck": _stuck(user),
        "stuck_days": STUCK_DAYS,
        "stuck_address": list_of(*STUCK_IN, days=str(STUCK_DAYS))(),
        "held": held_by_reason(user) if watches else [],
        "under_way": donations_under_way(user) if watches else None,
        "acts": list(_last_acts(user)),
    }
    return render(request, "inventory/today.html", context)


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def find(request: UserRequest) -> HttpResponse:
    """What a scan or a few words on the first page lead to, as in the station's Look up.

    A device, a drive, a place; else the list of what the words find.
    """
    text, physical = request.GET.get("q", ""), request.GET.get("physical", "")
    user = request.user
    match things.find(text, physical, user=user, mode=StationMode.LOOK_UP):
        case Device(tag=tag):
            return redirect("inventory:device-detail", tag=tag)
        case StorageDrive(uuid=uuid):
            return redirect("inventory:drive-detail", drive_uuid=uuid)
        case Place(uuid=uuid):
            return redirect("inventory:place-detail", place_uuid=uuid)
        case things.UnknownTag(tag):
            return redirect("inventory:tag", code=tag.text)
        case things.Unknown(words):
            found = Device.objects.visible_to(user).search(words)[:2]
            if len(found) == 1:
                return redirect("inventory:device-detail", tag=found[0].tag)
    return redirect(f"{reverse('inventory:device-list')}?{urlencode({'q': text})}")


def _stuck(user: User) -> DeviceQuerySet | list[Device]:
    """Those that have not moved for two weeks, the longest first."""
    if not any(map(user.has_perm, WATCH)):
        return []
    since = timezone.now() - dt.timedelta(days=STUCK_DAYS)
    found = Device.objects.visible_to(user).filter(status__in=STUCK_IN)
    return found.at_status_since(since).order_by("status_since", "pk")[:3]


def _last_acts(user: User) -> Iterator[dict[str, Any]]:
    """This person's own newest acts; the newest on a device may be taken back."""
    since = timezone.now() - dt.timedelta(seconds=settings.UNDO_SECONDS)
    events = DeviceEvent.objects.visible_to(user).filter(actor=user)
    written = events.select_related("subject").order_by("-pk")[:WRITTEN_LAST]
    ordered = sorted(written, key=lambda event: event.recorded_at, reverse=True)
    seen: set[int] = set()
    for event in ordered[:LAST_ACTS]:
        newest = event.subject_id not in seen and event.recorded_at > since
        seen.add(event.subject_id)
        yield {
            "device": event.subject,
            "words": wording(event.verb),
            "at": event.recorded_at,
            "undoable": newest and event.verb in UNDOABLE,
        }
