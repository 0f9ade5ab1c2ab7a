"""What happened to a loan, as its page tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import journal
from backoffice.core.dates import date_format
from lending.models import Loan, LoanEvent
from lending.states import Damage, ReturnReason

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "started": ("done", "heart-handshake", gettext_lazy("Lent")),
    "renewed": ("progress", "calendar", gettext_lazy("Lent for longer")),
    "end_agreed": ("progress", "calendar", gettext_lazy("A day of return was agreed")),
    "renewal_asked": ("waiting", "mail", gettext_lazy("The structure asks for longer")),
    "reminded": ("progress", "bell", gettext_lazy("Reminder written")),
    "damaged": ("blocked", "tool", gettext_lazy("Something broke")),
    "lost": ("blocked", "help-circle", gettext_lazy("Reported lost")),
    "stolen": ("blocked", "alert-triangle", gettext_lazy("Reported stolen")),
    "written_off": ("out", "x", gettext_lazy("Written off")),
    "given": ("done", "gift", gettext_lazy("Became a gift")),
    "returned": ("done", "arrow-back-up", gettext_lazy("Came back")),
    "found_again": ("done", "eye", gettext_lazy("Something missing came back")),
    "closed": ("out", "check", gettext_lazy("Looked at and closed")),
}
# Who a reminder went to: the journal keeps the word, never the address.
_WHOM: Mapping[str, Promise] = {
    "person": gettext_lazy("to the person"),
    "referent": gettext_lazy("to who knows the person"),
    "structure": gettext_lazy("to the structure"),
    "staff": gettext_lazy("to who handed it over"),
    "organisation": gettext_lazy("to ourselves: nobody else can be reached"),
}
_MEANS: Mapping[str, Promise] = {
    "email": gettext_lazy("e-mail"),
    "text": gettext_lazy("text message"),
}


def history_of(
    loan: Loan, lines: Mapping[str, str]
) -> tuple[list[dict[str, Any]], bool]:
    """Entries of a timeline, newest first, and whether the chain holds.

    `lines`: what the lines of the pack are called, by their public ids.
    """
    found: list[LoanEvent] = list(loan.events.for_timeline())
    for event in found:
        event.subject = loan
    entries = [_entry(event, lines) for event in found]
    return entries, journal.verify_subject(found[::-1])


def _entry(event: LoanEvent, lines: Mapping[str, str]) -> dict[str, Any]:
    family, picture, title = _VERBS[event.verb]
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event, lines),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(event: LoanEvent, lines: Mapping[str, str]) -> str:
    data = event.data
    if event.verb == "started":
        return _until(data.get("due_on", ""))
    if event.verb in {"renewed", "end_agreed"}:
        return _until(data["due_on"][1])
    if event.verb == "reminded":
        return f"{_MEANS[data['means']]}, {_WHOM[data['to']]}"
    if event.verb == "damaged":
        line = lines.get(data["line"], "")
        return " · ".join(
            part for part in (line, str(Damage(data["damage"]).label)) if part
        )
    if event.verb == "returned":
        reason = str(ReturnReason(data["reason"]).label)
        missing = ", ".join(lines.get(line, "") for line in data["missing"])
        told = _("missing: %(lines)s") % {"lines": missing}
        return f"{reason} · {told}" if missing else reason
    return str(data.get("number", ""))


def _until(day: str) -> str:
    if not day:
        return _("without a day of return")
    said = date_format(dt.date.fromisoformat(day), "j F Y")
    return _("until %(day)s") % {"day": said}
