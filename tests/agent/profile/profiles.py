"""Descriptions of learning environments for tests, as the JSON that is signed."""

from __future__ import annotations

import copy
import json
from typing import Any

SHA = "0" * 63 + "1"

STEPS: list[dict[str, Any]] = [
    {"type": "apt", "id": "programs", "present": ["vlc", "libc6:i386"]},
    {"type": "flatpak", "id": "flatpaks", "refs": ["org.videolan.VLC"]},
    {"type": "blob", "id": "sheet", "blob": "sheet.pdf", "path": "/srv/rebond/a.pdf"},
    {
        "type": "archive",
        "id": "site",
        "blob": "sheet.pdf",
        "path": "/srv/rebond/site",
        "format": "tar.gz",
    },
    {
        "type": "text",
        "id": "welcome",
        "path": "/srv/rebond/welcome.txt",
        "content": "Bonjour {{user.name}}\n",
    },
    {"type": "browser", "id": "home", "homepage": "file:///srv/rebond/home.html"},
    {
        "type": "dconf",
        "id": "letters",
        "defaults": [{"key": "/org/gnome/desktop/scale", "value": "1.25"}],
    },
    {
        "type": "locale",
        "id": "language",
        "lang": "fr_FR.UTF-8",
        "keyboard": "fr",
        "timezone": "Europe/Paris",
    },
    {
        "type": "user",
        "id": "person",
        "login": "{{user.login}}",
        "password_hash": "{{user.password_hash}}",
    },
    {
        "type": "printer",
        "id": "printer",
        "name": "Atelier",
        "uri": "ipp://printer.local/ipp/print",
    },
    {
        "type": "kolibri",
        "id": "lessons",
        "channels": [{"id": "a" * 32, "version": 3}],
        "source": "http://bench.local:8080/",
    },
    {"type": "kiwix", "id": "wiki", "blobs": ["sheet.pdf"]},
    {
        "type": "desktop",
        "id": "icons",
        "launchers": [
            {"name": "Emploi", "slug": "emploi", "url": "https://pix.fr", "icon": "x"}
        ],
    },
    {"type": "nm_gsm", "id": "line"},
    {
        "type": "service",
        "id": "printing",
        "unit": "cups.service",
        "enabled": True,
        "running": True,
    },
    {
        "type": "script",
        "id": "way-out",
        "check": "sheet.pdf",
        "apply": "sheet.pdf",
        "explains": "Ce que rien d’autre ne sait faire.",
    },
]


def raw(*steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A description with these steps, or with one of every kind."""
    whole = {
        "schema": "profile/1",
        "slug": "emploi-fr",
        "version": 7,
        "channel": "stable",
        "title": {"fr": "Recherche d’emploi", "en": "Job search"},
        "blobs": [
            {
                "name": "sheet.pdf",
                "sha256": SHA,
                "size_bytes": 12,
                "media": "application/pdf",
            }
        ],
        "steps": copy.deepcopy(list(steps) or STEPS),
    }
    return whole | changes


def body(*steps: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps(raw(*steps, **changes)).encode()


def step(kind: str, **changes: Any) -> dict[str, Any]:
    """A step of a kind, as the example has it, with other values in some fields."""
    (found,) = (each for each in STEPS if each["type"] == kind)
    return found | changes
