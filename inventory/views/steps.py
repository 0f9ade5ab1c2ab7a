"""What can be done with a device now, and what comes next."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.models import User
from inventory import actions, gate
from inventory.models import Device, StorageDrive
from inventory.states import NEXT, OUT, SAFE, DataState, DeviceStatus, DriveStatus

S, D = DeviceStatus, DriveStatus


@dataclasses.dataclass(frozen=True)
class Step:
    """An act that needs no more than the device: one button. `to` is where it leads."""

    label: str | Promise
    icon: str
    permission: str
    act: Callable[..., Device]
    to: DeviceStatus
    states: frozenset[DeviceStatus]


@dataclasses.dataclass(frozen=True)
class Page:
    """An act that asks for more: a page with a form."""

    label: str | Promise
    icon: str
    permission: str
    states: frozenset[DeviceStatus]


@dataclasses.dataclass(frozen=True)
class Offer:
    """A button of the page: posted at once, or a page with a form."""

    name: str
    label: str
    icon: str
    address: str
    posted: bool = False


_RECEIVE = "inventory.receive_device"
_REFURBISH = "inventory.refurbish_device"
_DISPOSE = "inventory.dispose_device"
_HOLD = "inventory.hold_device"


def _before(to: DeviceStatus) -> frozenset[DeviceStatus]:
    """The states that may be followed by this one."""
    return frozenset(status for status, after in NEXT.items() if to in after)


STEPS: Mapping[str, Step] = {
    "receive": Step(
        label=gettext_lazy("Receive it"),
        icon="truck-delivery",
        permission=_RECEIVE,
        act=actions.receive_announced,
        to=S.RECEIVED,
        states=_before(S.RECEIVED),
    ),
    "triage": Step(
        label=gettext_lazy("Start the triage"),
        icon="progress",
        permission=_REFURBISH,
        act=actions.start_triage,
        to=S.IN_TRIAGE,
        states=_before(S.IN_TRIAGE),
    ),
    "keep": Step(
        label=gettext_lazy("Keep it for reuse"),
        icon="check",
        permission=_REFURBISH,
        act=actions.triage_device,
        to=S.TO_PROCESS,
        states=frozenset({S.RECEIVED, S.IN_TRIAGE}),
    ),
    "refurbish": Step(
        label=gettext_lazy("Take it to the bench"),
        icon="tool",
        permission=_REFURBISH,
        act=actions.start_refurbishment,
        to=S.IN_REFURBISHMENT,
        states=frozenset({S.TO_PROCESS, S.AWAITING_PARTS}),
    ),
    "await-parts": Step(
        label=gettext_lazy("Wait for a part"),
        icon="hourglass",
        permission=_REFURBISH,
        act=actions.await_parts,
        to=S.AWAITING_PARTS,
        states=_before(S.AWAITING_PARTS),
    ),
    "to-check": Step(
        label=gettext_lazy("Send it to the quality check"),
        icon="clipboard-list",
        permission=_REFURBISH,
        act=actions.send_to_quality_check,
        to=S.IN_QUALITY_CHECK,
        states=_before(S.IN_QUALITY_CHECK),
    ),
    "ready": Step(
        label=gettext_lazy("Declare it ready"),
        icon="rosette-discount-check",
        permission="inventory.declare_ready",
        act=actions.declare_ready,
        to=S.READY,
        states=frozenset({S.IN_QUALITY_CHECK}),
    ),
    "back": Step(
        label=gettext_lazy("Send it back to the workshop"),
        icon="arrow-back-up",
        permission=_REFURBISH,
        act=actions.send_back_to_workshop,
        to=S.TO_PROCESS,
        states=frozenset(
            {S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK, S.READY, S.RETURNED}
            | {S.NOT_REUSABLE}
        ),
    ),
    "for-parts": Step(
        label=gettext_lazy("Keep it for its parts"),
        icon="tools",
        permission=_DISPOSE,
        act=actions.keep_for_parts,
        to=S.FOR_PARTS,
        states=_before(S.FOR_PARTS),
    ),
    "scrap": Step(
        label=gettext_lazy("Scrap it"),
        icon="recycle",
        permission=_DISPOSE,
        act=actions.scrap_device,
        to=S.SCRAPPED,
        states=_before(S.SCRAPPED),
    ),
    "missing": Step(
        label=gettext_lazy("Declare it missing"),
        icon="question-mark",
        permission=_REFURBISH,
        act=actions.declare_missing,
        to=S.MISSING,
        states=_before(S.MISSING),
    ),
}
_HERE = frozenset(DeviceStatus) - OUT
PAGES: Mapping[str, Page] = {
    "quality-check": Page(
        label=gettext_lazy("Check its quality"),
        icon="clipboard-check",
        permission="inventory.check_device",
        states=frozenset({S.IN_QUALITY_CHECK}),
    ),
    "move": Page(
        label=gettext_lazy("Put it somewhere else"),
        icon="map-pin",
        permission="inventory.move_device",
        states=_HERE,
    ),
    "describe": Page(
        label=gettext_lazy("Correct its description"),
        icon="pencil",
        permission=_REFURBISH,
        states=_HERE,
    ),
    "alias": Page(
        label=gettext_lazy("Attach another code"),
        icon="barcode",
        permission=_RECEIVE,
        states=_HERE,
    ),
    "declare-drive": Page(
        label=gettext_lazy("Declare a drive"),
        icon="database",
        permission=_RECEIVE,
        states=_HERE,
    ),
    "hold": Page(
        label=gettext_lazy("Put it on hold"),
        icon="hand-stop",
        permission=_HOLD,
        states=_HERE,
    ),
    "set-aside": Page(
        label=gettext_lazy("Set it aside"),
        icon="ban",
        permission=_DISPOSE,
        states=_before(S.NOT_REUSABLE) - {S.FOR_PARTS, S.SCRAPPED},
    ),
    "return": Page(
        label=gettext_lazy("Return it to the donor"),
        icon="arrow-right",
        permission=_DISPOSE,
        states=_before(S.RETURNED_TO_DONOR),
    ),
}
# What the work on a device usually is in each state.
_USUAL = {
    S.ANNOUNCED: "receive",
    S.MISSING: "receive",
    S.RECEIVED: "triage",
    S.IN_TRIAGE: "keep",
    S.TO_PROCESS: "refurbish",
    S.IN_REFURBISHMENT: "to-check",
    S.AWAITING_PARTS: "refurbish",
    S.RETURNED: "back",
}
# Where an unproven drive is what the work waits for.
_ERASED_HERE = frozenset({S.TO_PROCESS, S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK})
# What another erasure would help; the others wait for a second person.
_TO_ERASE = frozenset({D.AWAITING_ERASURE, D.CLASS_TOO_LOW, D.FAILED})


def may(user: User, permission: str, device: Device) -> bool:
    """Whether the person holds the permission where the device is."""
    sites = user.site_ids(permission)
    return sites is None or device.site_id in sites


def offers(device: Device, user: User) -> dict[str, Offer]:
    """Everything that this person may do with this device now, by name."""
    found = [*_posted(device, user), *_with_form(device, user)]
    return {offer.name: offer for offer in found}


def next_offer(
    device: Device,
    drives: Sequence[StorageDrive],
    user: User,
    offered: Mapping[str, Offer],
    *,
    passed: bool,
) -> Offer | None:
    """The page's one primary button; None where the next step is not this person's."""
    status = DeviceStatus(device.status)
    if status in _ERASED_HERE and device.data_state not in SAFE:
        return _towards_proof(device, drives, user, offered)
    if status is S.IN_QUALITY_CHECK:
        return offered.get("ready" if passed else "quality-check")
    return offered.get(_USUAL.get(status, ""))


def next_in_words(
    device: Device, drives: Sequence[StorageDrive], following: Offer | None
) -> str:
    """What comes next, where no button says it."""
    status = DeviceStatus(device.status)
    if following is not None:
        return ""
    if status in _ERASED_HERE and device.data_state not in SAFE:
        return gate.blockers(device, drives)[0].advice
    if status is S.READY:
        return _("It waits on the ready shelf.")
    if status is S.NOT_REUSABLE:
        return _("Somebody decides: kept for its parts, or scrapped.")
    if status in OUT:
        return _("It has left the workshop.")
    return _("Somebody else takes the next step.")


def _towards_proof(
    device: Device,
    drives: Sequence[StorageDrive],
    user: User,
    offered: Mapping[str, Offer],
) -> Offer | None:
    if device.data_state == DataState.UNKNOWN:
        return offered.get("declare-drive")
    if not may(user, "inventory.record_erasure", device):
        return None
    for drive in drives:
        if drive.status in _TO_ERASE and drive.gated and not drive.in_use:
            address = reverse("inventory:drive-erase", args=[drive.uuid])
            return Offer("erase", _("Record the erasure"), "eraser", address)
    return None


def _posted(device: Device, user: User) -> Iterator[Offer]:
    for name, step in STEPS.items():
        if device.status in step.states and may(user, step.permission, device):
            address = reverse("inventory:device-step", args=[device.tag, name])
            yield Offer(name, str(step.label), step.icon, address, posted=True)
    if device.is_held and may(user, _HOLD, device):
        address = reverse("inventory:device-release", args=[device.tag])
        yield Offer("release", _("Release the hold"), "lock-open", address, posted=True)


def _with_form(device: Device, user: User) -> Iterator[Offer]:
    for name, page in PAGES.items():
        sensible = device.status in page.states and not (
            name == "hold" and device.is_held
        )
        if sensible and may(user, page.permission, device):
            address = reverse(f"inventory:device-{name}", args=[device.tag])
            yield Offer(name, str(page.label), page.icon, address)
