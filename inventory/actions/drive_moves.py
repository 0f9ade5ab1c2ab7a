"""The steps of a drive’s way from one place to the next."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.actions.drive_cycle import open_cycle
from inventory.actions.status import refresh_data_state
from inventory.errors import DriveElsewhere
from inventory.models import Device, DeviceEvent, DriveEvent, Storage, StorageDrive
from inventory.states import AWAY


def lock_with_host(drive: StorageDrive) -> tuple[Device, StorageDrive]:
    """Hold a drive and its device, the device first as everywhere.

    For a drive in custody the device is the one it was last in: its journal
    tells the drive's story too. Of a record that was merged into another, that one.
    """
    require_transaction()
    found = StorageDrive.objects.filter(pk=drive.pk).values_list(
        "host_id", "last_host_id"
    )
    host_id, last_host_id = found.get()
    device = Device.objects.lock(host_id or _kept(last_host_id))
    locked = StorageDrive.objects.lock(drive.pk)
    if (locked.host_id, locked.last_host_id) != (host_id, last_host_id):
        raise DriveElsewhere(
            _("The drive %(drive)s has just been moved.") % {"drive": locked},
            advice=_("Look again where it is."),
            drive=str(locked.uuid),
        )
    return device, locked


def _kept(device_pk: int) -> int:
    """The record that stayed of one that may have been merged, again and again."""
    device = Device.objects.get(pk=device_pk)
    while device.merged_into is not None:
        device = device.merged_into
    return device.pk


def move_in(
    drive: StorageDrive, device: Device, *, by: Actor, verb: str
) -> Device | None:
    """Write a locked drive's way into a locked device, on every journal it touches.

    Returns the device that it left, held; None for one that was in custody.
    """
    left, custody = drive.host, drive.custody
    if left is not None:
        # Held already, but for one that moved this very moment: nobody waits for it
        # out of turn, the act is told that the database is busy.
        left = Device.objects.select_for_update(of=("self",), nowait=True).get(
            pk=left.pk
        )
        doubt_leaving(drive, left, by=by)
    drive.host, drive.custody, drive.last_host = device, None, device
    drive.recognised_by = None
    drive.save(update_fields=["host", "custody", "last_host", "recognised_by"])
    data: dict[str, object] = {"device": device.tag}
    if left is not None:
        data["from"] = left.tag
    if custody is not None:
        data["from"] = str(custody.uuid)
    DriveEvent.append(drive, verb, by=by, data=data)
    DeviceEvent.append(device, f"drive_{verb}", by=by, data=reference(drive))
    if left is not None:
        DeviceEvent.append(left, "drive_left", by=by, data=reference(drive))
        forget_drives_left(left)
        refresh_data_state(left, by=by)
    return left


def note_order(drive: StorageDrive, since: dt.datetime | None) -> None:
    """Say that a machine has the order to erase a drive; None once it answered: a step."""
    require_transaction()
    StorageDrive.objects.filter(pk=drive.pk).update(ordered_at=since)
    drive.ordered_at = since


def doubt_leaving(drive: StorageDrive, left: Device, *, by: Actor) -> None:
    """Start a held drive anew that leaves a held device in other hands: a step."""
    require_transaction()
    if left.status in AWAY:
        open_cycle(drive, by=by, why="came_back")


def forget_drives_left(device: Device) -> None:
    """Once the last drive of a locked device is gone, nobody knows what is inside.

    A person has to look whether another one is there.
    """
    require_transaction()
    if device.storage == Storage.LISTED and not device.drives.exists():
        device.storage = Storage.UNKNOWN
        device.save(update_fields=["storage"])


def reference(drive: StorageDrive) -> dict[str, object]:
    return {"drive": str(drive.uuid)}
