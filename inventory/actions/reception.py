"""A device comes in: it gets its tag and its first line of history."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drives import DeclaredDrive, add_drive
from inventory.actions.refusals import is_seen_by
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.search import index_device
from inventory.actions.status import change_status, refresh_data_state
from inventory.errors import (
    LotClosed,
    PlaceClosed,
    PlaceElsewhere,
    SerialKnown,
    SerialMissing,
)
from inventory.models import (
    Device,
    DeviceEvent,
    DeviceKind,
    Lot,
    Place,
    Storage,
    StorageDrive,
)
from inventory.models.device_kind import NoSerialReason, VisibleState
from inventory.models.tag_counter import next_tag
from inventory.states import DeviceStatus


@transaction.atomic(durable=True)
def receive_device(
    *,
    lot: Lot,
    kind: DeviceKind,
    make: str = "",
    model: str = "",
    serial: str = "",
    no_serial_reason: NoSerialReason | str = "",
    visible_state: VisibleState | str = "",
    place: Place | None = None,
    mass_grams: int | None = None,
    storage: Storage = Storage.UNKNOWN,
    drives: Sequence[DeclaredDrive] = (),
    scan: Scanned | None = None,
    by: Actor,
) -> Device:
    """Take a device into stock: tag, serial, first event, and its drives if known.

    `storage` NONE means that the person who receives it looked inside. A serial
    already here for the same make is refused; without a serial, or with one that is
    only what a maker left where it should be, a reason is asked.
    """
    lot = Lot.objects.select_related("donation").lock(lot.pk)
    user = permit(by, "inventory.receive_device", at=lot.donation.site_id)
    _refuse_closed(lot)
    _refuse_known_serial(make, serial, by=by)
    _refuse_no_serial(serial, no_serial_reason)
    _refuse_place(place, lot)
    device = _added(
        **_identity(kind, make, model, serial, no_serial_reason),
        **_of_this_moment(),
        lot=lot,
        site_id=lot.donation.site_id,
        place=place,
        visible_state=visible_state,
        mass_grams=mass_grams or kind.usual_grams,
        mass_measured=mass_grams is not None,
        storage=storage_of(kind, storage, drives),
        storage_seen_by=user if storage == Storage.NONE else None,
    )
    index_device(device, aliases=[])
    added = [add_drive(device, declared, by=by) for declared in drives]
    event = _log_reception(device, added, by=by)
    refresh_data_state(device, by=by, drives=added)
    keep_scan(scan, device=device, event=event, by=by)
    return device


@transaction.atomic(durable=True)
def receive_announced(
    *, device: Device, scan: Scanned | None = None, by: Actor
) -> Device:
    """Receive a device that was announced, or whose reception was taken back.

    One that was missing was in unknown hands: what was proven of it is no more.
    """
    device = Device.objects.lock(device.pk)
    permit(by, "inventory.receive_device", at=device.site_id)
    if device.received_at is None:
        device.received_at = timezone.now()
        device.save(update_fields=["received_at"])
    event = change_status(device, DeviceStatus.RECEIVED, "received", by=by)
    keep_scan(scan, device=device, event=event, by=by)
    return device


def _identity(
    kind: DeviceKind,
    make: str,
    model: str,
    serial: str,
    no_serial_reason: NoSerialReason | str,
) -> dict[str, object]:
    """What it is and what it is called, with the tag that it gets for life."""
    require_transaction()
    serial_key = codes.serial_key(serial)
    return {
        "tag": next_tag(kind.tag_kind),
        "kind": kind,
        "make": make.strip(),
        "model": model.strip(),
        "serial": serial.strip(),
        "no_serial_reason": "" if serial_key else no_serial_reason,
        "make_key": codes.key(make),
        "serial_key": serial_key,
    }


def _of_this_moment() -> dict[str, object]:
    now = timezone.now()
    return {
        "status": DeviceStatus.RECEIVED,
        "status_since": now,
        "received_at": now,
    }


def storage_of(
    kind: DeviceKind, said: Storage, drives: Sequence[DeclaredDrive]
) -> Storage:
    """What the declaration comes to for this kind of device."""
    if drives:
        return Storage.LISTED
    if said == Storage.UNKNOWN and not kind.holds_data:
        return Storage.NOT_APPLICABLE
    return said


def _added(**facts: object) -> Device:
    """A new device; another station may be receiving the same one at this moment."""
    require_transaction()
    try:
        with transaction.atomic(savepoint=True):
            return Device.objects.create(**facts)
    except IntegrityError as taken:
        raise SerialKnown(
            _("A device of this make with this serial is already here."),
            advice=_("Search for the serial number to find it."),
        ) from taken


def _log_reception(
    device: Device, drives: Sequence[StorageDrive], *, by: Actor
) -> DeviceEvent:
    return DeviceEvent.append(
        device,
        "received",
        by=by,
        data={
            "to": device.status,
            "tag": device.tag,
            "lot": device.lot.code,
            "kind": device.kind,
            "storage": device.storage,
            "drives": [str(drive.uuid) for drive in drives],
        },
    )


def _refuse_closed(lot: Lot) -> None:
    if lot.closed_at is not None:
        raise LotClosed(
            _("The lot %(lot)s is closed.") % {"lot": lot},
            advice=_("Open another lot of the same donation."),
        )


def _refuse_no_serial(serial: str, reason: str) -> None:
    if not codes.serial_key(serial) and not reason:
        raise SerialMissing(
            _("A device without a serial number needs a reason."),
            advice=_("Look for it on the back, in the battery bay, on a pull-out tab."),
        )


def _refuse_place(place: Place | None, lot: Lot) -> None:
    if place is None:
        return
    if not place.is_active:
        raise PlaceClosed(
            _("“%(place)s” is not used any more.") % {"place": place}, place=place.tag
        )
    if place.site_id != lot.donation.site_id:
        raise PlaceElsewhere(
            _("“%(place)s” is in another site.") % {"place": place}, place=place.tag
        )


def _refuse_known_serial(make: str, serial: str, *, by: Actor) -> None:
    require_transaction()
    if not codes.key(make) or not codes.serial_key(serial):
        return
    known = Device.objects.with_serial(serial).filter(make_key=codes.key(make)).first()
    if known is None:
        return
    if not is_seen_by(known, by):
        raise SerialKnown(_("This serial number is already here, at another site."))
    raise SerialKnown(
        _("This serial number is already here: it is %(device)s.") % {"device": known},
        advice=_("Open that device; if it came back, record its return there."),
        device=known.tag,
    )
