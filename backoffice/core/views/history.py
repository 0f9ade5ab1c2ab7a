"""The journal of an account or of a site, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import journal
from backoffice.core.models import Event, Site, User
from backoffice.core.roles import Role

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "account opened": ("done", "user-check", gettext_lazy("Account opened")),
    "account installed": (
        "done",
        "user-shield",
        gettext_lazy("Administrator installed from the server’s console"),
    ),
    "account invited": ("progress", "mail", gettext_lazy("Link to a password sent")),
    "account amended": ("progress", "pencil", gettext_lazy("Account changed")),
    "account role_given": ("progress", "plus", gettext_lazy("Role given")),
    "account role_taken": ("progress", "minus", gettext_lazy("Role taken back")),
    "account closed": ("blocked", "lock", gettext_lazy("Account closed")),
    "account reopened": ("done", "lock-open", gettext_lazy("Account reopened")),
    "account second_factor_removed": (
        "waiting",
        "shield-x",
        gettext_lazy("Second factor removed"),
    ),
    "account token_created": ("progress", "key", gettext_lazy("Key made")),
    "account token_revoked": ("progress", "key", gettext_lazy("Key revoked")),
    "account calendar_made": (
        "progress",
        "calendar",
        gettext_lazy("Calendar address made"),
    ),
    "account calendar_revoked": (
        "progress",
        "calendar",
        gettext_lazy("Calendar address revoked"),
    ),
    "site opened": ("done", "building", gettext_lazy("Site opened")),
    "site amended": ("progress", "pencil", gettext_lazy("Site changed")),
    "site machines_approved": (
        "progress",
        "user-check",
        gettext_lazy("New machines wait for approval"),
    ),
    "site machines_let_in": (
        "progress",
        "lock-open",
        gettext_lazy("New machines are let in with a join code"),
    ),
    "site scanner_let_in": ("progress", "key", gettext_lazy("Code for a scanner made")),
    "site scanner_joined": ("done", "scan", gettext_lazy("Scanner joined a station")),
    "site scanner_revoked": ("blocked", "x", gettext_lazy("Scanner sent away")),
    "site results_refused": (
        "blocked",
        "hand-stop",
        gettext_lazy("A file is no report of an erasure tool"),
    ),
    "site stick_refused": (
        "blocked",
        "hand-stop",
        gettext_lazy("A file from a stick was refused whole"),
    ),
    "site results_applied": (
        "done",
        "upload",
        gettext_lazy("Results of another tool applied"),
    ),
}
_FIELDS: Mapping[str, Promise] = {
    "name": gettext_lazy("name"),
    "email": gettext_lazy("e-mail address"),
    "language": gettext_lazy("language"),
}


def history_of(
    events: Iterable[Event], reader: User
) -> tuple[list[dict[str, Any]], bool]:
    """(entries of core/components/timeline.html, whether the chain holds).

    `events`: all of one subject, newest first. Two queries, however many.
    """
    found = list(events)
    sites = Site.objects.visible_to(reader)
    names = {str(site.uuid): site.name for site in sites}
    entries = [_entry(event, names) for event in found]
    return entries, journal.verify_subject(found[::-1])


def _entry(event: Event, sites: Mapping[str, str]) -> dict[str, Any]:
    family, picture, title = _VERBS[f"{event.SUBJECT} {event.verb}"]
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event.data, sites),
        "at": event.recorded_at,
        "by": event.actor.name if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(data: Mapping[str, Any], sites: Mapping[str, str]) -> str:
    if "role" in data:
        place = sites.get(str(data["site"]), "") if data["site"] else _("every site")
        return f"{Role(data['role']).label} · {place}"
    if "fields" in data:
        return ", ".join(str(_FIELDS[field]) for field in data["fields"])
    return ""
