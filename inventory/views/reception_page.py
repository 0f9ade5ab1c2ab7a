"""What the reception's page shows beside its form: the lot, the last device, the list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from backoffice.core.requests import UserRequest
from inventory.actions.donation import received_in
from inventory.actions.undo import last_undoable
from inventory.forms.labels import Paper, Printing
from inventory.forms.reception import ReceptionForm
from inventory.forms.reception_drives import DriveLines
from inventory.models import DeviceKind, Lot, Scan
from inventory.states import DeviceStatus
from inventory.views.labels import print_address
from inventory.views.reception_start import SESSION_KEY
from inventory.views.suggestions import Suggestions

KEPT = 60
_STICKY = ("kind", "make", "model")


def remembered(request: UserRequest) -> dict[str, Any]:
    """What the last device was, as the likely answers for the next."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {}).get("sticky", {})
    return kept


def keep_received(
    request: UserRequest, nonces: Sequence[uuid.UUID], form: ReceptionForm
) -> None:
    """Note in the session what was received, for the next page."""
    kept = request.session.get(SESSION_KEY, {})
    said = form.cleaned_data
    place = said["place"]
    fresh = [str(nonce) for nonce in nonces]
    older = [nonce for nonce in kept.get("nonces", []) if nonce not in fresh]
    request.session[SESSION_KEY] = {
        **kept,
        "sticky": {
            **{name: said[name] for name in _STICKY},
            "place": str(place.uuid) if place else "",
        },
        "nonces": (fresh[::-1] + older)[:KEPT],
        "last": fresh,
    }


def say_again(request: UserRequest, nonce: uuid.UUID) -> None:
    """Show once more what this answer received when it was sent first."""
    kept = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {
        **kept,
        "nonces": list(dict.fromkeys([str(nonce), *kept.get("nonces", [])])),
        "last": [str(nonce)],
    }


def facts(said: dict[str, Any]) -> dict[str, Any]:
    """What is said of one device and of several alike."""
    return {
        "kind": DeviceKind(said["kind"]),
        "make": said["make"],
        "model": said["model"],
        "no_serial_reason": said["no_serial_reason"],
        "visible_state": said["visible_state"],
        "place": said["place"],
        "mass_grams": said["mass"],
    }


def answered(request: UserRequest, nonce: uuid.UUID) -> bool:
    return Scan.objects.visible_to(request.user).filter(nonce=nonce).exists()


def show(
    request: UserRequest,
    lot: Lot,
    form: ReceptionForm,
    drives: DriveLines | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    one, several = "inventory/reception.html", "inventory/reception_several.html"
    name = several if drives is None else one
    context = {"form": form, "drives": drives, **page_of(request, lot, form)}
    return render(request, name, context, status=status)


def page_of(request: UserRequest, lot: Lot, form: ReceptionForm) -> dict[str, Any]:
    last = _taken_last(request)
    done = _received(request)
    printing = Printing.of(request.session)
    # One taken back stays in the list, struck through: it counts and prints no more.
    devices = [scan.device for scan in done if scan.device]
    tags = [d.tag for d in devices if d.status != DeviceStatus.ANNOUNCED]
    seen = Suggestions(request.user, make=str(form["make"].value() or ""))
    newest = [scan for scan in done if str(scan.nonce) in last]
    return {
        "lot": lot,
        "received": received_in(lot),
        "newest": newest,
        "newest_labels": _labels([s.device.tag for s in newest if s.device], printing),
        "can_undo": len(newest) == 1 and last_undoable(newest[0]),
        "undo_seconds": settings.UNDO_SECONDS,
        "prints_itself": printing.by_itself and printing.paper == Paper.TAPE,
        "done": done,
        "still_received": len(tags),
        "all_labels": _labels(tags, printing),
        "quick": [(choice, choice.is_said_in(form)) for choice in seen.quick],
        "makes": seen.makes,
        "models": seen.models,
    }


def _labels(tags: list[str], printing: Printing) -> str:
    return print_address(tags, printing) if tags else reverse("inventory:label-choose")


def _taken_last(request: UserRequest) -> frozenset[str]:
    """What the page before received: said once, so that a reload prints nothing."""
    kept = request.session.get(SESSION_KEY, {})
    if request.method != "GET" or not kept.get("last"):
        return frozenset()
    request.session[SESSION_KEY] = {**kept, "last": []}
    return frozenset(kept["last"])


def _received(request: UserRequest) -> list[Scan]:
    """This session's receptions, newest first."""
    nonces = request.session.get(SESSION_KEY, {}).get("nonces", [])
    if not nonces:
        return []
    scans = Scan.objects.visible_to(request.user).filter(nonce__in=nonces)
    return list(scans.for_session().select_related("device", "event"))
