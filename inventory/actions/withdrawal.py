"""Drives that are none: declared by mistake, or the same one taken for another."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drive_cycle import change_drive_status
from inventory.actions.drive_moves import forget_drives_left, lock_with_host, reference
from inventory.actions.evidence import refuse_same_person
from inventory.actions.status import refresh_data_state, require_here
from inventory.errors import DriveAttested, DriveElsewhere, NothingToApprove
from inventory.methods import Medium
from inventory.models import Device, DeviceEvent, DriveEvent, StorageDrive
from inventory.states import PROVEN, DriveStatus, WithdrawalReason

# Why a drive is withdrawn once it was recognised as another one.
SAME_DRIVE = "same_drive"


@transaction.atomic(durable=True)
def withdraw_drive(
    *, drive: StorageDrive, reason: WithdrawalReason, by: Actor
) -> StorageDrive:
    """Take back a drive declared by mistake: it counts no more, and stays in history."""
    device, drive = lock_with_host(drive)
    permit(by, "inventory.receive_device", at=device.site_id)
    _refuse_elsewhere(drive)
    require_here(device)
    _refuse_attested(drive)
    _withdraw(drive, device, {"reason": reason.value}, by=by)
    DeviceEvent.append(
        device,
        "drive_withdrawn",
        by=by,
        data={**reference(drive), "reason": reason.value},
    )
    forget_drives_left(device)
    refresh_data_state(device, by=by)
    return drive


@transaction.atomic(durable=True)
def recognise_drive(*, drive: StorageDrive, by: Actor) -> StorageDrive:
    """Say that a drive seen without a serial is the proven one of its device.

    For data security, and not for whoever erased it: nothing but their word tells
    the two from each other. It counts until the drive is moved or starts anew.
    """
    device, drive = lock_with_host(drive)
    user = permit(by, "inventory.approve_erasure", at=device.site_id)
    _refuse_elsewhere(drive)
    require_here(device)
    known = _the_one_like(drive, device)
    if known.proof is not None:
        refuse_same_person(known.proof.operator_id, user.pk)
    _withdraw(drive, device, {"reason": SAME_DRIVE, "drive": str(known.uuid)}, by=by)
    known.recognised_by = user
    known.last_seen_at, known.in_use = drive.last_seen_at, drive.in_use
    known.save(update_fields=["recognised_by", "last_seen_at", "in_use"])
    DriveEvent.append(known, "recognised", by=by, data={"device": device.tag})
    DeviceEvent.append(device, "drive_recognised", by=by, data=reference(known))
    refresh_data_state(device, by=by)
    return known


def _withdraw(
    drive: StorageDrive, device: Device, facts: dict[str, object], *, by: Actor
) -> None:
    require_transaction()
    change_drive_status(drive, DriveStatus.WITHDRAWN)
    drive.host = None
    drive.save(update_fields=["status", "host"])
    DriveEvent.append(drive, "withdrawn", by=by, data={"device": device.tag, **facts})


def _refuse_elsewhere(drive: StorageDrive) -> None:
    if drive.host_id is None:
        raise DriveElsewhere(
            _("The drive %(drive)s is not in a device.") % {"drive": drive},
            drive=str(drive.uuid),
        )


def _refuse_attested(drive: StorageDrive) -> None:
    """What a machine showed, or somebody worked on, was no slip of the pen."""
    worked_on = drive.erasures.exists() or drive.destructions.exists()
    if drive.last_seen_at or worked_on or drive.status in PROVEN or drive.cycle > 1:
        raise DriveAttested(
            _("The drive %(drive)s is there: it was seen, erased or bought.")
            % {"drive": drive},
            advice=_("Take it out, erase it, or record its destruction."),
            drive=str(drive.uuid),
        )


def _the_one_like(drive: StorageDrive, device: Device) -> StorageDrive:
    """The proven drive without a serial that a held one may be: one, or nobody knows."""
    alike = [
        known
        for known in StorageDrive.objects.lock_inside(device)
        if not known.serial_key and known.status in PROVEN and _is_like(known, drive)
    ]
    fresh = drive.status == DriveStatus.AWAITING_ERASURE and not drive.erasures.exists()
    if drive.serial_key or not drive.last_seen_at or not fresh or len(alike) != 1:
        raise NothingToApprove(
            _(
                "No single proven drive without a serial in %(device)s looks like this one."
            )
            % {"device": device},
            advice=_("Erase this one, then record its erasure."),
            device=device.tag,
            drive=str(drive.uuid),
        )
    return alike[0]


def _is_like(known: StorageDrive, seen: StorageDrive) -> bool:
    covered = known.proof.bytes_erased if known.proof else known.size_bytes
    return (
        known.medium in {Medium.UNKNOWN, seen.medium}
        and (seen.size_bytes or 0) <= (covered or 0)
        and codes.same_product(known.make, known.model, seen.make, seen.model)
        is not False
    )
