"""The first page: what waits for this person, and what they did last."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backoffice.core.models import User
from backoffice.core.requests import UserRequest
from inventory.actions.undo import UNDOABLE
from inventory.models import (
    Destruction,
    Device,
    DeviceEvent,
    Erasure,
    Place,
    StationMode,
    StorageDrive,
)
from inventory.models.device import DeviceQuerySet
from inventory.states import DataState, DeviceStatus, DriveStatus
from inventory.verbs import wording
from inventory.views.overview import donations_under_way, held_by_reason
from inventory.views.station import things

# A count stops here: nobody needs to know whether it is 1,200 or 1,300.
COUNTED = 1000
STUCK_DAYS = 14
LAST_ACTS = 8
S = DeviceStatus
# Where a device should not stay: somebody forgot it, or waits for something.
STUCK_IN = (
    *(S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT),
    *(S.AWAITING_PARTS, S.IN_QUALITY_CHECK),
)
# Whoever works on devices, and whoever answers for what was given.
WATCH = ("inventory.refurbish_device", "inventory.view_donation")
TO_ERASE_IN = (S.TO_PROCESS, S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK)


@dataclasses.dataclass(frozen=True)
class Tile:
    """A count, what it counts, and the one verb that leads to it."""

    title: str | Promise
    verb: str | Promise
    icon: str
    permission: str
    count: Callable[[User], int]
    address: Callable[[], str]


@dataclasses.dataclass(frozen=True)
class Counted:
    tile: Tile
    count: int

    @property
    def shown(self) -> str:
        return f"{COUNTED - 1}+" if self.count >= COUNTED else str(self.count)

    @property
    def address(self) -> str:
        return self.tile.address()


def _devices(*states: DeviceStatus, **wanted: object) -> Callable[[User], int]:
    def count(user: User) -> int:
        found = Device.objects.visible_to(user).filter(status__in=states, **wanted)
        return _capped(found)

    return count


def _list(*states: DeviceStatus, **chosen: str | list[str]) -> Callable[[], str]:
    query = {"state": [state.value for state in states], **chosen}

    def address() -> str:
        chosen_in = urlencode(query, doseq=True)
        return f"{reverse('inventory:device-list')}?{chosen_in}"

    return address


def _held(user: User) -> int:
    return _capped(Device.objects.visible_to(user).filter(held_at__isnull=False))


def _approvals(user: User) -> int:
    erasures = Erasure.objects.visible_to(user).waiting()
    waiting = erasures.filter(drive__status=DriveStatus.EXCEPTIONS_TO_APPROVE)
    return _capped(waiting) + _capped(Destruction.objects.visible_to(user).waiting())


def _capped(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:COUNTED].count()


TILES = (
    Tile(
        *(_("received, to triage"), _("Triage"), "truck-delivery"),
        "inventory.refurbish_device",
        _devices(S.RECEIVED, S.IN_TRIAGE),
        _list(S.RECEIVED, S.IN_TRIAGE),
    ),
    Tile(
        *(_("to erase"), _("Erase"), "eraser"),
        "inventory.record_erasure",
        _devices(*TO_ERASE_IN, data_state__in=(DataState.AT_RISK, DataState.UNKNOWN)),
        _list(*TO_ERASE_IN, data=[DataState.AT_RISK.value, DataState.UNKNOWN.value]),
    ),
    Tile(
        *(_("to check"), _("Check"), "clipboard-check"),
        "inventory.check_device",
        _devices(S.IN_QUALITY_CHECK),
        _list(S.IN_QUALITY_CHECK),
    ),
    Tile(
        *(_("ready on the shelf"), _("See them"), "rosette-discount-check"),
        "inventory.view_device",
        _devices(S.READY),
        _list(S.READY),
    ),
    Tile(
        *(_("on hold"), _("Clear up"), "hand-stop"),
        "inventory.hold_device",
        _held,
        _list(held="yes"),
    ),
    Tile(
        *(_("approvals waiting"), _("Decide"), "shield-check"),
        "inventory.approve_erasure",
        _approvals,
        lambda: reverse("inventory:approval-list"),
    ),
)


@require_safe
def today(request: UserRequest) -> HttpResponse:
    """Open to everybody who is signed in; each tile asks for its permission."""
    user = request.user
    tiles = [Counted(t, t.count(user)) for t in TILES if user.has_perm(t.permission)]
    watches = user.has_perm("inventory.view_donation")
    context = {
        "tiles": tiles,
        "is_empty": not any(counted.count for counted in tiles),
        "stuck": _stuck(user),
        "stuck_days": STUCK_DAYS,
        "stuck_address": _list(*STUCK_IN, days=str(STUCK_DAYS))(),
        "held": held_by_reason(user) if watches else [],
        "under_way": donations_under_way(user) if watches else [],
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
    seen: set[int] = set()
    for event in events.select_related("subject").order_by("-pk")[:LAST_ACTS]:
        newest = event.subject_id not in seen and event.recorded_at > since
        seen.add(event.subject_id)
        yield {
            "device": event.subject,
            "words": wording(event.verb),
            "at": event.recorded_at,
            "undoable": newest and event.verb in UNDOABLE,
        }
