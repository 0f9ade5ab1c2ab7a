"""The end of a drive: said by one person, confirmed or refused by another."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.photos import Photo
from inventory.actions.drive_cycle import change_drive_status
from inventory.actions.drive_moves import lock_with_host
from inventory.actions.evidence import (
    in_use,
    refuse_date,
    refuse_gone,
    refuse_same_person,
)
from inventory.actions.kept_evidence import kept_photo
from inventory.actions.status import refresh_data_state
from inventory.errors import NothingToApprove
from inventory.models import (
    Destruction,
    DestructionMethod,
    Device,
    DeviceEvent,
    DriveEvent,
    Place,
    StorageDrive,
)
from inventory.states import DriveStatus


@transaction.atomic(durable=True)
def record_destruction(
    *,
    drive: StorageDrive,
    method: DestructionMethod,
    place: Place,
    destroyed_on: dt.date,
    photo: Photo | None = None,
    by: Actor,
) -> Destruction:
    """Say that a drive was destroyed; it counts once a second person confirms it."""
    device, drive = lock_with_host(drive)
    user = permit(by, "inventory.record_erasure", at=device.site_id)
    refuse_gone(device, drive)
    refuse_date(drive.last_host, destroyed_on)
    if drive.in_use:
        raise in_use(drive)
    change_drive_status(drive, DriveStatus.DESTRUCTION_TO_APPROVE)
    drive.proof = None
    drive.save(update_fields=["status", "proof"])
    destruction = Destruction.objects.create(
        drive=drive,
        device=drive.last_host,
        method=method,
        place=place,
        destroyed_on=destroyed_on,
        photo=kept_photo(photo) if photo else None,
        operator=user,
    )
    _log(device, drive, destruction, "destruction_recorded", by=by)
    refresh_data_state(device, by=by)
    return destruction


@transaction.atomic(durable=True)
def confirm_destruction(*, destruction: Destruction, by: Actor) -> Destruction:
    """Confirm a destruction as the second person: the drive is no more."""
    device, drive = lock_with_host(destruction.drive)
    destruction = Destruction.objects.select_related("device", "photo").lock(
        destruction.pk
    )
    user = permit(by, "inventory.approve_erasure", at=destruction.device.site_id)
    _refuse_decided(destruction)
    refuse_same_person(destruction.operator_id, user.pk)
    _refuse_contradicted(destruction)
    destruction.approved_by = user
    destruction.approved_at = timezone.now()
    destruction.save(update_fields=["approved_by", "approved_at"])
    change_drive_status(drive, DriveStatus.DESTROYED)
    drive.host = drive.custody = None
    drive.save(update_fields=["status", "host", "custody"])
    _log(device, drive, destruction, "destruction_confirmed", by=by)
    refresh_data_state(device, by=by)
    return destruction


@transaction.atomic(durable=True)
def refuse_destruction(*, destruction: Destruction, by: Actor) -> Destruction:
    """Say as the second person that the drive was not destroyed as claimed."""
    device, drive = lock_with_host(destruction.drive)
    destruction = Destruction.objects.select_related("device", "photo").lock(
        destruction.pk
    )
    user = permit(by, "inventory.approve_erasure", at=destruction.device.site_id)
    _refuse_decided(destruction)
    refuse_same_person(destruction.operator_id, user.pk)
    destruction.refused_at = timezone.now()
    destruction.save(update_fields=["refused_at"])
    change_drive_status(drive, DriveStatus.FAILED)
    drive.save(update_fields=["status"])
    _log(device, drive, destruction, "destruction_refused", by=by)
    refresh_data_state(device, by=by)
    return destruction


def _refuse_contradicted(destruction: Destruction) -> None:
    if destruction.is_contradicted:
        raise NothingToApprove(
            _("A machine has shown %(drive)s since it was said to be destroyed.")
            % {"drive": destruction.drive},
            advice=_("Refuse this destruction, and look where the drive is."),
            drive=str(destruction.drive.uuid),
        )


def _refuse_decided(destruction: Destruction) -> None:
    if destruction.approved_by_id or destruction.refused_at:
        raise NothingToApprove(
            _("This destruction has already been decided."),
            drive=str(destruction.drive.uuid),
        )


def _log(
    device: Device,
    drive: StorageDrive,
    destruction: Destruction,
    verb: str,
    *,
    by: Actor,
) -> None:
    data = {"destruction": str(destruction.uuid), "method": destruction.method}
    if destruction.photo is not None:
        data["photo"] = destruction.photo.sha256
    DriveEvent.append(drive, verb, by=by, data={**data, "device": device.tag})
    DeviceEvent.append(device, verb, by=by, data={**data, "drive": str(drive.uuid)})
