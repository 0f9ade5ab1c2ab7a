"""One layer that says everything that a layer can say."""

from __future__ import annotations

from typing import Any

_WHEN = {"disk_free_mb_gte": 20_000, "ram_mb_gte": 3_000, "os": ["debian:12"]}
FULL: dict[str, Any] = {
    "packages": ["libreoffice-writer", "vlc"],
    "packages_absent": ["hexchat"],
    "flatpaks": [{"ref": "org.gnome.Maps", "remote": "flathub", "optional": True}],
    "sheets": [
        {"slug": "cv", "resource": f"{1:064x}", "title": {"fr": "CV", "en": "A CV"}},
        {
            "slug": "mail",
            "resource": f"{2:064x}",
            "title": {"fr": "Courriel"},
            "on_home": False,
        },
    ],
    "files": [
        {"path": "/usr/share/rebond/a/b.png", "resource": f"{3:064x}", "mode": "0600"}
    ],
    "folders": [{"path": "/usr/share/rebond/a/c", "resource": f"{4:064x}", "strip": 1}],
    "home_title": {"fr": "Bonjour", "en": "Hello"},
    "blocks": [
        {
            "slug": "a",
            "title": {"fr": "Aide"},
            "text": {"fr": "Un.\n\nDeux : {{contact.phone}}", "en": "One."},
        }
    ],
    "tiles": [
        {
            "slug": "t",
            "title": {"fr": "Site"},
            "url": "https://un.example/",
            "text": {"fr": "Voir"},
        }
    ],
    "bookmarks": [
        {"title": "Un", "url": "https://un.example/", "folder": "Santé"},
        {"title": "Deux", "url": "https://deux.example/"},
    ],
    "browser": {"search_engine": "Qwant", "locked": False, "chromium": True},
    "add_ons": [{"id": "ublock@example.org", "resource": f"{5:064x}"}],
    "popups": ["https://trois.example"],
    "region": {"lang": "fr_BE.UTF-8", "keyboard": "be", "timezone": "Europe/Brussels"},
    "access": {"text_percent": 150, "high_contrast": True, "screen_reader": False},
    "printers": [
        {"name": "Accueil", "uri": "ipp://a.local/ipp/print", "is_default": True}
    ],
    "account": {"login": "{{user.login}}", "first_login": "autologin"},
    "groups": ["lpadmin"],
    "encyclopaedias": [
        {"slug": "wiki", "resource": f"{6:064x}", "title": {"fr": "Wikipédia"}}
    ],
    "kiwix": {"port": 8090, "optional": True, "when": _WHEN},
    "channels": [{"id": "a" * 32, "version": 3, "nodes": ["b" * 32]}],
    "kolibri": {"source": "http://kolibri.local:8080", "optional": False},
    "portfolio": {"on": True, "language": "fr", "archive": f"{7:064x}"},
    "connection": {"on": True, "home_only": True, "metered": False},
    "services": [{"unit": "cups.service", "enabled": True, "running": False}],
    "launchers": [
        {
            "name": "Accueil",
            "slug": "home",
            "url": "https://un.example/",
            "icon": "web",
        },
        {
            "name": "Texte",
            "slug": "writer",
            "program": "libreoffice",
            "arguments": ["--writer"],
            "icon": "writer",
            "at_login": True,
        },
    ],
    "scripts": [
        {
            "slug": "s",
            "check": f"{8:064x}",
            "apply": f"{9:064x}",
            "explains": "Règle le pare-feu.",
            "timeout_seconds": 60,
        }
    ],
    "needs": {"agent": "0.4", "disk_free_mb": 9000, "ram_mb": 3500},
    "systems": ["debian:12", "lmde:6"],
    "architectures": ["amd64"],
    "left_out": [{"of": "packages", "key": "cheese"}],
}
