"""A small library, and a content that uses every part of a layer."""

from typing import Any

from agent.profile.strict import Title
from provisioning.environments.compiling import Facts
from provisioning.environments.content import LayerContent
from provisioning.environments.library import Held

PDF, ZIM, ZIP, SCRIPT, ADD_ON = (letter * 64 for letter in "abcde")
LIBRARY = {
    PDF: Held(PDF, 800_000, "application/pdf", "CC-BY-SA-4.0", "https://a.fr/mail.pdf"),
    ZIM: Held(ZIM, 300_000_000, "application/x-zim"),
    ZIP: Held(ZIP, 90_000, "application/zip"),
    SCRIPT: Held(SCRIPT, 400, "text/plain"),
    ADD_ON: Held(ADD_ON, 4_000_000, "application/x-xpinstall"),
}
FACTS = Facts("emploi-fr", 7, "test", Title(fr="Emploi", en="Job search"))

WHOLE: dict[str, Any] = {
    "packages": ["libreoffice-writer", "vlc"],
    "packages_absent": ["hexchat"],
    "flatpaks": [{"ref": "org.gnome.Boxes", "optional": True}],
    "sheets": [{"slug": "mail", "resource": PDF, "title": {"fr": "Écrire un mail"}}],
    "files": [{"path": "/etc/skel/mail.pdf", "resource": PDF}],
    "folders": [{"path": "/usr/share/rebond/site", "resource": ZIP, "strip": 1}],
    "home_title": {"fr": "Bienvenue", "en": "Welcome"},
    "blocks": [
        {
            "slug": "aide",
            "title": {"fr": "Une question ?"},
            "text": {"fr": "Appelez {{contact.name}}.\n\n{{contact.phone}} <b>"},
        }
    ],
    "tiles": [{"slug": "pix", "title": {"fr": "PIX"}, "url": "https://pix.fr/"}],
    "bookmarks": [{"title": "PIX", "url": "https://pix.fr/"}],
    "browser": {"locked": False},
    "add_ons": [{"id": "uBlock0@raymondhill.net", "resource": ADD_ON}],
    "region": {
        "lang": "fr_FR.UTF-8",
        "keyboard": "fr",
        "timezone": "Europe/Paris",
    },
    "access": {"text_percent": 125, "pointer_pixels": 48, "screen_reader": True},
    "printers": [{"name": "Salle", "uri": "ipp://imprimante/ipp/print"}],
    "account": {"login": "{{user.login}}", "full_name": "{{user.name}}"},
    "groups": ["lpadmin"],
    "encyclopaedias": [
        {"slug": "vikidia", "resource": ZIM, "title": {"fr": "Vikidia"}}
    ],
    "kiwix": {"optional": True, "when": {"disk_free_mb_gte": 20_000}},
    "channels": [{"id": "1" * 32, "version": 3}],
    "kolibri": {"source": "http://kolibri.local:8080/", "optional": True},
    "portfolio": {"on": True, "archive": ZIP},
    "connection": {"on": True},
    "services": [{"unit": "cups.service", "enabled": True, "running": True}],
    "launchers": [
        {"slug": "mail", "name": "Mail", "program": "thunderbird", "icon": "mail"}
    ],
    "scripts": [
        {
            "slug": "swap",
            "check": SCRIPT,
            "apply": SCRIPT,
            "explains": "Fait de la place.",
        }
    ],
    "needs": {"ram_mb": 3500},
    "systems": ["debian:12", "lmde:6"],
}


def whole(**changes: Any) -> LayerContent:
    return LayerContent.from_json(WHOLE | changes)
