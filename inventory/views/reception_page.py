"""What the reception's page shows beside its form: the lot, the last device, the list."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from backoffice.core.models import User
from backoffice.core.requests import UserRequest
from inventory import codes
from inventory.actions.donation import received_in
from inventory.actions.undo import last_undoable
from inventory.forms.labels import Paper, Printing
from inventory.forms.reception import ReceptionForm
from inventory.models import Device, Lot, Scan
from inventory.views.labels import print_address
from inventory.views.reception_start import SESSION_KEY

# So many of the last devices say what comes in these days.
LOOKED_BACK = 300
QUICK_CHOICES = 6
MODELS_SHOWN = 40
KEPT = 60
_STICKY = ("kind", "make", "model")


class Suggestions:
    """Makes and models seen before, at a cost that does not grow with the stock."""

    def __init__(self, user: User, *, make: str) -> None:
        self.user = user
        self.make_key = codes.key(make)

    @cached_property
    def lately(self) -> Sequence[tuple[str, str, str, str]]:
        """(kind, make, model, tag) of the last devices, newest first."""
        devices = Device.objects.visible_to(self.user).order_by("-pk")
        rows = devices.values_list("kind", "make", "model", "tag")[:LOOKED_BACK]
        return [row for row in rows if row[1] and row[2]]

    @property
    def quick(self) -> list[dict[str, str]]:
        """What came most often lately, each with a device that was like it."""
        often = Counter(row[:3] for row in self.lately).most_common(QUICK_CHOICES)
        tags = {row[:3]: row[3] for row in self.lately}
        return [
            {"title": f"{make} {model}", "tag": tags[kind, make, model]}
            for (kind, make, model), _count in often
        ]

    @property
    def makes(self) -> list[str]:
        return sorted({row[1] for row in self.lately})

    @property
    def models(self) -> list[str]:
        """Models of the make in question, else of whatever came lately."""
        if not self.make_key:
            return sorted({row[2] for row in self.lately})
        devices = Device.objects.visible_to(self.user).filter(make_key=self.make_key)
        models = devices.exclude(model="").order_by("model").values_list("model")
        return [model for (model,) in models.distinct()[:MODELS_SHOWN]]


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


def page_of(request: UserRequest, lot: Lot, form: ReceptionForm) -> dict[str, Any]:
    last = _taken_last(request)
    done = _received(request)
    printing = Printing.of(request.session)
    tags = [scan.device.tag for scan in done if scan.device]
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
        "all_labels": _labels(tags, printing),
        "quick": seen.quick,
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
