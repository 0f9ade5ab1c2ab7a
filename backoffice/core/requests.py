"""Requests of people who are signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from backoffice.core.actors import At
from backoffice.core.models import User


class UserRequest(HttpRequest):
    """A request past LoginRequiredMiddleware."""

    user: User
    htmx: HtmxDetails


def acting(request: UserRequest) -> At:
    """Whoever asks, at the station this browser was started as."""
    return At(request.user, station=request.session.get("station", ""))
