"""The journals of what stock is made of: counted things, plans, access points, caps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import journal
from backoffice.core.models import Event, Site, User
from lending.models import ApnProfile, CountedKind, Plan, TopUpRules
from lending.numbers import euros

Kept = CountedKind | Plan | ApnProfile | TopUpRules
# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "opened": ("done", "plus", gettext_lazy("Counted from now on")),
    "added": ("done", "plus", gettext_lazy("Written down")),
    "amended": ("progress", "pencil", gettext_lazy("Changed")),
    "minimum_set": ("progress", "pencil", gettext_lazy("Minimum to keep")),
    "retired": ("out", "lock", gettext_lazy("Put out of use")),
    "restored": ("done", "lock-open", gettext_lazy("Taken into use again")),
}


def history_of(subject: Kept, reader: User) -> dict[str, Any]:
    """`events` (entries of the timeline, newest first) and `holds`."""
    found = list(subject.events.for_timeline())
    for event in found:
        event.subject = subject
    named = {event.data["site"] for event in found if "site" in event.data}
    seen = Site.objects.visible_to(reader).filter(uuid__in=named)
    sites = {str(site.uuid): site.name for site in seen}
    return {
        "events": [_entry(event, subject, sites) for event in found],
        "holds": journal.verify_subject(found[::-1]),
    }


def _entry(event: Event, subject: Model, sites: Mapping[str, str]) -> dict[str, Any]:
    family, picture, title = _VERBS[event.verb]
    data = dict(event.data)
    parts = [sites.get(str(data.pop("site", "")), ""), str(data.pop("code", ""))]
    fields = [_label(subject, name) for name in data.pop("fields", [])]
    parts += fields + [_change(subject, name, *said) for name, said in data.items()]
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": " · ".join(part for part in parts if part),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _change(subject: Model, name: str, before: object, after: object) -> str:
    label = _label(subject, name)
    if name == "apn":
        return label
    return f"{label}{_(':')} {_value(name, before)} → {_value(name, after)}"


def _value(name: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return "–"
    if name.endswith("_cents") and isinstance(value, int):
        return euros(value)
    return str(value)


def _label(subject: Model, name: str) -> str:
    if name == "minimum":
        return _("at least")
    if name == "password":
        return _("password")
    return str(subject._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
