"""The journal of a device or a drive, in words."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import journal
from backoffice.core.models import Event, User
from inventory import tags
from inventory.imports.result import Weakness
from inventory.methods import ErasureClass, Technique, Verification
from inventory.models import (
    CancelReason,
    DestructionMethod,
    Device,
    Donor,
    Place,
    StorageDrive,
)
from inventory.models.erasure import ExceptionsRefusal
from inventory.states import (
    DeviceStatus,
    HoldReason,
    OrderFall,
    ProofRefusal,
    SetAsideReason,
    WithdrawalReason,
)
from inventory.verbs import wording

NEWEST = 50
# What was refused, and by which rule: acts and codes in words.
_ACTS: Mapping[str, Promise] = {
    "pass_quality_check": gettext_lazy("Pass the quality check"),
    "declare_ready": gettext_lazy("Declare ready"),
    "keep_for_parts": gettext_lazy("Keep for parts"),
    "return_to_donor": gettext_lazy("Return to the donor"),
    "order_erasure": gettext_lazy("Order an erasure"),
    "approve_order": gettext_lazy("Approve an order to erase"),
    "confirm_order": gettext_lazy("Confirm an order to erase"),
    "cancel_order": gettext_lazy("Take back an order to erase"),
    "export_order": gettext_lazy("Give out an order to erase"),
}
_RULES: Mapping[str, str | Promise] = {
    "drive_unproven": gettext_lazy("a drive has no proof of erasure"),
    "drives_unknown": gettext_lazy("nobody has said which drives are inside"),
    "on_hold": gettext_lazy("it was on hold"),
    "quality_check_missing": gettext_lazy("its quality check was missing"),
    "checks_missing": gettext_lazy("lines of the checklist were not good"),
    "wrong_status": gettext_lazy("its state did not allow it"),
    "same_person": gettext_lazy("another person has to"),
    "no_order": gettext_lazy("no order waited for it"),
    "order_open": gettext_lazy("an order was open already"),
    "order_over": gettext_lazy("the order was at another step, or over"),
    "job_open": gettext_lazy("the machine was busy"),
    "drive_in_use": gettext_lazy("a drive was in use"),
    **dict(ProofRefusal.choices),
}
_STATES = dict(DeviceStatus.choices)
_REASONS = {
    **dict(HoldReason.choices),
    **dict(SetAsideReason.choices),
    **dict(WithdrawalReason.choices),
    **dict(OrderFall.choices),
    **dict(ExceptionsRefusal.choices),
    **dict(CancelReason.choices),
    "same_drive": gettext_lazy("it is another drive of this device"),
}
_METHODS = {**dict(Technique.choices), **dict(DestructionMethod.choices)}


@dataclasses.dataclass(frozen=True)
class History:
    """`entries` are those of core/components/timeline.html; `older` are left out."""

    entries: Sequence[Mapping[str, Any]]
    older: int
    holds: bool


def history_of(
    subject: Device | StorageDrive | Donor | Place, reader: User, *, whole: bool
) -> History:
    """A subject's journal, newest first, with whether it holds.

    Three queries however long it is: the chain is read whole to be verified.
    """
    events: list[Any] = list(
        subject.events.select_related("actor").order_by("sequence")
    )
    for event in events:
        event.subject = subject
    newest = events[::-1] if whole else events[: -NEWEST - 1 : -1]
    return History(
        entries=entries(newest, reader),
        older=len(events) - len(newest),
        holds=journal.verify_subject(events),
    )


def entries(events: Iterable[Event], reader: User) -> list[dict[str, Any]]:
    """Rows of a timeline; two queries for the places and drives they name."""
    found = list(events)
    names = _names(found, reader)
    return [_entry(event, names) for event in found]


def _entry(event: Event, names: Mapping[str, str]) -> dict[str, Any]:
    words = wording(event.verb)
    return {
        "family": words.family,
        "picture": words.icon,
        "title": words.title,
        "detail": " · ".join(_details(event, names)),
        "at": event.recorded_at,
        "by": _who(event),
        "station": event.station,
    }


def _who(event: Event) -> str:
    if event.actor:
        return str(event.actor)
    return _("The machine’s agent") if event.agent else _("The server")


def _names(events: Sequence[Event], reader: User) -> dict[str, str]:
    """What places and drives are called, by the reference that events keep."""
    named = {str(value) for event in events for value in event.data.values()}
    uuids = {text for text in named if _is_uuid(text)}
    places = Place.objects.visible_to(reader)
    names: dict[str, str] = {}
    for place in places.filter(Q(tag__in=named) | Q(uuid__in=uuids)):
        names |= {place.tag: place.name, str(place.uuid): place.name}
    drives = StorageDrive.objects.visible_to(reader)
    return names | {str(row.uuid): str(row) for row in drives.filter(uuid__in=uuids)}


def _details(event: Event, names: Mapping[str, str]) -> Iterator[str]:
    data = event.data
    if "drive" in data:
        yield names.get(str(data["drive"]), _("a drive"))
    yield from _why(data)
    if "verb" in data:
        yield str(wording(data["verb"]).title)
    if data.get("to_place"):
        yield f"→ {names.get(data['to_place'], tags.display(data['to_place']))}"
    if data.get("from") in _STATES and data.get("to") in _STATES:
        yield f"{_STATES[data['from']]} → {_STATES[data['to']]}"
    yield from _proof(data)
    if event.verb == "described":
        yield " ".join(filter(None, (data["make"], data["model"], data["serial"])))
    yield from (str(data[name]) for name in ("code", "lot", "number") if data.get(name))
    if "device" in data:
        yield _device(str(data["device"]))
    if "place" in data:
        yield names.get(str(data["place"]), "")


def _why(data: Mapping[str, Any]) -> Iterator[str]:
    """What was refused, by which rule, or for which reason something was done."""
    if "act" in data:
        yield str(_ACTS.get(data["act"], data["act"]))
    if "rule" in data:
        rule = str(data["rule"])
        yield str(_RULES.get(rule, dict(Weakness.choices).get(rule, rule)))
    if "reason" in data:
        yield str(_REASONS.get(data["reason"], data["reason"]))


def _proof(data: Mapping[str, Any]) -> Iterator[str]:
    """What was done to a drive, with what, and how it was looked at."""
    if data.get("technique"):
        yield str(_METHODS.get(data["technique"], data["technique"]))
        yield f"{data['tool']} {data['tool_version']}"
        yield str(Verification(data["verification"]).label)
        if data["class"]:
            yield str(ErasureClass(data["class"]).label)
    elif data.get("method"):
        yield str(_METHODS.get(data["method"], data["method"]))


def _device(tag: str) -> str:
    try:
        return tags.parse_tag(tag).display
    except tags.BadTag:
        return tag


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
