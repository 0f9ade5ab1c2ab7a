"""The check, and the ready shelf behind it: both ask the gate."""

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
from inventory.states import DeviceStatus

GOOD = frozenset({CheckOutcome.OK, CheckOutcome.ABSENT})


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
    device = Device.objects.lock(device.pk)
    user = permit(by, "inventory.check_device", at=device.site_id)
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
    device = Device.objects.lock(device.pk)
    user = permit(by, "inventory.check_device", at=device.site_id)
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
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.declare_ready", at=device.site_id)
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
