"""The journals of environments, layers and keys, as lines of the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core import journal
from provisioning.models import Environment, EnvironmentEvent, Layer, LayerEvent

_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "environment_created": (
        "progress",
        "plus",
        pgettext_lazy("an environment", "Begun"),
    ),
    "environment_changed": (
        "progress",
        "pencil",
        pgettext_lazy("an environment", "Changed"),
    ),
    "version_published": ("waiting", "send", gettext_lazy("Published on trial")),
    "version_promoted": ("done", "check", gettext_lazy("Published to all")),
    "version_withdrawn": ("blocked", "ban", pgettext_lazy("library", "Withdrawn")),
    "layer_created": ("progress", "plus", gettext_lazy("Begun")),
    "layer_changed": ("progress", "pencil", pgettext_lazy("a layer", "Changed")),
    "layer_renamed": ("progress", "pencil", gettext_lazy("Renamed")),
}


def history_of(subject: Environment | Layer) -> tuple[list[dict[str, Any]], bool]:
    """Entries for the timeline, newest first, and whether the chain holds."""
    found: list[EnvironmentEvent | LayerEvent] = list(
        subject.events.select_related("actor").order_by("-sequence")
    )
    for event in found:
        event.subject = subject
    return [_entry(event) for event in found], journal.verify_subject(found[::-1])


def _entry(event: EnvironmentEvent | LayerEvent) -> dict[str, Any]:
    unnamed = ("out", "point", event.verb.replace("_", " ").capitalize())
    family, picture, title = _VERBS.get(event.verb, unnamed)
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
        "detail": _detail(event.data),
    }


def _detail(data: Mapping[str, Any]) -> str:
    if version := data.get("version"):
        return _("Version %(number)s") % {"number": version}
    if former := data.get("before"):
        return _("It was called “%(title)s”.") % {"title": former["title_fr"]}
    return ""
