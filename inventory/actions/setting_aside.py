"""The ways off the bench: for parts, for recycling, back to the donor."""

from __future__ import annotations

from django.db import transaction

from backoffice.core.actors import Actor, permit
from inventory.actions.refusals import refusals_kept
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.status import change_status
from inventory.models import Device
from inventory.states import DeviceStatus, SetAsideReason


@transaction.atomic(durable=True)
def set_aside(*, device: Device, reason: SetAsideReason, by: Actor) -> Device:
    """Decide that a device will not be used again as a whole."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.dispose_device", at=device.site_id)
    change_status(
        device,
        DeviceStatus.NOT_REUSABLE,
        "set_aside",
        by=by,
        data={"reason": reason.value},
    )
    device.checks.filter(void=False).update(void=True)
    return device


@refusals_kept
@transaction.atomic(durable=True)
def keep_for_parts(*, device: Device, scan: Scanned | None = None, by: Actor) -> Device:
    """Keep a device for its parts: past the gate, unless no drive is inside."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.dispose_device", at=device.site_id)
    event = change_status(device, DeviceStatus.FOR_PARTS, "kept_for_parts", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return device


@transaction.atomic(durable=True)
def scrap_device(*, device: Device, by: Actor) -> Device:
    """Decide that a device is waste: it still has to pass the gate to leave."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.dispose_device", at=device.site_id)
    change_status(device, DeviceStatus.SCRAPPED, "scrapped", by=by)
    return device


@refusals_kept
@transaction.atomic(durable=True)
def return_to_donor(*, device: Device, waiver_reference: str = "", by: Actor) -> Device:
    """Give a device back to its donor: erased, or with the donor’s signed waiver."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.dispose_device", at=device.site_id)
    if waiver_reference:
        device.waiver_reference = waiver_reference
        device.save(update_fields=["waiver_reference"])
    change_status(
        device,
        DeviceStatus.RETURNED_TO_DONOR,
        "returned_to_donor",
        by=by,
        data={"waiver": bool(waiver_reference)},
    )
    return device
