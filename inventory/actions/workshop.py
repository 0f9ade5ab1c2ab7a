"""From triage to the ready shelf, and the ways off the bench."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from inventory import gate
from inventory.actions.refusals import refusals_kept
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.status import change_status, require_status
from inventory.errors import ChecksMissing, QualityCheckMissing
from inventory.models import (
    CheckOutcome,
    Device,
    DeviceEvent,
    QualityCheck,
    StorageDrive,
)
from inventory.models.quality import CheckSubject, checklist
from inventory.states import DeviceStatus, SetAsideReason

GOOD = frozenset({CheckOutcome.OK, CheckOutcome.ABSENT})


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


@refusals_kept
@transaction.atomic(durable=True)
def pass_quality_check(
    *,
    device: Device,
    lines: Mapping[CheckSubject, CheckOutcome],
    scan: Scanned | None = None,
    by: Actor,
) -> QualityCheck:
    """Pass a device: every line good, and every drive in it proven.

    The check stands until the device goes back to the workshop.
    """
    user = permit(by, "inventory.check_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    require_status(device, DeviceStatus.IN_QUALITY_CHECK)
    _refuse_bad_lines(device, lines)
    drives = StorageDrive.objects.lock_inside(device)
    gate.refuse_unless_safe(device, drives, DeviceStatus.READY)
    device.checks.filter(void=False).update(void=True)
    check = QualityCheck.objects.create(
        device=device,
        passed=True,
        lines=_plain(device, lines),
        checked_by=user,
        checked_at=timezone.now(),
    )
    event = DeviceEvent.append(
        device, "quality_check_passed", by=by, data={"check": str(check.uuid)}
    )
    keep_scan(scan, device=device, event=event, by=by)
    return check


@transaction.atomic(durable=True)
def fail_quality_check(
    *,
    device: Device,
    lines: Mapping[CheckSubject, CheckOutcome],
    scan: Scanned | None = None,
    by: Actor,
) -> QualityCheck:
    """Send a device back to the bench with the lines that were not good."""
    user = permit(by, "inventory.check_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    require_status(device, DeviceStatus.IN_QUALITY_CHECK)
    device.checks.filter(void=False).update(void=True)
    check = QualityCheck.objects.create(
        device=device,
        passed=False,
        lines=_plain(device, lines),
        checked_by=user,
        checked_at=timezone.now(),
        void=True,
    )
    faults = [s for s, outcome in lines.items() if outcome == CheckOutcome.FAULTY]
    event = change_status(
        device,
        DeviceStatus.IN_REFURBISHMENT,
        "quality_check_failed",
        by=by,
        data={"check": str(check.uuid), "faults": [str(s) for s in faults]},
    )
    keep_scan(scan, device=device, event=event, by=by)
    return check


@refusals_kept
@transaction.atomic(durable=True)
def declare_ready(*, device: Device, scan: Scanned | None = None, by: Actor) -> Device:
    """Put a checked device on the ready shelf: it passes the gate or is refused."""
    permit(by, "inventory.declare_ready", at=device.site_id)
    device = Device.objects.lock(device.pk)
    require_status(device, DeviceStatus.IN_QUALITY_CHECK)
    drives = StorageDrive.objects.lock_inside(device)
    gate.refuse_unless_safe(device, drives, DeviceStatus.READY)
    if not device.checks.filter(passed=True, void=False).exists():
        raise QualityCheckMissing(
            _("%(device)s has not passed its quality check.") % {"device": device},
            advice=_("Go through the checklist first."),
            device=device.tag,
        )
    event = change_status(device, DeviceStatus.READY, "declared_ready", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return device


@transaction.atomic(durable=True)
def send_back_to_workshop(*, device: Device, by: Actor) -> Device:
    """Take a device off the ready shelf or out of the check, to work on it again."""
    permit(by, "inventory.refurbish_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    change_status(device, DeviceStatus.TO_PROCESS, "sent_back", by=by)
    device.checks.filter(void=False).update(void=True)
    return device


@transaction.atomic(durable=True)
def set_aside(*, device: Device, reason: SetAsideReason, by: Actor) -> Device:
    """Decide that a device will not be used again as a whole."""
    permit(by, "inventory.dispose_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
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
    """Keep a device for its parts; with a drive inside it passes the gate."""
    permit(by, "inventory.dispose_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    event = change_status(device, DeviceStatus.FOR_PARTS, "kept_for_parts", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return device


@transaction.atomic(durable=True)
def scrap_device(*, device: Device, by: Actor) -> Device:
    """Decide that a device is waste: it still has to pass the gate to leave."""
    permit(by, "inventory.dispose_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    change_status(device, DeviceStatus.SCRAPPED, "scrapped", by=by)
    return device


@refusals_kept
@transaction.atomic(durable=True)
def return_to_donor(*, device: Device, waiver_reference: str = "", by: Actor) -> Device:
    """Give a device back to its donor: erased, or with the donor’s signed waiver."""
    permit(by, "inventory.dispose_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
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
    permit(by, "inventory.refurbish_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    event = change_status(device, to, verb, by=by)
    if to == DeviceStatus.IN_QUALITY_CHECK:
        device.checks.filter(void=False).update(void=True)
    keep_scan(scan, device=device, event=event, by=by)
    return device


def _refuse_bad_lines(
    device: Device, lines: Mapping[CheckSubject, CheckOutcome]
) -> None:
    bad = [
        subject
        for subject in checklist(device.kind)
        if lines.get(subject, CheckOutcome.NOT_TESTED) not in GOOD
    ]
    if bad:
        raise ChecksMissing(
            _("Not good yet: %(lines)s.")
            % {"lines": ", ".join(str(subject.label) for subject in bad)},
            advice=_("Test what is missing, or send the device back to the bench."),
            device=device.tag,
            lines=[subject.value for subject in bad],
        )


def _plain(
    device: Device, lines: Mapping[CheckSubject, CheckOutcome]
) -> dict[str, str]:
    """Every line of the checklist, what was not named being not tested."""
    return {
        subject.value: lines.get(subject, CheckOutcome.NOT_TESTED).value
        for subject in checklist(device.kind)
    }
