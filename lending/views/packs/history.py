"""The history of a pack and of a template, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import journal
from inventory import tags
from lending.models import Pack, PackEvent, PackTemplate, TemplateEvent
from lending.states import ChoiceReason, LeavingReason, SubstitutionReason

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "begun": ("progress", "package", gettext_lazy("Pack begun")),
    "attached": ("progress", "link", gettext_lazy("Said for which request it is")),
    "freed_from_request": ("out", "unlink", gettext_lazy("For no request any more")),
    "filled": ("progress", "plus", gettext_lazy("Put in")),
    "machine_chosen": ("progress", "check", gettext_lazy("Machine chosen")),
    "taken_out": ("waiting", "minus", gettext_lazy("Taken out")),
    "replaced": ("progress", "arrows-exchange", gettext_lazy("Replaced")),
    "substituted": ("waiting", "arrows-exchange", gettext_lazy("Put in its place")),
    "left_out": ("out", "ban", gettext_lazy("Left out")),
    "closed": ("done", "check", gettext_lazy("Pack closed")),
    "reopened": ("waiting", "lock-open", gettext_lazy("Opened again")),
    "placed": ("out", "map-pin", gettext_lazy("Put in a place")),
    "delivered": ("out", "truck-delivery", gettext_lazy("Delivered to the structure")),
    "taken_back": ("waiting", "arrow-back-up", gettext_lazy("Back from the structure")),
    "handed_over": ("done", "heart-handshake", gettext_lazy("Handed over")),
    "came_back": ("waiting", "arrow-back-up", gettext_lazy("Come back")),
    "dismantled": ("out", "x", gettext_lazy("Taken apart")),
    # Of a template.
    "version_published": ("done", "file-text", gettext_lazy("Version published")),
    "retired": ("out", "lock", gettext_lazy("Put out of use")),
    "restored": ("done", "lock-open", gettext_lazy("Taken into use again")),
}
_REASONS = {
    **dict(SubstitutionReason.choices),
    **dict(LeavingReason.choices),
    **dict(ChoiceReason.choices),
}


def history_of(subject: Pack | PackTemplate) -> tuple[list[dict[str, Any]], bool]:
    """Entries for the timeline, newest first, and whether the chain holds."""
    found: list[PackEvent | TemplateEvent] = list(
        subject.events.select_related("actor").order_by("-sequence")
    )
    for event in found:
        event.subject = subject
    lines = _labels(subject) if isinstance(subject, Pack) else {}
    entries = [_entry(event, lines) for event in found]
    return entries, journal.verify_subject(found[::-1])


def _labels(pack: Pack) -> dict[str, str]:
    return {str(line.uuid): line.label for line in pack.version.lines.all()}


def _entry(
    event: PackEvent | TemplateEvent, lines: Mapping[str, str]
) -> dict[str, Any]:
    family, picture, title = _VERBS.get(
        event.verb, ("out", "point", event.verb.replace("_", " ").capitalize())
    )
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event.data, lines),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(data: Mapping[str, Any], lines: Mapping[str, str]) -> str:
    """Line, unit and reason, as far as the event says them."""
    parts = [lines.get(str(data.get("line")), "")]
    if unit := data.get("unit"):
        count = data.get("count", 1)
        shown = tags.display(unit) if unit[:2] in tags.TagKind.values else unit
        parts.append(f"{count} × {shown}" if count > 1 else shown)
    if reason := data.get("reason"):
        parts.append(str(_REASONS.get(reason, reason)))
    if place := data.get("place"):
        parts.append(tags.display(place))
    if note := data.get("note"):
        parts.append(note)
    if version := data.get("version"):
        parts.append(_("version %(number)s") % {"number": version})
    return " · ".join(part for part in parts if part)
