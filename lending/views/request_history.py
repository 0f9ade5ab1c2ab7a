"""What happened to a request, as its page tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core import journal
from backoffice.core.dates import date_format
from lending.models import EquipmentRequest, RequestEvent
from lending.states import EndReason, HandOverMode, RefusalReason

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "begun": ("progress", "pencil", gettext_lazy("Begun")),
    "answered": ("progress", "pencil", gettext_lazy("Answers written")),
    "submitted": ("progress", "send", gettext_lazy("Sent")),
    "taken_up": ("progress", "eye", gettext_lazy("Being read")),
    "sent_back": ("waiting", "arrow-back-up", gettext_lazy("Sent back to complete")),
    "approved": ("done", "check", pgettext_lazy("request", "Accepted")),
    "put_on_waiting_list": (
        "waiting",
        "hourglass",
        gettext_lazy("On the waiting list"),
    ),
    "reconsidered": ("waiting", "arrow-back-up", gettext_lazy("Acceptance taken back")),
    "adjourned": ("waiting", "calendar", gettext_lazy("Put off")),
    "back_to_review": ("progress", "eye", gettext_lazy("To be read again")),
    "refused": ("blocked", "x", gettext_lazy("Refused")),
    "dismissed": ("out", "ban", gettext_lazy("Closed without effect")),
    "withdrawn": ("out", "x", gettext_lazy("Withdrawn")),
    "allocated": ("progress", "package", gettext_lazy("In preparation")),
    "unallocated": ("waiting", "package", gettext_lazy("To prepare anew")),
    "scheduled": ("progress", "calendar", gettext_lazy("Appointment made")),
    "appointment_added": ("progress", "calendar", gettext_lazy("Appointment made")),
    "appointment_moved": ("progress", "calendar", gettext_lazy("Appointment moved")),
    "not_taken": ("waiting", "user", gettext_lazy("Not taken")),
    "appointment_off": ("waiting", "calendar", gettext_lazy("Appointment called off")),
    "nobody_came": ("waiting", "user", gettext_lazy("Nobody came")),
    "closed_nobody_came": ("blocked", "user", gettext_lazy("Closed: nobody came")),
    "pack_handed_over": ("done", "heart-handshake", gettext_lazy("A pack handed over")),
    "fulfilled": ("done", "heart-handshake", gettext_lazy("Handed over")),
    "message_written": ("progress", "mail", gettext_lazy("A message")),
    "kept": ("progress", "check", gettext_lazy("Still needed")),
    "warned": ("waiting", "bell", gettext_lazy("Asked whether it is still needed")),
    "expired": ("out", "clock", gettext_lazy("Expired")),
}


def history_of(request: EquipmentRequest) -> dict[str, Any]:
    """The timeline, newest first, and whether its chain holds."""
    found = list(request.events.select_related("actor").order_by("-sequence"))
    for event in found:
        event.subject = request
    return {
        "events": [_entry(event) for event in found],
        "holds": journal.verify_subject(found[::-1]),
    }


def _entry(event: RequestEvent) -> dict[str, Any]:
    unknown = ("progress", "point", event.verb.replace("_", " "))
    family, picture, title = _VERBS.get(event.verb, unknown)
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(event: RequestEvent) -> str:
    data = event.data
    if "reason" in data:
        kind = RefusalReason if event.verb == "refused" else EndReason
        return str(kind(data["reason"]).label)
    if "mode" in data:
        return str(HandOverMode(data["mode"]).label)
    if "until" in data:
        until = dt.date.fromisoformat(data["until"])
        return date_format(until, "DATE_FORMAT")
    return ""
