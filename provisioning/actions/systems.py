"""Which system is on a device: a person says it, or its machine runs it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from agent import wire
from backoffice.core.actors import Actor, Machine, permit
from backoffice.core.transactions import require_transaction
from inventory.models import Device, DeviceEvent
from provisioning.models import Report, SystemKind, SystemSeen

SEE = "inventory.receive_device"


@transaction.atomic(durable=True)
def note_system(*, device: Device, system: SystemKind, by: Actor) -> SystemSeen:
    """Say which system was seen on a device, when it came in or later."""
    device = Device.objects.lock(device.pk)
    user = permit(by, SEE, at=device.site_id)
    return _keep(device, system, timezone.now(), by=by, seen_by=user)


def note_running_system(
    kept: Report, report: wire.Report, device: Device, *, by: Machine
) -> None:
    """Keep what a held device’s own machine runs, where that lies on a drive of its own.

    A system that was started from a stick or over the network says nothing of it. A
    step.
    """
    require_transaction()
    system = report.system
    if report.kind is not wire.Kind.INVENTORY or system is None or not system.id:
        return
    if not any(drive.boot_medium and drive.is_built_in for drive in report.drives):
        return
    before = SystemSeen.objects.filter(device=device).first()
    if before is not None and before.name == system.name and before.seen_by is None:
        SystemSeen.objects.filter(pk=before.pk).update(
            seen_at=kept.received_at, report=kept
        )
        return
    _keep(
        *(device, SystemKind.LINUX, kept.received_at),
        by=by,
        name=system.name,
        report=kept,
    )


def _keep(
    device: Device, system: SystemKind, at: dt.datetime, *, by: Actor, **said: object
) -> SystemSeen:
    """In the place of what was seen before; the journal keeps both: a step."""
    require_transaction()
    facts = {"name": "", "seen_by": None, "report": None, **said}
    seen, _made = SystemSeen.objects.update_or_create(
        device=device, defaults={"system": system, "seen_at": at, **facts}
    )
    DeviceEvent.append(device, "system_seen", by=by, data={"system": system.value})
    return seen
