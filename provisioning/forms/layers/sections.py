"""The sections that a layer is edited in, with the words of their fields.

Fields are named by where they stand in the content, with dots: `sheets.title.fr`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

Lazy = Any


@dataclass(frozen=True, slots=True)
class Section:
    """One page of fields; `names` are fields of `LayerContent`, in their order."""

    slug: str
    title: Lazy
    hint: Lazy
    icon: str
    names: tuple[str, ...]


SECTIONS: Final = (
    Section(
        "programs",
        _("Programs"),
        _("Packages of Debian that are there, and some that are not."),
        "package",
        ("packages", "packages_absent", "flatpaks"),
    ),
    Section(
        "sheets",
        _("Files and sheets"),
        _("Taken from the library, each with its licence and its source."),
        "file-text",
        ("sheets", "files", "folders"),
    ),
    Section(
        "home",
        _("Home page"),
        _("What the person sees first. It opens without internet."),
        "home",
        ("home_title", "blocks", "tiles"),
    ),
    Section(
        "sites",
        _("Useful sites"),
        _("Bookmarks of Firefox and Chromium, also shown on the home page."),
        "external-link",
        ("bookmarks", "popups"),
    ),
    Section(
        "browser",
        _("Browser"),
        _("Settings of Firefox and Chromium, for every account of the machine."),
        "device-desktop",
        ("browser", "add_ons"),
    ),
    Section(
        "region",
        _("Language, keyboard, time zone"),
        _("All of the desktop speaks it."),
        "language",
        ("region",),
    ),
    Section(
        "access",
        _("Accessibility"),
        _("How the desktop is set at first; the person can change it."),
        "eye",
        ("access",),
    ),
    Section(
        "printers",
        _("Printers"),
        _("Those that speak IPP Everywhere need no driver."),
        "printer",
        ("printers",),
    ),
    Section(
        "account",
        _("Account"),
        _("The passphrase is printed once. Only its hash leaves the server."),
        "user-check",
        ("account", "groups"),
    ),
    Section(
        "offline",
        _("Encyclopaedias and courses"),
        _("Kiwix and Kolibri: to read and learn without internet."),
        "database",
        ("encyclopaedias", "kiwix", "channels", "kolibri"),
    ),
    Section(
        "portfolio",
        _("E-portfolio"),
        _("Templates for a CV, a letter and skills, in the person’s folders."),
        "notes",
        ("portfolio",),
    ),
    Section(
        "connection",
        _("Connection"),
        _("The line of the SIM card that comes with the pack."),
        "network",
        ("connection",),
    ),
    Section(
        "icons",
        _("Icons, services, scripts"),
        _("For those who know the machine well."),
        "settings",
        ("launchers", "services", "scripts"),
    ),
    Section(
        "needs",
        _("What a machine needs"),
        _("Checked before anything is touched."),
        "cpu",
        ("needs", "systems", "architectures"),
    ),
    Section(
        "left-out",
        _("Left out"),
        _("Tick what the layers under this one say, and this one does not want."),
        "minus",
        ("left_out",),
    ),
)
BY_SLUG: Final[Mapping[str, Section]] = {each.slug: each for each in SECTIONS}

# One entry of a list, as in “Add: a sheet”.
ENTRIES: Final[Mapping[str, Lazy]] = {
    "flatpaks": _("Program from Flatpak"),
    "sheets": _("Sheet, film or picture"),
    "files": _("File at a place of the machine"),
    "folders": _("Folder, unpacked from an archive"),
    "blocks": _("Paragraph of the home page"),
    "tiles": _("Large link of the home page"),
    "bookmarks": _("Useful site"),
    "add_ons": _("Add-on of the browser"),
    "printers": _("Printer"),
    "encyclopaedias": _("Encyclopaedia (ZIM)"),
    "channels": _("Channel of Kolibri"),
    "launchers": _("Icon"),
    "services": _("Service"),
    "scripts": _("Script"),
    "left_out": _("What is left out"),
}

_FRENCH, _ENGLISH = _("Title in French"), _("Title in English")
_TEXT_FR, _TEXT_EN = _("Text in French"), _("Text in English")
_WHEN: Final[dict[str, Lazy]] = {
    "when.disk_free_mb_gte": _("Only with so much disk free (MB)"),
    "when.ram_mb_gte": _("Only with so much memory (MB)"),
    "when.os": _("Only on these systems"),
    "when.architectures": _("Only on these architectures"),
}
_LISTS: Final[dict[str, dict[str, Lazy]]] = {
    "flatpaks": {
        "ref": _("Name at Flatpak"),
        "remote": _("Source of Flatpak"),
        "optional": _("The machine is whole without it"),
    },
    "sheets": {
        "resource": _("Resource of the library"),
        "title.fr": _FRENCH,
        "title.en": _ENGLISH,
        "on_home": _("Linked from the home page"),
    },
    "files": {
        "path": _("Where it goes"),
        "resource": _("Resource of the library"),
        "mode": _("Rights, as 0644"),
    },
    "folders": {
        "path": _("Where it goes"),
        "resource": _("Resource of the library"),
        "strip": _("Outer folders left away"),
    },
    "blocks": {
        "title.fr": _FRENCH,
        "title.en": _ENGLISH,
        "text.fr": _TEXT_FR,
        "text.en": _TEXT_EN,
    },
    "tiles": {
        "title.fr": _FRENCH,
        "title.en": _ENGLISH,
        "url": _("Address"),
        "text.fr": _TEXT_FR,
        "text.en": _TEXT_EN,
    },
    "bookmarks": {"title": _("Title"), "url": _("Address"), "folder": _("Folder")},
    "add_ons": {"id": _("Id of the add-on"), "resource": _("Resource of the library")},
    "browser": {
        "homepage": _("Another home page"),
        "search_engine": _("Search engine"),
        "locked": _("The person cannot change it"),
        "firefox": _("Firefox"),
        "chromium": _("Chromium"),
    },
    "region": {
        "lang": _("Language"),
        "keyboard": _("Keyboard"),
        "variant": _("Variant of the keyboard"),
        "timezone": _("Time zone"),
    },
    "access": {
        "text_percent": _("Size of letters (percent)"),
        "pointer_pixels": _("Size of the pointer (pixels)"),
        "high_contrast": _("High contrast"),
        "screen_reader": _("Screen reader"),
    },
    "printers": {
        "name": _("Name of the printer"),
        "uri": _("Address of the printer"),
        "location": _("Where the printer is"),
        "is_default": _("Prints unless another is chosen"),
    },
    "account": {
        "login": _("Account name"),
        "full_name": _("Name shown"),
        "first_login": _("First sign-in"),
    },
    "encyclopaedias": {
        "resource": _("Resource of the library"),
        "title.fr": _FRENCH,
        "title.en": _ENGLISH,
    },
    "kiwix": {
        "port": _("Port of the encyclopaedias"),
        "optional": _("The machine is whole without them"),
        **_WHEN,
    },
    "channels": {
        "id": _("Id of the channel"),
        "version": _("Version"),
        "nodes": _("Only these nodes"),
    },
    "kolibri": {
        "source": _("Server of Kolibri on the workshop’s network"),
        "optional": _("The machine is whole without it"),
        **_WHEN,
    },
    "portfolio": {
        "on": _("Begin with a portfolio"),
        "language": _("In which language"),
        "archive": _("Resource of the library"),
    },
    "connection": {
        "on": _("Set up the line of the SIM card"),
        "home_only": _("No roaming abroad"),
        "metered": _("Spare the data of the month"),
    },
    "services": {
        "unit": _("Unit of systemd"),
        "enabled": _("Starts with the machine"),
        "running": _("Runs"),
    },
    "launchers": {
        "name": _("Name under the icon"),
        "url": _("Page that it opens"),
        "program": _("Program that it starts"),
        "arguments": _("Arguments"),
        "icon": _("Picture of the icon"),
        "on_desktop": _("On the desktop too"),
        "at_login": _("Opens when the person signs in"),
    },
    "scripts": {
        "check": _("Script that says whether it holds"),
        "apply": _("Script that brings it about"),
        "explains": _("What it does, in a sentence"),
        "timeout_seconds": _("At most so many seconds"),
        "optional": _("The machine is whole without it"),
    },
    "needs": {
        "agent": _("Version of the agent at least"),
        "disk_free_mb": _("Free disk (MB)"),
        "ram_mb": _("Memory (MB)"),
    },
}
LABELS: Final[Mapping[str, Lazy]] = {
    **{f"{name}.slug": _("Short name") for name in ENTRIES},
    "browser": _("Browser"),
    "region": _("Language, keyboard, time zone"),
    "access": _("Accessibility"),
    "account": _("Account"),
    "kiwix": _("How encyclopaedias are served"),
    "kolibri": _("Where courses come from"),
    "portfolio": _("E-portfolio"),
    "connection": _("Connection"),
    "needs": _("What a machine needs"),
    "home_title": _("Title of the home page"),
    "packages": _("Packages that are there"),
    "packages_absent": _("Packages that are taken away"),
    "home_title.fr": _FRENCH,
    "home_title.en": _ENGLISH,
    "popups": _("Sites that may open windows"),
    "groups": _("Groups of the account"),
    "systems": _("Systems"),
    "architectures": _("Architectures"),
    **{
        f"{part}.{name}": words
        for part, of in _LISTS.items()
        for name, words in of.items()
    },
}
HELP: Final[Mapping[str, Lazy]] = {
    "packages": _("As libreoffice-writer. Nothing else than names."),
    "files.path": _("For example /usr/share/doc/atelier/plan.pdf."),
    "folders.path": _("For example /usr/share/rebond/cours."),
    "blocks.text.fr": _(
        "An empty line begins a paragraph. {{contact.phone}} becomes the number."
    ),
    "tiles.url": _("A site, or a file of the machine: file:///usr/share/…"),
    "bookmarks.folder": _("Sites of one folder stand together."),
    "browser.homepage": _("Left empty, the home page of this environment opens."),
    "region.lang": _("For example fr_FR.UTF-8 or nl_BE.UTF-8."),
    "region.variant": _("As bepo or oss for the French one; mostly left empty."),
    "region.timezone": _("For example Europe/Paris or Europe/Brussels."),
    "access.text_percent": _("100 is usual; 150 suits most who see badly."),
    "access.pointer_pixels": _("24 is usual, 48 is large."),
    "printers.uri": _("For example ipp://imprimante.local/ipp/print."),
    "account.login": _("Left empty, it is “personne”."),
    "systems": _("The name of the system, a colon, its version."),
}


def label_of(path: str) -> Lazy:
    """The words of a field; its last name where it has none."""
    return LABELS.get(path, path.rpartition(".")[2])
