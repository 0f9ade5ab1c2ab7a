"""What a resource can be, under which licence, in which language, and why it is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024


class ResourceKind(TextChoices):
    SHEET = "sheet", _("Sheet (PDF)")
    VIDEO = "video", _("Video (MP4, WebM)")
    ZIM = "zim", _("Offline library (ZIM)")
    PICTURE = "picture", _("Picture (PNG, JPEG, WebP)")
    ARCHIVE = "archive", _("Folder in one file (tar.gz, tar.xz, zip)")
    SCRIPT = "script", _("Script (plain text)")
    FONT = "font", _("Font (TTF, OTF, WOFF)")
    PACKAGE = "package", _("Extension or package (XPI, deb)")


# In bytes; beyond it somebody has taken the wrong file.
LARGEST: Mapping[ResourceKind, int] = {
    ResourceKind.SHEET: 200 * MEGABYTE,
    ResourceKind.VIDEO: 8 * 1024 * MEGABYTE,
    ResourceKind.ZIM: 150 * 1024 * MEGABYTE,
    ResourceKind.PICTURE: 50 * MEGABYTE,
    ResourceKind.ARCHIVE: 8 * 1024 * MEGABYTE,
    ResourceKind.SCRIPT: 1 * MEGABYTE,
    ResourceKind.FONT: 50 * MEGABYTE,
    ResourceKind.PACKAGE: 2 * 1024 * MEGABYTE,
}


class ContentLanguage(TextChoices):
    """ISO 639, as far as our sheets and libraries go."""

    FRENCH = "fr", _("French")
    ENGLISH = "en", _("English")
    ARABIC = "ar", _("Arabic")
    BASQUE = "eu", _("Basque")
    DARI = "prs", _("Dari")
    DUTCH = "nl", _("Dutch")
    GERMAN = "de", _("German")
    OCCITAN = "oc", _("Occitan")
    PASHTO = "ps", _("Pashto")
    PORTUGUESE = "pt", _("Portuguese")
    ROMANIAN = "ro", _("Romanian")
    RUSSIAN = "ru", _("Russian")
    SPANISH = "es", _("Spanish")
    TURKISH = "tr", _("Turkish")
    UKRAINIAN = "uk", _("Ukrainian")
    SEVERAL = "mul", _("Several languages")
    NONE = "zxx", _("No words in it")


class Licence(TextChoices):
    """By its SPDX name where it has one: what we may give away, and on what terms."""

    OWN = "LicenseRef-own", _("Written by us")
    PERMISSION = "LicenseRef-permission", _("With the author’s written permission")
    PUBLIC_DOMAIN = "CC0-1.0", _("Public domain (CC0)")
    BY = "CC-BY-4.0", "CC BY 4.0"
    BY_SA = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    BY_SA_3 = "CC-BY-SA-3.0", "CC BY-SA 3.0"
    BY_NC = "CC-BY-NC-4.0", "CC BY-NC 4.0"
    BY_NC_SA = "CC-BY-NC-SA-4.0", "CC BY-NC-SA 4.0"
    BY_ND = "CC-BY-ND-4.0", "CC BY-ND 4.0"
    BY_NC_ND = "CC-BY-NC-ND-4.0", "CC BY-NC-ND 4.0"
    ETALAB = "etalab-2.0", _("Licence Ouverte 2.0 (Etalab)")
    GPL_2 = "GPL-2.0-or-later", "GPL 2"
    GPL_3 = "GPL-3.0-or-later", "GPL 3"
    MPL = "MPL-2.0", "MPL 2.0"
    MIT = "MIT", "MIT"
    APACHE = "Apache-2.0", "Apache 2.0"
    OFL = "OFL-1.1", _("Open Font License 1.1")


class Withdrawal(TextChoices):
    """Why nobody is to get a resource any more."""

    OUTDATED = "outdated", _("What it says is not true any more")
    REPLACED = "replaced", _("Another takes its place")
    WRONG = "wrong", _("It holds a mistake")
    LICENCE = "licence", _("We may not give it away")
    AUTHOR = "author", _("Its author asked for it")
    UNREADABLE = "unreadable", _("It does not open")
