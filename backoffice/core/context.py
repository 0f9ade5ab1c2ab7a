"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def workplace(request: HttpRequest) -> dict[str, Any]:
    """The organisation's name, and the station this browser was started as."""
    return {
        "organisation": settings.ORGANISATION["name"],
        "station_name": request.session.get("station", "")
        if hasattr(request, "session")
        else "",
    }
