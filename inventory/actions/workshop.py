"""Along the bench: from triage to the check, and back."""

from __future__ import annotations

from django.db import transaction

from backoffice.core.actors import Actor, permit
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.status import change_status
from inventory.models import Device
from inventory.states import DeviceStatus


@transaction.atomic(durable=True)
def start_triage(*, device: Device, scan: Scanned | None = None, by: Actor) -> Device:
    """Take a received device to the triage table."""
    return _move_on(device, DeviceStatus.IN_TRIAGE, "triage_started", by, scan)


@transaction.atomic(durable=True)
def triage_device(*, device: Device, scan: Scanned | None = None, by: Actor) -> Device:
    """Keep a device for reuse: it goes to the workshop’s queue."""
    return _move_on(device, DeviceStatus.TO_PROCESS, "triaged", by, scan)


@transaction.atomic(durable=True)
def start_refurbishment(
    *, device: Device, scan: Scanned | None = None, by: Actor
) -> Device:
    """Take a device to the bench, again too after parts came or a check failed."""
    return _move_on(
        device, DeviceStatus.IN_REFURBISHMENT, "refurbishment_started", by, scan
    )


@transaction.atomic(durable=True)
def await_parts(*, device: Device, by: Actor) -> Device:
    """Put a device aside until a part comes."""
    return _move_on(device, DeviceStatus.AWAITING_PARTS, "parts_awaited", by, None)


@transaction.atomic(durable=True)
def send_to_quality_check(
    *, device: Device, scan: Scanned | None = None, by: Actor
) -> Device:
    """Hand a device to whoever checks it: what was checked before counts no more."""
    return _move_on(
        device, DeviceStatus.IN_QUALITY_CHECK, "sent_to_quality_check", by, scan
    )


@transaction.atomic(durable=True)
def send_back_to_workshop(*, device: Device, by: Actor) -> Device:
    """Take a device off the ready shelf or out of the check, to work on it again."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.refurbish_device", at=device.site_id)
    change_status(device, DeviceStatus.TO_PROCESS, "sent_back", by=by)
    device.checks.filter(void=False).update(void=True)
    return device


@transaction.atomic(durable=True)
def declare_missing(*, device: Device, by: Actor) -> Device:
    """Say that a device is not where it should be, nor anywhere."""
    return _move_on(device, DeviceStatus.MISSING, "declared_missing", by, None)


def _move_on(
    device: Device,
    to: DeviceStatus,
    verb: str,
    by: Actor,
    scan: Scanned | None,
) -> Device:
    """The body of the acts that only move a device along the bench."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.refurbish_device", at=device.site_id)
    event = change_status(device, to, verb, by=by)
    if to == DeviceStatus.IN_QUALITY_CHECK:
        device.checks.filter(void=False).update(void=True)
    keep_scan(scan, device=device, event=event, by=by)
    return device
