"""The bench: what every machine on it is doing, live."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from backoffice.core.requests import UserRequest
from provisioning.cards import bench as cards
from provisioning.models import Agent, ErasureRun
from provisioning.models.agent import AgentQuerySet

# More machines than any bench holds.
SHOWN = 400
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


@permission_required("provisioning.view_agent", raise_exception=True)
@require_safe
def bench(request: UserRequest) -> HttpResponse:
    """Every machine on the bench, or those of one room."""
    return render(request, "provisioning/bench.html", _context(request, _rev(request)))


@permission_required("provisioning.view_agent", raise_exception=True)
@require_safe
def bench_live(request: UserRequest) -> HttpResponse:
    """The board anew, and what is read aloud of it; 204 where nothing changed.

    That nothing changed is known by one statement on machines and one on erasures,
    beside those that say who asks.
    """
    rev = _rev(request)
    if request.GET.get("rev") == rev:
        return HttpResponse(status=204)
    context = _context(request, rev)
    context["news"] = cards.news(context["shown"], _since(request))
    return render(request, "provisioning/bench_live.html", context)


def _machines(request: UserRequest) -> AgentQuerySet:
    return Agent.objects.visible_to(request.user).on_the_bench()


def _rev(request: UserRequest) -> str:
    """When the board last changed, first; silence is counted in minutes."""
    state = _machines(request).state_of_board()
    changed = state["changed_at"]
    at = (changed - EPOCH) // MICROSECOND if changed else 0
    minute = int(timezone.now().timestamp() // 60) if state["silent"] else 0
    places = f"{state['places'] or 0}-{state['placed'] or 0}"
    judged = (state["judged_at"] - EPOCH) // MICROSECOND if state["judged_at"] else 0
    return f"{at}-{state['count']}-{places}-{minute}-{judged}-{_erased(request)}"


def _erased(request: UserRequest) -> str:
    """What changes as soon as anything does that is said of drives to erase."""
    devices = _machines(request).order_by().values("device")
    seen = ErasureRun.objects.visible_to(request.user).filter(device__in=devices)
    runs = seen.on_board().state_of_board()
    changed = runs["changed_at"]
    at = (changed - EPOCH) // MICROSECOND if changed else 0
    minute = int(timezone.now().timestamp() // 60) if runs["silent"] else 0
    return f"{at}.{runs['count']}.{runs['open']}.{minute}"


def _since(request: UserRequest) -> dt.datetime | None:
    """The change that the browser saw last; None where it does not say."""
    at = request.GET.get("rev", "").partition("-")[0]
    if not (at.isascii() and at.isdecimal() and len(at) < 18):
        return None
    return EPOCH + int(at) * MICROSECOND


def _context(request: UserRequest, rev: str) -> dict[str, Any]:
    found = cards.cards_of(_machines(request).for_board()[:SHOWN])
    room = request.GET.get("room", "")
    shown = [card for card in found if not room or card.room.key == room]
    return {
        "shown": shown,
        "groups": cards.grouped(shown),
        "rooms": cards.rooms(found),
        "room": room if any(card.room.key == room for card in found) else "",
        "is_filtered": bool(room),
        "rev": rev,
        "every": settings.AGENT_POLL_SECONDS,
    }
