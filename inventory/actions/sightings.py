"""Drives as agents see them: what a machine shows is evidence."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drive_cycle import change_drive_status, class_needed
from inventory.actions.drive_moves import move_in, reference
from inventory.actions.status import refresh_data_state
from inventory.methods import SPINNING, ErasureClass, Medium
from inventory.models import (
    Bus,
    Device,
    DeviceEvent,
    DriveEvent,
    Storage,
    StorageDrive,
)
from inventory.models.drive import UNGATED_BUSES
from inventory.states import PROVEN, DriveStatus


@dataclasses.dataclass(frozen=True)
class SeenDrive:
    """What an agent saw of one drive in its machine."""

    medium: Medium
    bus: Bus
    make: str
    model: str
    serial: str
    size_bytes: int | None
    in_use: bool


def note_drives_seen(
    device: Device, seen: Sequence[SeenDrive], *, at: dt.datetime, by: Actor
) -> None:
    """Take what an agent saw in a locked, bound device as evidence: a step.

    Drives known here are confirmed; one known elsewhere has moved here; one that
    nobody knew opens its first cycle unproven. A drive that is known here and not
    seen stays known here until a person says where it went.
    """
    require_transaction()
    inside = StorageDrive.objects.lock_inside(device)
    unmatched = list(inside)
    changed = False
    for sight in seen:
        drive = _match(sight, unmatched)
        if drive is None:
            changed = True
            _arrive(device, sight, at=at, by=by)
            continue
        unmatched.remove(drive)
        changed = _confirm(drive, sight, at=at, by=by) or changed
    if changed and device.storage != Storage.LISTED:
        device.storage = Storage.LISTED
        device.save(update_fields=["storage"])
    refresh_data_state(device, by=by, surprise=changed)


def _match(sight: SeenDrive, drives: Sequence[StorageDrive]) -> StorageDrive | None:
    """The drive of this device that an agent saw again, by serial, else by looks.

    A drive declared without a serial is recognised by medium, model and size, and
    the agent fills in what the person could not read. One that was proven without
    a serial is not: its proof must not pass to a drive that merely looks alike.
    """
    wanted = codes.serial_key(sight.serial)
    if wanted:
        for drive in drives:
            if drive.serial_key == wanted:
                return drive
    for drive in drives:
        proven_nameless = bool(wanted) and drive.status in PROVEN
        if not drive.serial_key and not proven_nameless and _looks_like(drive, sight):
            return drive
    return None


def _looks_like(drive: StorageDrive, sight: SeenDrive) -> bool:
    return (
        drive.size_bytes in {None, sight.size_bytes}
        and drive.medium in {Medium.UNKNOWN, sight.medium}
        and (not drive.model or codes.key(drive.model) == codes.key(sight.model))
    )


def _confirm(
    drive: StorageDrive, sight: SeenDrive, *, at: dt.datetime, by: Actor
) -> bool:
    """Note that a known drive was seen, and fill in what nobody had said.

    True where it is not what it was taken for: known from a USB adapter, now built
    in, it counts from here on; said to spin, and seen as flash, it needs more.
    """
    fixed = not drive.gated and sight.bus not in UNGATED_BUSES
    if fixed:
        drive.gated, drive.bus = True, sight.bus
    flash = drive.medium in SPINNING and sight.medium not in SPINNING | {Medium.UNKNOWN}
    if flash:
        _take_for_flash(drive, sight.medium, by=by)
    drive.last_seen_at = at
    drive.in_use = sight.in_use
    drive.make = drive.make or sight.make
    drive.model = drive.model or sight.model
    if not drive.serial:
        drive.serial = sight.serial
        drive.serial_key = codes.serial_key(sight.serial)
    if drive.medium == Medium.UNKNOWN:
        drive.medium = sight.medium
    if drive.bus == Bus.UNKNOWN:
        drive.bus = sight.bus
    drive.size_bytes = drive.size_bytes or sight.size_bytes
    drive.save(
        update_fields=[
            *("last_seen_at", "in_use", "make", "model", "serial", "serial_key"),
            *("medium", "bus", "size_bytes", "gated"),
        ]
    )
    return fixed or flash


def _take_for_flash(drive: StorageDrive, medium: Medium, *, by: Actor) -> None:
    """Believe the machine, not who said that a locked drive spins: a step.

    A proof that is too weak for flash falls with it.
    """
    require_transaction()
    drive.medium = medium
    drive.save(update_fields=["medium"])
    if drive.status != DriveStatus.ERASED or drive.proof is None:
        return
    if ErasureClass(drive.proof.erasure_class).reaches(class_needed(drive, medium)):
        return
    change_drive_status(drive, DriveStatus.CLASS_TOO_LOW)
    drive.proof = None
    drive.save(update_fields=["status", "proof"])
    DriveEvent.append(
        drive, "proof_fell", by=by, data={"medium": medium.value, "why": "flash"}
    )


def _arrive(
    device: Device, sight: SeenDrive, *, at: dt.datetime, by: Actor
) -> StorageDrive:
    """A drive appeared in a device: moved from elsewhere, or never known."""
    drive = _known_elsewhere(sight)
    if drive is None:
        drive = StorageDrive.objects.create(
            host=device,
            last_host=device,
            make=sight.make,
            model=sight.model,
            serial=sight.serial,
            serial_key=codes.serial_key(sight.serial),
            medium=sight.medium,
            bus=sight.bus,
            size_bytes=sight.size_bytes,
            gated=sight.bus not in UNGATED_BUSES,
            status=DriveStatus.AWAITING_ERASURE,
            in_use=sight.in_use,
            last_seen_at=at,
        )
        DriveEvent.append(
            drive,
            "first_seen",
            by=by,
            data={"device": device.tag, "cycle": 1, "status": drive.status},
        )
        DeviceEvent.append(device, "drive_seen", by=by, data=reference(drive))
        return drive
    move_in(drive, device, by=by, verb="seen_elsewhere")
    _confirm(drive, sight, at=at, by=by)
    return drive


def _known_elsewhere(sight: SeenDrive) -> StorageDrive | None:
    """The one drive of this serial and model known anywhere, held; None if unsure."""
    same = [
        drive
        for drive in StorageDrive.objects.select_for_update(of=("self",))
        .with_serial(sight.serial)
        .order_by("pk")
        if codes.key(drive.model) == codes.key(sight.model)
        and drive.status != DriveStatus.DESTROYED
    ]
    return same[0] if len(same) == 1 else None
