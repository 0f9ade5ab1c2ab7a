"""Where on a machine a step may put a file."""

from __future__ import annotations

import re
from typing import Any, Final

from agent.kinds import Kind, Malformed

_SHAPE: Final = re.compile(r"(?:/[A-Za-z0-9._@+ À-ÿ-]+){2,12}")
# Who may sign in and with what rights, what the machine starts with, what root runs
# and the agent itself are never a matter of a file: named is what is open, not what
# is closed.
ROOMS: Final = (
    "/srv",
    "/opt",
    "/etc/chromium",
    "/etc/dconf",
    "/etc/firefox",
    "/etc/firefox-esr",
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/opt",
    "/etc/skel",
    "/etc/xdg",
    "/usr/local/share",
    "/usr/share/applications",
    "/usr/share/backgrounds",
    "/usr/share/desktop-base",
    "/usr/share/fonts",
    "/usr/share/icons",
    "/usr/share/images",
    "/usr/share/pack",
    "/usr/share/pixmaps",
    "/usr/share/rebond",
    "/usr/share/sounds",
    "/usr/share/wallpapers",
    "/var/lib/kiwix",
    "/var/lib/kolibri",
)


class Place(Kind):
    """An absolute path of a file or folder that a step may write."""

    def fit(self, value: Any, where: str) -> str:
        if not isinstance(value, str) or not _SHAPE.fullmatch(value):
            raise Malformed(where, "is not the path of a file")
        if why := why_closed(value):
            raise Malformed(where, why)
        return value


def why_closed(path: str) -> str:
    """Why nothing is put there; empty where it may be."""
    if any(part in (".", "..") or part != part.strip() for part in path.split("/")[1:]):
        return "leads out of its folder"
    if not any(path.startswith(f"{room}/") for room in ROOMS):
        return f"is not under {', '.join(ROOMS)}"
    return ""
