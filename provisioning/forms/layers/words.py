"""What is wrong with something that was typed, in a sentence of the reader’s language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agent.kinds import Malformed

_MEANT: Final[Mapping[str, Any]] = {
    "is missing": gettext_lazy("Say this."),
    "is not a Flatpak’s name": gettext_lazy(
        "Write the name of a Flatpak, as org.gnome.Maps."
    ),
    "is not a SHA-256 in lower-case hexadecimal": gettext_lazy(
        "Choose a resource of the library."
    ),
    "is not a keyboard as fr or be": gettext_lazy(
        "Write a keyboard in small letters, as fr or be."
    ),
    "is not a language as fr_FR.UTF-8": gettext_lazy(
        "Write a language as fr_FR.UTF-8."
    ),
    "is not a mode as 0644": gettext_lazy("Write rights as 0644 or 0755."),
    "is not a program": gettext_lazy(
        "Write the name of a program, or where it is; no blanks."
    ),
    "is not a short name": gettext_lazy(
        "Write a short name: small letters, digits and hyphens."
    ),
    "is not a system as debian:12": gettext_lazy(
        "Write a system, a colon, and its version."
    ),
    "is not a time zone": gettext_lazy("Write a time zone as Europe/Paris."),
    "is not a variant of a keyboard": gettext_lazy(
        "Write a variant of a keyboard, as oss."
    ),
    "is not a version as 0.4": gettext_lazy("Write a version as 0.4."),
    "is not a web address, or a file of the machine": gettext_lazy(
        "Write a whole address: https://…, or file:///… for a file of the machine."
    ),
    "is not an address as ipp://printer/ipp/print": gettext_lazy(
        "Write the address of a printer, as ipp://imprimante.local/ipp/print."
    ),
    "is not an architecture as amd64": gettext_lazy("Write an architecture as amd64."),
    "is not one argument without blanks": gettext_lazy(
        "Write one argument a line, without blanks."
    ),
    "is not the id of a channel": gettext_lazy(
        "Write the 32 signs that name a channel of Kolibri."
    ),
    "is not the id of a node": gettext_lazy(
        "Write the 32 signs that name a node, one a line."
    ),
    "is not the id of an add-on": gettext_lazy(
        "Write the id that its maker gave to the add-on."
    ),
    "is not the name of a group for people": gettext_lazy(
        "Write the name of a group that a person may be in, as lpadmin."
    ),
    "is not the name of a package": gettext_lazy(
        "Write names of Debian packages only, as libreoffice-writer: no sign, no command."
    ),
    "is not the name of a printer": gettext_lazy(
        "Write a name of letters and digits, as Accueil."
    ),
    "is not the name of a unit": gettext_lazy(
        "Write a unit of systemd, as cups.service."
    ),
    "is not the name of an account": gettext_lazy(
        "Write an account name: small letters and digits."
    ),
    "is not the name of an icon": gettext_lazy(
        "Write the name of an icon, as web-browser."
    ),
    "is not the name of a list": gettext_lazy("Choose a list."),
    "is no list of a layer": gettext_lazy("Choose a list."),
    "is not the path of a file": gettext_lazy(
        "Write a whole path, as /usr/share/rebond/plan.pdf."
    ),
    "leads out of its folder": gettext_lazy(
        "Write a path without “..” or blanks at its ends."
    ),
    "is a place that no step writes to": gettext_lazy(
        "No environment writes there: choose another place."
    ),
    "holds a character that no text may hold": gettext_lazy(
        "This holds signs that cannot be printed."
    ),
    "gives arguments to a page": gettext_lazy("A page takes no arguments."),
    "opens neither a page nor a program, or both": gettext_lazy(
        "Give a page or a program, one of the two."
    ),
}


def sentence(wrong: Malformed) -> str:
    """In the reader’s language; a plain one where it has no words of its own."""
    why = wrong.why
    if why in _MEANT:
        return str(_MEANT[why])
    if found := re.fullmatch(r"is not between (\d+) and (\d+)", why):
        return _("Write a number from %(low)s to %(high)s.") % _bounds(found)
    if found := re.fullmatch(r"is not (\d+) to (\d+) characters", why):
        return _("Write %(low)s to %(high)s characters.") % _bounds(found)
    if found := re.fullmatch(r"says (.+) twice", why, re.DOTALL):
        return _("“%(what)s” stands here twice.") % {"what": found[1][:80]}
    if found := re.fullmatch(r"holds (\d+), more than (\d+)", why):
        return _("These are %(low)s; there may be %(high)s at most.") % _bounds(found)
    if found := re.fullmatch(r"asks for (.*), which .*", why, re.DOTALL):
        return _("“%(what)s” is no value that a machine knows.") % {"what": found[1]}
    if why.startswith("is not under "):
        return _("Choose a place under %(places)s.") % {"places": why[13:]}
    return _("This is not of the form that it has to be.")


def _bounds(found: re.Match[str]) -> dict[str, str]:
    return {"low": found[1], "high": found[2]}
