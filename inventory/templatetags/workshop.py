"""The chips of devices and drives: state, data, hold."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.templatetags.rebond import chip
from inventory import tags
from inventory.health import Verdict
from inventory.models import Certificate, Device, DeviceKind, StorageDrive
from inventory.states import STAGES, DataState, DeviceStatus, DriveStatus, Stage

register = template.Library()

S = DeviceStatus
_STATES = {
    "waiting": (S.ANNOUNCED, S.RECEIVED, S.TO_PROCESS, S.AWAITING_PARTS, S.RETURNED),
    "progress": (
        *(S.IN_TRIAGE, S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK, S.IN_SUPPORT),
        *(S.RESERVED, S.PACKED, S.IN_TRANSIT),
    ),
    "done": (S.READY,),
    "blocked": (S.NOT_REUSABLE, S.MISSING, S.LOST, S.STOLEN),
    "out": (
        *(S.ON_LOAN, S.HANDED_OVER, S.FOR_PARTS, S.SCRAPPED, S.WEEE_OUT),
        *(S.RETURNED_TO_DONOR, S.WRITTEN_OFF),
    ),
}
FAMILY_OF_STATE = {
    state: family for family, all_of in _STATES.items() for state in all_of
}
DATA_CHIPS = {
    DataState.UNKNOWN: ("waiting", "question-mark"),
    DataState.AT_RISK: ("blocked", "database"),
    DataState.CLEAN: ("done", "shield-check"),
    DataState.NO_STORAGE: ("out", "database"),
}
VERDICT_CHIPS = {
    Verdict.PASS: ("done", "check"),
    Verdict.WARN: ("waiting", "alert-triangle"),
    Verdict.UNKNOWN: ("waiting", "question-mark"),
    Verdict.FAIL: ("blocked", "x"),
}
D = DriveStatus
FAMILY_OF_DRIVE = {
    D.AWAITING_ERASURE: "waiting",
    D.EXCEPTIONS_TO_APPROVE: "waiting",
    D.DESTRUCTION_TO_APPROVE: "waiting",
    D.CLASS_TOO_LOW: "blocked",
    D.FAILED: "blocked",
    D.ERASED: "done",
    D.INSTALLED_NEW: "done",
    D.DESTROYED: "out",
    D.WITHDRAWN: "out",
}


@register.simple_tag
def state_chip(status: str) -> SafeString:
    """A device's state (its code) as a chip."""
    known = DeviceStatus(status)
    return chip(FAMILY_OF_STATE[known], str(known.label))


@register.simple_tag
def data_chip(data_state: str) -> SafeString:
    """What is known of the data in a device (its code) as a chip."""
    known = DataState(data_state)
    family, icon = DATA_CHIPS[known]
    return chip(family, str(known.label), icon)


@register.simple_tag
def hold_chip(device: Device) -> SafeString:
    """The hold of a device, or nothing."""
    return (
        chip("blocked", _("On hold"), "hand-stop") if device.is_held else SafeString()
    )


@register.simple_tag
def verdict_chip(verdict: str) -> SafeString:
    """What was judged of a device’s health (its code) as a chip."""
    known = Verdict(verdict)
    family, icon = VERDICT_CHIPS[known]
    return chip(family, str(known.label), icon)


@register.simple_tag
def untested_chip() -> SafeString:
    """Beside what nobody tested: no fault, and no pass."""
    return chip("waiting", _("Not tested"), "question-mark")


@register.simple_tag
def drive_chip(drive: StorageDrive) -> SafeString:
    """A drive's state as a chip; one that is in use says so."""
    known = DriveStatus(drive.status)
    if drive.in_use and not drive.is_proven:
        return chip("blocked", _("In use, not erased"), "lock")
    return chip(FAMILY_OF_DRIVE[known], str(known.label))


@register.simple_tag
def figure(
    count: int, of: str, kind: DeviceKind | None = None, stage: Stage | None = None
) -> SafeString | int:
    """A count of devices, leading to the list of them; `of` narrows that list.

    Nothing leads to an empty list, nor where the reader may not see one (`of` empty).
    """
    if not count or not of:
        return count
    states = STAGES[stage] if stage else frozenset().union(*STAGES.values())
    query = {"state": sorted(states), **({"kind": kind.value} if kind else {})}
    address = f"{reverse('inventory:device-list')}?{of}&{urlencode(query, doseq=True)}"
    said = ", ".join(str(part.label) for part in (kind, stage) if part)
    hidden = format_html(' <span class="visually-hidden">{}</span>', said)
    return format_html('<a href="{}">{}{}</a>', address, count, hidden if said else "")


@register.filter
def tag(text: str) -> str:
    """A stored tag as people read it."""
    return tags.display(text)


@register.filter
def any_valid(papers: Iterable[Certificate]) -> bool:
    """Whether one of these certificates still counts."""
    return any(not paper.cancelled_at and not paper.has_fallen for paper in papers)


@register.filter
def gigabytes(size: int) -> str:
    """A drive's size as it is printed on it: thousands, not 1024s."""
    return f"{size / 10**9:.0f} {_('GB')}"


@register.filter
def days_since(device: Device) -> str:
    """How long a device has been in its state, in whole days."""
    days = (timezone.now() - device.status_since).days
    if days < 1:
        return _("since today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


@register.filter
def kilograms(grams: int) -> str:
    """Grams as people read them on a scale."""
    return _("%(mass)s kg") % {"mass": localize(round(grams / 1000, 1))}
