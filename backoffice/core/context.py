"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from backoffice.core.homes import home_of


def workplace(request: HttpRequest) -> dict[str, Any]:
    """The organisation's name and telephone, and the station this browser was started as."""
    user = getattr(request, "user", None)
    return {
        "home": home_of(user) if user else None,
        "organisation": settings.ORGANISATION["name"],
        "organisation_telephone": settings.ORGANISATION_TELEPHONE,
        "station_name": request.session.get("station", "")
        if hasattr(request, "session")
        else "",
    }
