"""Drives as agents see them: what a machine shows is evidence."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drive_cycle import (
    change_drive_status,
    drop_weak_proof,
)
from inventory.actions.drive_moves import move_in, reference
from inventory.actions.status import put_hold, refresh_data_state
from inventory.methods import SPINNING, Medium
from inventory.models import (
    Bus,
    Device,
    DeviceEvent,
    DriveEvent,
    Storage,
    StorageDrive,
)
from inventory.models.drive import UNGATED_BUSES
from inventory.states import NO_MORE, OUT, PROVEN, DriveStatus, HoldReason

# What an agent may say of a drive that is known.
FACTS = (
    *("in_use", "make", "model", "serial", "serial_key"),
    *("medium", "bus", "size_bytes", "gated"),
)
# What a person says of where a drive is. Where a machine saw it, `last_seen_at` tells.
PLACED = ("declared", "installed_new", "put_in", "taken_out")


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


def lock_where_seen(device_pk: int, seen: Sequence[SeenDrive]) -> Device:
    """Hold a device, and every other one that a drive seen in it may have left: a step.

    Two machines that swapped their drives report at once: everybody holds devices
    in the order of their keys, and drives after them.
    """
    require_transaction()
    serials = {codes.serial_key(sight.serial) for sight in seen} - {""}
    left = StorageDrive.objects.filter(serial_key__in=serials).exclude(host=None)
    hosts = left.values_list("host_id", flat=True) if serials else ()
    wanted = {device_pk, *hosts}
    held = Device.objects.select_related("hardware").filter(pk__in=wanted)
    held = held.select_for_update(of=("self",))
    return {device.pk: device for device in held.order_by("pk")}[device_pk]


def note_drives_seen(
    device: Device, seen: Sequence[SeenDrive], *, at: dt.datetime, by: Actor
) -> list[StorageDrive]:
    """Take what an agent saw in a bound device as evidence: a step.

    The device is held by `lock_where_seen`. Drives known here are confirmed; one
    known elsewhere has moved here; one that nobody knew opens its first cycle
    unproven. A drive that is known here and not seen stays known here until a
    person says where it went. A report may be read late: it moves no drive that was
    seen or put somewhere since. A drive that was destroyed is none: one that reports
    under its serial is new, and has somebody look. Returns the drive of each sight, in their order.
    """
    require_transaction()
    known = StorageDrive.objects.lock_seen(device, [sight.serial for sight in seen])
    inside = [drive for drive in known if drive.host_id == device.pk]
    elsewhere = [drive for drive in known if drive.host_id != device.pk]
    unmatched: list[StorageDrive] = list(inside)
    found: list[StorageDrive] = []
    told: list[StorageDrive] = []
    changed = False
    for sight in seen:
        if twin := _seen_twice(sight, found):
            found.append(twin)
            continue
        if destroyed := _destroyed(sight, known):
            if _was_there_still(destroyed, at):
                found.append(destroyed)
                continue
            _note_contradiction(destroyed, device, at=at, by=by)
        drive = _match(sight, unmatched)
        if drive is None:
            known_there = _known_elsewhere(sight, elsewhere)
            if known_there is not None and _placed_since(known_there, at):
                found.append(known_there)
                continue
            changed = True
            found.append(_arrive(device, sight, known_there, at=at, by=by))
            continue
        unmatched.remove(drive)
        found.append(drive)
        before = _facts(drive)
        changed = _confirm(drive, sight, at=at, by=by) or changed
        if _facts(drive) != before:
            told.append(drive)
    here = [drive for drive in found if drive.host_id == device.pk]
    _keep(here, told, at=at)
    if changed and device.storage != Storage.LISTED:
        device.storage = Storage.LISTED
        device.save(update_fields=["storage"])
    now_inside = [*inside, *(drive for drive in here if drive not in inside)]
    refresh_data_state(device, by=by, drives=now_inside, surprise=changed)
    return found


def _facts(drive: StorageDrive) -> tuple[object, ...]:
    return tuple(getattr(drive, name) for name in FACTS)


def _keep(
    found: Sequence[StorageDrive], told: Sequence[StorageDrive], *, at: dt.datetime
) -> None:
    """Write what was seen of held drives in two statements, however many there are."""
    if found:
        seen = StorageDrive.objects.filter(pk__in=[drive.pk for drive in found])
        seen.exclude(last_seen_at__gt=at).update(last_seen_at=at)
    if told:
        StorageDrive.objects.bulk_update(told, FACTS)


def note_erased_drive(drive: StorageDrive, sight: SeenDrive, *, by: Actor) -> None:
    """Take what a machine says of a held drive while it erases it: a step.

    Its size may have grown, since a hidden part was shown; whether anything uses it
    is known best by who erases it. The caller writes it with the erasure.
    """
    require_transaction()
    _note_size(drive, sight.size_bytes, by=by)
    if sight.medium not in SPINNING | {Medium.UNKNOWN} and drive.medium in SPINNING:
        _take_for_flash(drive, sight.medium, by=by)
    drive.in_use = sight.in_use
    drive.save(update_fields=["in_use", "size_bytes"])


def _match(sight: SeenDrive, drives: Sequence[StorageDrive]) -> StorageDrive | None:
    """The drive of this device that an agent saw again, by serial, else by looks.

    One serial on two products is two drives. A drive declared without a serial is
    recognised by medium, model and size, and the agent fills in what the person
    could not read; one that was proven without a serial is not, unless a person has
    recognised it, and then by a sight without a serial alone: its proof must not
    pass to a drive that merely looks alike.
    """
    wanted = codes.serial_key(sight.serial)
    named = [drive for drive in drives if wanted and drive.serial_key == wanted]
    for surely in (True, None):
        for drive in named:
            if _product(drive, sight) is surely:
                return drive
    for drive in drives:
        recognised = drive.recognised_by_id and not wanted
        known = drive.status not in PROVEN or recognised
        if not drive.serial_key and known and _looks_like(drive, sight):
            return drive
    return None


def _product(drive: StorageDrive, sight: SeenDrive) -> bool | None:
    return codes.same_product(drive.make, drive.model, sight.make, sight.model)


def _looks_like(drive: StorageDrive, sight: SeenDrive) -> bool:
    return (
        drive.size_bytes in {None, sight.size_bytes}
        and drive.medium in {Medium.UNKNOWN, sight.medium}
        and _product(drive, sight) is not False
    )


def _confirm(
    drive: StorageDrive, sight: SeenDrive, *, at: dt.datetime, by: Actor
) -> bool:
    """Note on a known drive that it was seen, and fill in what nobody had said.

    The caller writes it. True where it is not what it was taken for: known from a
    USB adapter, now built in, it counts from here on; said to spin, and seen as
    flash, it needs more. Said to be outside, and never seen otherwise, it is so once
    its machine shows it there.
    """
    outside = sight.bus in UNGATED_BUSES
    fixed = not outside and not drive.gated
    if not drive.gated or drive.bus in UNGATED_BUSES:
        drive.gated = not outside
        drive.bus = drive.bus if outside else sight.bus
    flash = drive.medium in SPINNING and sight.medium not in SPINNING | {Medium.UNKNOWN}
    if flash:
        _take_for_flash(drive, sight.medium, by=by)
    grown = _note_size(drive, sight.size_bytes, by=by)
    if drive.last_seen_at is None or drive.last_seen_at <= at:
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
    return fixed or flash or grown


def _note_size(drive: StorageDrive, size: int | None, *, by: Actor) -> bool:
    """Believe the machine about a locked drive’s size; a proof of less falls: a step.

    What a person said gives way to what is first seen. Later a part of the drive
    may be hidden: it does not get smaller again.
    """
    require_transaction()
    if size is None:
        return False
    known = drive.size_bytes if drive.last_seen_at else None
    drive.size_bytes = max(size, known or 0)
    covered = drive.proof.bytes_erased if drive.proof else None
    if drive.status != DriveStatus.ERASED or (covered or 0) >= size:
        return False
    change_drive_status(drive, DriveStatus.AWAITING_ERASURE)
    drive.proof = None
    drive.save(update_fields=["status", "proof", "size_bytes"])
    facts = {"why": "size", "bytes_erased": covered, "size_bytes": size}
    DriveEvent.append(drive, "proof_fell", by=by, data=facts)
    return True


def _take_for_flash(drive: StorageDrive, medium: Medium, *, by: Actor) -> None:
    """Believe the machine, not who said that a locked drive spins: a step.

    A proof that is too weak for flash falls with it.
    """
    require_transaction()
    drive.medium = medium
    drive.save(update_fields=["medium"])
    drop_weak_proof(drive, by=by, why="flash")


def _seen_twice(sight: SeenDrive, found: Sequence[StorageDrive]) -> StorageDrive | None:
    """A machine shows one drive on two paths: its serial, and nothing else, says so."""
    wanted = codes.serial_key(sight.serial)
    for drive in found:
        if (
            wanted
            and drive.serial_key == wanted
            and _product(drive, sight) is not False
        ):
            return drive
    return None


def _arrive(
    device: Device,
    sight: SeenDrive,
    drive: StorageDrive | None,
    *,
    at: dt.datetime,
    by: Actor,
) -> StorageDrive:
    """A drive appeared in a device: moved from elsewhere, or never known."""
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
    was_proven = drive.is_proven
    left = move_in(drive, device, by=by, verb="seen_elsewhere")
    drop_weak_proof(drive, by=by, why="seen_elsewhere")
    # Nobody saw it leave: that one is without it, a person has to look.
    if not (was_proven or left is None or left.is_held or left.status in OUT):
        put_hold(left, HoldReason.UNPROVEN_DRIVE, by=by)
    _confirm(drive, sight, at=at, by=by)
    drive.save(update_fields=["last_seen_at", *FACTS])
    return drive


def _destroyed(sight: SeenDrive, known: Sequence[StorageDrive]) -> StorageDrive | None:
    """The destroyed drive that a sight says it is; None where a living one may be it."""
    wanted = codes.serial_key(sight.serial)
    same = [
        drive
        for drive in known
        if wanted
        and drive.serial_key == wanted
        and drive.status != DriveStatus.WITHDRAWN
        and _product(drive, sight) is not False
    ]
    if any(drive.status != DriveStatus.DESTROYED for drive in same):
        return None
    return same[-1] if same else None


def _was_there_still(destroyed: StorageDrive, at: dt.datetime) -> bool:
    """Whether a report of this moment, read late, is of before a drive’s end."""
    end = destroyed.destructions.get(refused_at=None)
    return at < end.recorded_at and timezone.localdate(at) <= end.destroyed_on


def _note_contradiction(
    destroyed: StorageDrive, device: Device, *, at: dt.datetime, by: Actor
) -> None:
    """Have somebody look: a held drive that was destroyed reports in a held device.

    One of the two is not true: its destruction counts no more.
    """
    require_transaction()
    destroyed.last_seen_at = at
    destroyed.save(update_fields=["last_seen_at"])
    data = {"device": device.tag}
    DriveEvent.append(destroyed, "seen_since_destroyed", by=by, data=data)
    DeviceEvent.append(device, "destroyed_drive_seen", by=by, data=reference(destroyed))
    if not device.is_held:
        put_hold(device, HoldReason.TO_CLARIFY, by=by)


def _known_elsewhere(
    sight: SeenDrive, elsewhere: Sequence[StorageDrive]
) -> StorageDrive | None:
    """The one drive of this serial and product known anywhere; None if unsure."""
    wanted = codes.serial_key(sight.serial)
    same = [
        drive
        for drive in elsewhere
        if wanted
        and drive.serial_key == wanted
        and drive.status not in NO_MORE
        and _product(drive, sight)
    ]
    return same[0] if len(same) == 1 else None


def _placed_since(drive: StorageDrive, at: dt.datetime) -> bool:
    """Whether something newer than this moment says where a drive is."""
    if drive.last_seen_at is not None and drive.last_seen_at > at:
        return True
    return drive.events.filter(verb__in=PLACED, recorded_at__gt=at).exists()
