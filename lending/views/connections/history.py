"""The journal of a card or a hotspot, in words. It names no person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core import journal
from backoffice.core.dates import date_format
from backoffice.core.models import Event, User
from inventory import tags
from lending.models import Modem, Plan, SimCard
from lending.numbers import euros
from lending.states import MODEM_STATES, SimStatus

# Verb: family of the mark, icon, words.
_VERBS: Mapping[str, tuple[str, str, Promise]] = {
    "received": ("done", "truck", pgettext_lazy("journal", "Received")),
    "amended": ("progress", "pencil", pgettext_lazy("journal", "Corrected")),
    "told_to_machine": (
        "progress",
        "device-laptop",
        gettext_lazy("Told to the machine of its pack"),
    ),
    "pin_policy": ("progress", "lock", gettext_lazy("Said who enters the PIN")),
    "codes_seen": ("waiting", "eye", gettext_lazy("PIN and PUK shown")),
    "passphrase_seen": ("waiting", "eye", gettext_lazy("Passphrase shown")),
    "moved_on": ("progress", "history", gettext_lazy("State written down")),
    "reserved": ("progress", "package", gettext_lazy("Reserved for a pack")),
    "freed": ("progress", "arrow-back-up", gettext_lazy("Free again")),
    "assigned": ("done", "user-check", gettext_lazy("Given to a person")),
    "returned": ("waiting", "arrow-back-up", gettext_lazy("Come back")),
    "shelved": ("done", "check", gettext_lazy("Put back into stock")),
    "plan_given": ("progress", "calendar", gettext_lazy("Plan given")),
    "topped_up": ("done", "plus", gettext_lazy("Topped up")),
    "into_modem": ("progress", "router", gettext_lazy("Put into a hotspot")),
    "out_of_modem": ("progress", "router", gettext_lazy("Taken out of a hotspot")),
    "card_in": ("progress", "tag", gettext_lazy("Card put in")),
    "card_out": ("progress", "tag", gettext_lazy("Card taken out")),
}
_FIELDS: Mapping[str, Promise] = {
    "iccid": gettext_lazy("number of the card"),
    "operator": gettext_lazy("operator"),
    "msisdn": gettext_lazy("telephone number"),
    "imsi": gettext_lazy("IMSI"),
    "pin_encrypted": gettext_lazy("PIN"),
    "puk_encrypted": gettext_lazy("PUK"),
}
_Words = Mapping[str, str | Promise]


def history_of(thing: SimCard | Modem, reader: User) -> dict[str, Any]:
    """`events` (entries of the timeline) and `holds`, of one subject, newest first."""
    found: list[Event] = list(thing.events.for_timeline())
    states = MODEM_STATES if isinstance(thing, Modem) else SimStatus.choices
    plans = {event.data["plan"] for event in found if "plan" in event.data}
    named = Plan.objects.visible_to(reader).filter(uuid__in=plans)
    names = {str(plan.uuid): str(plan) for plan in named}
    return {
        "events": [_entry(event, names, dict(states)) for event in found],
        "holds": journal.verify_subject(found[::-1]),
    }


def _entry(event: Event, plans: _Words, states: _Words) -> dict[str, Any]:
    family, picture, title = _VERBS[event.verb]
    return {
        "family": family,
        "picture": picture,
        "title": title,
        "detail": _detail(event.verb, event.data, plans, states),
        "at": event.recorded_at,
        "by": str(event.actor) if event.actor else _("The server"),
        "station": event.station,
    }


def _detail(verb: str, data: Mapping[str, Any], plans: _Words, states: _Words) -> str:
    if verb == "amended":
        return ", ".join(str(_FIELDS[field]) for field in data["fields"])
    if verb == "moved_on":
        return f"{states[data['from']]} → {states[data['to']]}"
    if verb == "topped_up":
        said = euros(data["value"])
        return f"{said} · {_('beyond the caps')}" if "beyond" in data else said
    if verb == "plan_given":
        days = [_day(data[key]) for key in ("from", "until") if key in data]
        return f"{plans.get(data['plan'], '')} · {' – '.join(days)}"
    for key in ("card", "modem"):
        if key in data:
            return tags.display(data[key])
    return str(data.get("operator", ""))


def _day(iso: str) -> str:
    day = parse_date(iso)
    return date_format(day, "SHORT_DATE_FORMAT") if day else iso
