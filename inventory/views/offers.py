"""What this person may do with a device now, and what comes next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core.models import User
from inventory import gate
from inventory.models import Device, StorageDrive
from inventory.states import OUT, SAFE, DataState, DeviceStatus, DriveStatus
from inventory.views.steps import HOLD, PAGES, STEPS

S, D = DeviceStatus, DriveStatus
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


@dataclasses.dataclass(frozen=True)
class Offer:
    """A button of the page: posted at once, or a page with a form."""

    name: str
    label: str
    icon: str
    address: str
    posted: bool = False


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
        if any(drive.ordered_at for drive in drives):
            return _("Its machine has the order to erase: see the page of erasures.")
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
        by_hand = not drive.in_use and drive.ordered_at is None
        if drive.status in _TO_ERASE and drive.gated and by_hand:
            address = reverse("inventory:drive-erase", args=[drive.uuid])
            return Offer("erase", _("Record the erasure"), "eraser", address)
    return None


def _posted(device: Device, user: User) -> Iterator[Offer]:
    for name, step in STEPS.items():
        if device.status in step.states and may(user, step.permission, device):
            address = reverse("inventory:device-step", args=[device.tag, name])
            yield Offer(name, str(step.label), step.icon, address, posted=True)
    if device.is_held and may(user, HOLD, device):
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
