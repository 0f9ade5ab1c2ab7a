"""Requests of people who are signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from backoffice.core.actors import At
from backoffice.core.models import User
from backoffice.core.once import Once


class UserRequest(HttpRequest):
    """A request past LoginRequiredMiddleware."""

    user: User
    htmx: HtmxDetails
    # The form's nonce, where the page that sent it had one.
    once: Once | None


def acting(request: UserRequest) -> At:
    """Whoever asks, at the station this browser was started as."""
    station = request.session.get("station", "")
    return At(request.user, station=station, once=getattr(request, "once", None))
