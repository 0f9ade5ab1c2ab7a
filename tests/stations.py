"""A browser that somebody started as a scan station."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from backoffice.core.models import User
from inventory.models import Place
from inventory.views.station.asking import PLACE
from tests.browser.seed import session_of


def standing_at(user: User, place: Place) -> str:
    """The cookie of a station where this place was scanned in the move mode."""
    key = session_of(user)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session["station"] = "Établi 3"
    session[PLACE] = {"tag": place.tag, "name": place.name}
    session.save()
    return key
