"""One answer per scan, however often it comes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from backoffice.core.requests import UserRequest
from inventory.errors import ScanRepeated
from inventory.models import Scan
from inventory.views.station.asking import Ask
from inventory.views.station.drawing import draw

# A code as it is kept: what cannot be printed is shown as such.
_SHOWN = 80


def shown(code: str) -> str:
    """What is kept of a code, however strange: printable, and short."""
    return "".join(c if c.isprintable() else "\ufffd" for c in code.strip()[:_SHOWN])


def once(ask: Ask, act: Callable[[], object]) -> HttpResponse:
    """Answer a nonce once; a scan that comes again gets its first answer."""
    try:
        act()
    except ScanRepeated:
        return draw(ask.request, kept(ask))
    return draw(ask.request, ask.kept or kept(ask), fresh=not ask.settled)


def kept(ask: Ask) -> Scan:
    """The answer that an act kept, or that was given before."""
    return Scan.objects.visible_to(ask.user).for_session().get(nonce=ask.nonce)


def own_scan(request: UserRequest, scan_uuid: uuid.UUID) -> Scan:
    """One’s own scan by its public id; anybody else’s is not found."""
    scans = Scan.objects.visible_to(request.user).for_session()
    return get_object_or_404(scans, uuid=scan_uuid)


def not_taken(request: UserRequest) -> HttpResponse:
    """A scan that no page of ours sent: nothing is kept of it."""
    return render(request, "inventory/station_not_taken.html", status=400)
