"""Drives: declared, seen by an agent, taken out, put in. A drive is never nowhere."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.refusals import is_seen_by
from inventory.actions.status import refresh_data_state
from inventory.errors import (
    DriveDestroyed,
    DriveElsewhere,
    DriveUnproven,
    PlaceClosed,
    StorageDeclared,
)
from inventory.methods import (
    SPINNING,
    ErasureClass,
    ErasurePolicy,
    Medium,
    required_class,
)
from inventory.models import (
    Bus,
    Device,
    DeviceEvent,
    Donation,
    DriveEvent,
    Place,
    Storage,
    StorageDrive,
)
from inventory.models.drive import UNGATED_BUSES
from inventory.models.tag_counter import next_tag
from inventory.states import DRIVE_NEXT, PROVEN, DriveStatus
from inventory.tags import TagKind


@dataclasses.dataclass(frozen=True)
class DeclaredDrive:
    """What a person reads on a drive, or knows of it."""

    medium: Medium = Medium.UNKNOWN
    bus: Bus = Bus.UNKNOWN
    make: str = ""
    model: str = ""
    serial: str = ""
    size_bytes: int | None = None
    # Bought new: its invoice; it then holds nobody's data.
    invoice_reference: str = ""


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


@transaction.atomic(durable=True)
def declare_drive(*, device: Device, drive: DeclaredDrive, by: Actor) -> StorageDrive:
    """Write down a drive that a person found in a device."""
    permit(by, "inventory.receive_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    added = add_drive(device, drive, by=by)
    DeviceEvent.append(device, "drive_declared", by=by, data=_reference(added))
    if device.storage != Storage.LISTED:
        device.storage = Storage.LISTED
        device.save(update_fields=["storage"])
    refresh_data_state(device, by=by)
    return added


@transaction.atomic(durable=True)
def declare_no_storage(*, device: Device, by: Actor) -> Device:
    """Say, as the person who looked, that no drive is inside."""
    user = permit(by, "inventory.receive_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    inside = StorageDrive.objects.lock_inside(device)
    if inside:
        raise StorageDeclared(
            _("%(device)s is known to hold %(drive)s.")
            % {"device": device, "drive": inside[0]},
            advice=_("Record that the drive was taken out first."),
            device=device.tag,
        )
    device.storage = Storage.NONE
    device.storage_seen_by = user
    device.save(update_fields=["storage", "storage_seen_by"])
    DeviceEvent.append(device, "declared_diskless", by=by)
    refresh_data_state(device, by=by, drives=inside)
    return device


@transaction.atomic(durable=True)
def take_drive_out(*, drive: StorageDrive, custody: Place, by: Actor) -> StorageDrive:
    """Take a drive out of its device into custody, under a tag of its own."""
    permit(by, "inventory.refurbish_device", at=custody.site_id)
    device, drive = lock_with_host(drive)
    permit(by, "inventory.refurbish_device", at=device.site_id)
    if drive.host_id is None:
        raise DriveElsewhere(
            _("The drive %(drive)s is not in a device.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    if not custody.is_active or not custody.for_drives:
        raise PlaceClosed(
            _("“%(place)s” is not a place that keeps drives.") % {"place": custody},
            advice=_("Choose a locked place for drives."),
        )
    drive.host, drive.custody, drive.in_use = None, custody, False
    drive.tag = drive.tag or next_tag(TagKind.DRIVE)
    drive.save(update_fields=["host", "custody", "in_use", "tag"])
    DriveEvent.append(
        drive,
        "taken_out",
        by=by,
        data={"device": device.tag, "place": str(custody.uuid)},
    )
    DeviceEvent.append(device, "drive_taken_out", by=by, data=_reference(drive))
    if device.storage == Storage.LISTED and not device.drives.exists():
        # Nobody has yet looked whether another one is inside.
        device.storage = Storage.UNKNOWN
        device.save(update_fields=["storage"])
    refresh_data_state(device, by=by)
    return drive


@transaction.atomic(durable=True)
def put_drive_in(*, drive: StorageDrive, device: Device, by: Actor) -> StorageDrive:
    """Put a drive from custody into a device; only one that is proven."""
    permit(by, "inventory.refurbish_device", at=device.site_id)
    device = Device.objects.lock(device.pk)
    drive = StorageDrive.objects.lock(drive.pk)
    if drive.custody is None:
        raise DriveElsewhere(
            _("The drive %(drive)s is not in custody.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    if drive.gated and drive.status not in PROVEN:
        raise DriveUnproven(
            _("The drive %(drive)s has no proof of erasure.") % {"drive": drive},
            advice=_("Erase it before it goes into another device."),
            drive=str(drive.uuid),
        )
    permit(by, "inventory.refurbish_device", at=drive.custody.site_id)
    _move_in(drive, device, by=by, verb="put_in")
    refresh_data_state(device, by=by)
    return drive


def add_drive(device: Device, declared: DeclaredDrive, *, by: Actor) -> StorageDrive:
    """A new drive in a locked device, in its first cycle: a step.

    The device’s own journal is the act’s to write.
    """
    require_transaction()
    _refuse_known_drive(declared.serial, declared.model, by=by)
    new = bool(declared.invoice_reference)
    drive = StorageDrive.objects.create(
        host=device,
        last_host=device,
        make=declared.make.strip(),
        model=declared.model.strip(),
        serial=declared.serial.strip(),
        serial_key=codes.serial_key(declared.serial),
        medium=declared.medium,
        bus=declared.bus,
        size_bytes=declared.size_bytes,
        gated=declared.bus not in UNGATED_BUSES,
        status=DriveStatus.INSTALLED_NEW if new else DriveStatus.AWAITING_ERASURE,
        invoice_reference=declared.invoice_reference,
    )
    DriveEvent.append(
        drive,
        "installed_new" if new else "declared",
        by=by,
        data={"device": device.tag, "cycle": 1, "status": drive.status},
    )
    return drive


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


def lock_with_host(drive: StorageDrive) -> tuple[Device, StorageDrive]:
    """Hold a drive and its device, the device first as everywhere.

    For a drive in custody the device is the one it was last in: its journal
    tells the drive's story too.
    """
    require_transaction()
    found = StorageDrive.objects.filter(pk=drive.pk).values_list(
        "host_id", "last_host_id"
    )
    host_id, last_host_id = found.get()
    device = Device.objects.lock(host_id or last_host_id)
    locked = StorageDrive.objects.lock(drive.pk)
    if (locked.host_id, locked.last_host_id) != (host_id, last_host_id):
        raise DriveElsewhere(
            _("The drive %(drive)s has just been moved.") % {"drive": locked},
            advice=_("Look again where it is."),
            drive=str(locked.uuid),
        )
    return device, locked


def change_drive_status(drive: StorageDrive, to: DriveStatus) -> None:
    """Write a locked drive's state, without its proof: a step."""
    require_transaction()
    was = DriveStatus(drive.status)
    if to not in DRIVE_NEXT[was]:
        raise DriveDestroyed(
            _("The drive %(drive)s is “%(now)s”: it cannot become “%(wanted)s”.")
            % {"drive": drive, "now": was.label, "wanted": to.label},
            drive=str(drive.uuid),
            status=was.value,
        )
    drive.status = to


