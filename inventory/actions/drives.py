"""Drives as people tell of them: declared, taken out, put in. Never nowhere."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drive_cycle import is_enough
from inventory.actions.drive_moves import (
    doubt_leaving,
    forget_drives_left,
    lock_with_host,
    move_in,
    reference,
)
from inventory.actions.refusals import is_seen_by
from inventory.actions.status import refresh_data_state, require_here
from inventory.errors import (
    DateImpossible,
    DriveElsewhere,
    DriveUnproven,
    EvidenceIncomplete,
    PlaceClosed,
    StorageDeclared,
)
from inventory.methods import Medium
from inventory.models import (
    Bus,
    Device,
    DeviceEvent,
    DriveEvent,
    Place,
    Storage,
    StorageDrive,
)
from inventory.models.drive import UNGATED_BUSES
from inventory.models.tag_counter import next_tag
from inventory.states import PROVEN, DriveStatus
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
    # Bought new: its whole invoice; it then holds nobody's data.
    invoice_reference: str = ""
    invoice_supplier: str = ""
    invoiced_on: dt.date | None = None

    @property
    def is_new(self) -> bool:
        return bool(self.invoice_reference or self.invoice_supplier or self.invoiced_on)


@transaction.atomic(durable=True)
def declare_drive(*, device: Device, drive: DeclaredDrive, by: Actor) -> StorageDrive:
    """Write down a drive that a person found in a device."""
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.receive_device", at=device.site_id)
    require_here(device)
    added = add_drive(device, drive, by=by)
    DeviceEvent.append(device, "drive_declared", by=by, data=reference(added))
    if device.storage != Storage.LISTED:
        device.storage = Storage.LISTED
        device.save(update_fields=["storage"])
    refresh_data_state(device, by=by)
    return added


@transaction.atomic(durable=True)
def declare_no_storage(*, device: Device, by: Actor) -> Device:
    """Say, as the person who looked, that no drive is inside."""
    device = Device.objects.lock(device.pk)
    user = permit(by, "inventory.receive_device", at=device.site_id)
    require_here(device)
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
    require_here(device)
    if not custody.is_active or not custody.for_drives:
        raise PlaceClosed(
            _("“%(place)s” is not a place that keeps drives.") % {"place": custody},
            advice=_("Choose a locked place for drives."),
        )
    doubt_leaving(drive, device, by=by)
    drive.host, drive.custody, drive.in_use = None, custody, False
    drive.recognised_by = None
    drive.tag = drive.tag or next_tag(TagKind.DRIVE)
    drive.save(update_fields=["host", "custody", "in_use", "tag", "recognised_by"])
    DriveEvent.append(
        drive,
        "taken_out",
        by=by,
        data={"device": device.tag, "place": str(custody.uuid)},
    )
    DeviceEvent.append(device, "drive_taken_out", by=by, data=reference(drive))
    forget_drives_left(device)
    refresh_data_state(device, by=by)
    return drive


@transaction.atomic(durable=True)
def put_drive_in(*, drive: StorageDrive, device: Device, by: Actor) -> StorageDrive:
    """Put a drive from custody into a device; only one that is proven.

    Its erasure has to be what the donor of that device asks for as well.
    """
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.refurbish_device", at=device.site_id)
    require_here(device)
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
    move_in(drive, device, by=by, verb="put_in")
    if drive.proof is not None and not is_enough(drive, drive.proof):
        raise DriveUnproven(
            _("The donor of %(device)s asks for more than how %(drive)s was erased.")
            % {"device": device, "drive": drive},
            advice=_("Erase it again, as this donor asks, or choose another drive."),
            drive=str(drive.uuid),
        )
    refresh_data_state(device, by=by)
    return drive


def add_drive(device: Device, declared: DeclaredDrive, *, by: Actor) -> StorageDrive:
    """A new drive in a locked device, in its first cycle: a step.

    The device’s own journal is the act’s to write.
    """
    require_transaction()
    _refuse_known_drive(declared, by=by)
    _refuse_half_an_invoice(declared)
    new = declared.is_new
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
        gated=not _is_stick(declared),
        status=DriveStatus.INSTALLED_NEW if new else DriveStatus.AWAITING_ERASURE,
        invoice_reference=declared.invoice_reference.strip(),
        invoice_supplier=declared.invoice_supplier.strip(),
        invoiced_on=declared.invoiced_on,
    )
    DriveEvent.append(
        drive,
        "installed_new" if new else "declared",
        by=by,
        data={"device": device.tag, "cycle": 1, "status": drive.status},
    )
    return drive


def _is_stick(declared: DeclaredDrive) -> bool:
    """Whether it leaves with whoever pulls it out: sticks and cards, by a person’s word.

    Of a disk on a USB adapter only a machine says that it is outside.
    """
    return declared.bus in UNGATED_BUSES and declared.medium == Medium.USB_FLASH


def _refuse_half_an_invoice(declared: DeclaredDrive) -> None:
    """New is a proof: whoever asks must find the invoice."""
    named = declared.invoice_reference.strip() and declared.invoice_supplier.strip()
    if declared.is_new and not (named and declared.invoiced_on):
        raise EvidenceIncomplete(
            _("A drive bought new needs its invoice: number, supplier and date."),
            advice=_("Leave all three empty for a drive that was used before."),
        )
    if declared.invoiced_on and declared.invoiced_on > timezone.localdate():
        raise DateImpossible(_("This date lies in the future."))


def _refuse_known_drive(declared: DeclaredDrive, *, by: Actor) -> None:
    """A serial on the same product is the same drive: it is somewhere already."""
    known = [
        drive
        for drive in StorageDrive.objects.with_serial(declared.serial).select_related(
            "host", "custody"
        )
        if codes.same_product(drive.make, drive.model, declared.make, declared.model)
        is not False
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
