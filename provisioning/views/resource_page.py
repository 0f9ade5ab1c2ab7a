"""What the page of one resource shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core import journal
from provisioning.forms.resources import WithdrawForm
from provisioning.kinds import Withdrawal
from provisioning.models import EnvironmentVersion, Resource, ResourceEvent
from provisioning.models.recalled import still_bringing

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "resource_added": ("done", "plus", gettext_lazy("Added to the library")),
    "resource_amended": ("progress", "pencil", gettext_lazy("Described anew")),
    "resource_withdrawn": ("blocked", "ban", pgettext_lazy("library", "Withdrawn")),
    "resource_brought_back": ("done", "arrow-back-up", gettext_lazy("Offered again")),
}
_FIELDS: Mapping[str, Promise] = {
    "title_fr": gettext_lazy("title in French"),
    "title_en": gettext_lazy("title in English"),
    "language": gettext_lazy("language"),
    "licence": gettext_lazy("licence"),
    "source_url": gettext_lazy("source"),
}
# Of the name under which a browser saves it.
ENDINGS: Mapping[str, str] = {
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "application/x-zim": "zim",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/zip": "zip",
    "application/gzip": "tar.gz",
    "application/x-xz": "tar.xz",
    "application/x-xpinstall": "xpi",
    "application/vnd.debian.binary-package": "deb",
    "text/plain": "sh",
    "font/ttf": "ttf",
    "font/otf": "otf",
    "font/woff": "woff",
    "font/woff2": "woff2",
}
LINK = re.compile(r"https?://\S+")


def page_of(
    resource: Resource,
    versions: QuerySet[EnvironmentVersion],
    *,
    typed: WithdrawForm | None = None,
) -> dict[str, Any]:
    """`versions`: those that may be seen; `typed`: the withdrawal that was refused."""
    found = list(resource.events.select_related("actor").order_by("-sequence"))
    for event in found:
        event.subject = resource
    sha256 = resource.blob.sha256
    name = slugify(resource.title) or "rebond"
    return {
        "resource": resource,
        "bringing": still_bringing(versions, sha256),
        "address": reverse("provisioning-api:blob", args=(sha256[:2], sha256)),
        "file_name": f"{name}.{ENDINGS[resource.blob.media]}",
        "source_is_link": LINK.fullmatch(resource.source_url) is not None,
        "form": typed or WithdrawForm(),
        "unfold": typed is not None,
        "events": [_entry(event) for event in found],
        "holds": journal.verify_subject(found[::-1]),
    }


def _entry(event: ResourceEvent) -> dict[str, Any]:
    family, picture, title = _VERBS[event.verb]
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event.data),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(data: Mapping[str, Any]) -> str:
    if "reason" in data:
        return str(Withdrawal(data["reason"]).label)
    return ", ".join(str(_FIELDS[field]) for field in data.get("fields", ()))