def open_cycle(drive: StorageDrive, *, by: Actor, why: str) -> None:
    """Start a locked drive's next cycle, without a proof: a step.

    It does so at every return to us, because somebody had it in their hands. One
    that was destroyed, or is said to be, has no more data to come.
    """
    require_transaction()
    if drive.status in {DriveStatus.DESTROYED, DriveStatus.DESTRUCTION_TO_APPROVE}:
        return
    drive.cycle += 1
    drive.proof = None
    drive.status = DriveStatus.AWAITING_ERASURE
    drive.save(update_fields=["cycle", "proof", "status"])
    DriveEvent.append(
        drive, "cycle_opened", by=by, data={"cycle": drive.cycle, "why": why}
    )


def _refuse_known_drive(serial: str, model: str, *, by: Actor) -> None:
    """A serial with the same model is the same drive: it is somewhere already."""
    known = [
        drive
        for drive in StorageDrive.objects.with_serial(serial).select_related(
            "host", "custody"
        )
        if codes.key(drive.model) == codes.key(model)
    ]
    there = known[0].host or known[0].custody if known else None
    if there is not None and not is_seen_by(there, by):
        raise DriveElsewhere(_("This drive is already known, at another site."))
    if known:
        raise DriveElsewhere(
            _("The drive %(drive)s is already known, in %(place)s.")
            % {"drive": known[0], "place": known[0].where or "–"},
            advice=_("Record that it was taken out there, then put it in here."),
            drive=str(known[0].uuid),
        )


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


def class_needed(drive: StorageDrive, medium: Medium) -> ErasureClass:
    """The least class that proves this drive: what the strictest of its donors asks.

    Its journal names every device it was in, and its data may be of any of them: a
    drive does not become another donor's by being plugged in elsewhere.
    """
    tags = drive.events.values_list("data__device", flat=True)
    known = {tag for tag in tags if tag} | {drive.last_host.tag}
    donations = Donation.objects.filter(lots__devices__tag__in=known)
    return max(
        (
            required_class(ErasurePolicy(policy), medium)
            for policy in donations.order_by().values_list("erasure_policy", flat=True)
        ),
        key=list(ErasureClass).index,
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
        DeviceEvent.append(device, "drive_seen", by=by, data=_reference(drive))
        return drive
    _move_in(drive, device, by=by, verb="seen_elsewhere")
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


def _move_in(drive: StorageDrive, device: Device, *, by: Actor, verb: str) -> None:
    """Write a locked drive's way into a locked device, on every journal it touches."""
    left, custody = drive.host, drive.custody
    drive.host, drive.custody, drive.last_host = device, None, device
    drive.save(update_fields=["host", "custody", "last_host"])
    data: dict[str, object] = {"device": device.tag}
    if left is not None:
        data["from"] = left.tag
    if custody is not None:
        data["from"] = str(custody.uuid)
    DriveEvent.append(drive, verb, by=by, data=data)
    DeviceEvent.append(device, f"drive_{verb}", by=by, data=_reference(drive))
    if left is not None:
        left = Device.objects.lock(left.pk)
        DeviceEvent.append(left, "drive_left", by=by, data=_reference(drive))
        if left.storage == Storage.LISTED and not left.drives.exists():
            left.storage = Storage.UNKNOWN
            left.save(update_fields=["storage"])
        refresh_data_state(left, by=by)


def _reference(drive: StorageDrive) -> dict[str, object]:
    return {"drive": str(drive.uuid)}
