"""Proof of erasure, recorded by hand; exceptions and destruction need a second person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.errors import SamePerson
from inventory import methods
from inventory.actions.drives import (
    change_drive_status,
    class_needed,
    lock_with_host,
)
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.status import refresh_data_state
from inventory.errors import (
    DateImpossible,
    DriveDestroyed,
    DriveInUse,
    EvidenceIncomplete,
    NothingToApprove,
    TechniqueUnfit,
)
from inventory.methods import ErasureClass, Medium, Technique, Verification
from inventory.models import (
    Destruction,
    DestructionMethod,
    Device,
    DeviceEvent,
    DriveEvent,
    Erasure,
    ErasureException,
    ErasureResult,
    Place,
    StorageDrive,
)
from inventory.states import DriveStatus

SUCCESSES = frozenset({ErasureResult.ERASED, ErasureResult.ERASED_WITH_EXCEPTIONS})


@dataclasses.dataclass(frozen=True)
class Claim:
    """What an operator says was done to a drive. Sizes in bytes."""

    result: ErasureResult
    technique: Technique
    tool: str
    tool_version: str
    verification: Verification
    erased_on: dt.date
    bytes_erased: int | None = None
    exceptions: Sequence[ErasureException] = ()
    # Named only where nobody had said what the drive is.
    medium: Medium | None = None


@transaction.atomic(durable=True)
def record_erasure(
    *, drive: StorageDrive, claim: Claim, scan: Scanned | None = None, by: Actor
) -> Erasure:
    """Record one attempt, successful or not, with the class that the method gives.

    A success is refused unless it was verified as its method asks and covered
    every byte; a drive in use in the machine that reports it is never erased.
    """
    user = permit(by, "inventory.record_erasure", at=drive.last_host.site_id)
    device, drive = lock_with_host(drive)
    if drive.medium == Medium.UNKNOWN and claim.medium:
        drive.medium = claim.medium
    _refuse_impossible(drive, claim)
    if claim.result in SUCCESSES:
        _refuse_incomplete(drive, claim)
    reached = _class_of(drive, claim)
    erasure = Erasure.objects.create(
        drive=drive,
        cycle=drive.cycle,
        device=drive.last_host,
        result=claim.result,
        technique=claim.technique,
        erasure_class=reached if claim.result in SUCCESSES else "",
        tool=claim.tool,
        tool_version=claim.tool_version,
        verification=claim.verification,
        bytes_erased=claim.bytes_erased,
        size_bytes=drive.size_bytes,
        exceptions=sorted(claim.exceptions),
        erased_on=claim.erased_on,
        operator=user,
    )
    _apply(drive, erasure, claim.result, reached)
    _log(device, erasure, f"erasure_{claim.result}", by=by, scan=scan)
    refresh_data_state(device, by=by)
    return erasure


@transaction.atomic(durable=True)
def approve_exceptions(*, erasure: Erasure, by: Actor) -> Erasure:
    """Accept an erasure with exceptions: a second person, for data security."""
    user = permit(by, "inventory.approve_erasure", at=erasure.device.site_id)
    device, drive = lock_with_host(erasure.drive)
    erasure = Erasure.objects.lock(erasure.pk)
    erasure.drive = drive
    waiting = drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    newest = drive.erasures.order_by("-pk").first()
    if not waiting or newest != erasure or erasure.approved_by_id:
        raise NothingToApprove(
            _("No erasure of %(drive)s waits for approval.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    _refuse_same_person(erasure.operator_id, user.pk)
    erasure.approved_by = user
    erasure.approved_at = timezone.now()
    erasure.save(update_fields=["approved_by", "approved_at"])
    _prove_or_not(drive, erasure, ErasureClass(erasure.erasure_class))
    _log(device, erasure, "exceptions_approved", by=by)
    refresh_data_state(device, by=by)
    return erasure


@transaction.atomic(durable=True)
def record_destruction(
    *,
    drive: StorageDrive,
    method: DestructionMethod,
    place: Place,
    destroyed_on: dt.date,
    by: Actor,
) -> Destruction:
    """Say that a drive was destroyed; it counts once a second person confirms it."""
    user = permit(by, "inventory.record_erasure", at=drive.last_host.site_id)
    device, drive = lock_with_host(drive)
    _refuse_date(drive.last_host, destroyed_on)
    if drive.in_use:
        raise _in_use(drive)
    change_drive_status(drive, DriveStatus.DESTRUCTION_TO_APPROVE)
    drive.proof = None
    drive.save(update_fields=["status", "proof"])
    destruction = Destruction.objects.create(
        drive=drive,
        device=drive.last_host,
        method=method,
        place=place,
        destroyed_on=destroyed_on,
        operator=user,
    )
    _log_destruction(device, drive, destruction, "destruction_recorded", by=by)
    refresh_data_state(device, by=by)
    return destruction


@transaction.atomic(durable=True)
def confirm_destruction(*, destruction: Destruction, by: Actor) -> Destruction:
    """Confirm a destruction as the second person: the drive is no more."""
    user = permit(by, "inventory.approve_erasure", at=destruction.device.site_id)
    device, drive = lock_with_host(destruction.drive)
    destruction = _lock_waiting(destruction)
    _refuse_same_person(destruction.operator_id, user.pk)
    destruction.approved_by = user
    destruction.approved_at = timezone.now()
    destruction.save(update_fields=["approved_by", "approved_at"])
    change_drive_status(drive, DriveStatus.DESTROYED)
    drive.host = drive.custody = None
    drive.save(update_fields=["status", "host", "custody"])
    _log_destruction(device, drive, destruction, "destruction_confirmed", by=by)
    refresh_data_state(device, by=by)
    return destruction


@transaction.atomic(durable=True)
def refuse_destruction(*, destruction: Destruction, by: Actor) -> Destruction:
    """Say as the second person that the drive was not destroyed as claimed."""
    user = permit(by, "inventory.approve_erasure", at=destruction.device.site_id)
    device, drive = lock_with_host(destruction.drive)
    destruction = _lock_waiting(destruction)
    _refuse_same_person(destruction.operator_id, user.pk)
    destruction.refused_at = timezone.now()
    destruction.save(update_fields=["refused_at"])
    change_drive_status(drive, DriveStatus.FAILED)
    drive.save(update_fields=["status"])
    _log_destruction(device, drive, destruction, "destruction_refused", by=by)
    refresh_data_state(device, by=by)
    return destruction


def _refuse_impossible(drive: StorageDrive, claim: Claim) -> None:
    if drive.status == DriveStatus.DESTROYED:
        raise DriveDestroyed(
            _("The drive %(drive)s was destroyed.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    if drive.status == DriveStatus.DESTRUCTION_TO_APPROVE:
        raise DriveDestroyed(
            _("The destruction of %(drive)s has been recorded.") % {"drive": drive},
            advice=_("A data-security officer confirms it, or refuses it."),
            drive=str(drive.uuid),
        )
    if drive.in_use and claim.result != ErasureResult.NOT_ATTEMPTED:
        raise _in_use(drive)
    _refuse_date(drive.last_host, claim.erased_on)


def _in_use(drive: StorageDrive) -> DriveInUse:
    return DriveInUse(
        _("The drive %(drive)s is in use in the machine that reports it.")
        % {"drive": drive},
        advice=_("Start the machine from the workshop’s stick, then erase the drive."),
        drive=str(drive.uuid),
    )


def _refuse_date(device: Device, day: dt.date) -> None:
    """Dates typed by a person lie between the reception and today."""
    received = device.received_at and timezone.localdate(device.received_at)
    if received and day < received:
        raise DateImpossible(
            _("%(device)s came in on %(date)s: this cannot have happened before.")
            % {"device": device, "date": date_format(received, "SHORT_DATE_FORMAT")},
            device=device.tag,
        )
    if day > timezone.localdate():
        raise DateImpossible(_("This date lies in the future."), device=device.tag)


def _class_of(drive: StorageDrive, claim: Claim) -> ErasureClass:
    try:
        return methods.class_of(Medium(drive.medium), claim.technique)
    except methods.UnfitTechnique as unfit:
        raise TechniqueUnfit(
            _("“%(technique)s” does not exist for this drive (%(medium)s).")
            % {
                "technique": claim.technique.label,
                "medium": Medium(drive.medium).label,
            },
            advice=_("Check what kind of drive it is."),
            drive=str(drive.uuid),
        ) from unfit


def _refuse_incomplete(drive: StorageDrive, claim: Claim) -> None:
    """A success must be verified as its method asks and cover every byte."""
    _class_of(drive, claim)
    medium = Medium(drive.medium)
    if not methods.verification_enough(medium, claim.technique, claim.verification):
        needed = methods.verification_needed(medium, claim.technique)
        raise EvidenceIncomplete(
            _("This method is a success only with at least “%(needed)s”.")
            % {"needed": needed.label},
            advice=_("Verify the drive, or record the attempt as failed."),
            drive=str(drive.uuid),
        )
    if drive.size_bytes is not None and claim.bytes_erased != drive.size_bytes:
        raise EvidenceIncomplete(
            _("The drive holds %(size)d bytes, and %(erased)d were erased.")
            % {"size": drive.size_bytes, "erased": claim.bytes_erased or 0},
            advice=_("Record the attempt as failed or aborted."),
            drive=str(drive.uuid),
        )
    if bool(claim.exceptions) != (claim.result == ErasureResult.ERASED_WITH_EXCEPTIONS):
        raise EvidenceIncomplete(
            _("Exceptions and “erased with exceptions” go together."),
            drive=str(drive.uuid),
        )


def _apply(
    drive: StorageDrive,
    erasure: Erasure,
    result: ErasureResult,
    reached: ErasureClass,
) -> None:
    """What an attempt makes of a locked drive; a later failure undoes a proof."""
    match result:
        case ErasureResult.ERASED:
            _prove_or_not(drive, erasure, reached)
            return
        case ErasureResult.ERASED_WITH_EXCEPTIONS:
            to = DriveStatus.EXCEPTIONS_TO_APPROVE
        case ErasureResult.NOT_ATTEMPTED if drive.status == DriveStatus.ERASED:
            return
        case ErasureResult.NOT_ATTEMPTED:
            to = DriveStatus.AWAITING_ERASURE
        case _:
            to = DriveStatus.FAILED
    change_drive_status(drive, to)
    drive.proof = None
    drive.save(update_fields=["status", "proof", "medium"])


def _prove_or_not(drive: StorageDrive, erasure: Erasure, reached: ErasureClass) -> None:
    enough = reached.reaches(class_needed(drive, Medium(drive.medium)))
    change_drive_status(
        drive, DriveStatus.ERASED if enough else DriveStatus.CLASS_TOO_LOW
    )
    drive.proof = erasure if enough else None
    drive.save(update_fields=["status", "proof", "medium"])


def _refuse_same_person(operator_id: int, approver_id: int) -> None:
    if operator_id == approver_id:
        raise SamePerson(
            _("Whoever did it cannot be the one who approves it."),
            advice=_("Ask another data-security officer."),
        )


def _lock_waiting(destruction: Destruction) -> Destruction:
    destruction = Destruction.objects.lock(destruction.pk)
    if destruction.approved_by_id or destruction.refused_at:
        raise NothingToApprove(
            _("This destruction has already been decided."),
            drive=str(destruction.drive.uuid),
        )
    return destruction


def _log(
    device: Device,
    erasure: Erasure,
    verb: str,
    *,
    by: Actor,
    scan: Scanned | None = None,
) -> None:
    """Log an attempt on the held drive and on the held device it is in, or last was."""
    drive = erasure.drive
    data = {
        "erasure": str(erasure.uuid),
        "cycle": erasure.cycle,
        "technique": erasure.technique,
        "class": erasure.erasure_class,
        "tool": erasure.tool,
        "tool_version": erasure.tool_version,
        "verification": erasure.verification,
        "bytes_erased": erasure.bytes_erased,
        "exceptions": erasure.exceptions,
        "drive_status": drive.status,
    }
    DriveEvent.append(drive, verb, by=by, data={**data, "device": device.tag})
    event = DeviceEvent.append(
        device, verb, by=by, data={**data, "drive": str(drive.uuid)}
    )
    keep_scan(scan, device=device, event=event, by=by)


def _log_destruction(
    device: Device,
    drive: StorageDrive,
    destruction: Destruction,
    verb: str,
    *,
    by: Actor,
) -> None:
    data = {"destruction": str(destruction.uuid), "method": destruction.method}
    DriveEvent.append(drive, verb, by=by, data={**data, "device": device.tag})
    DeviceEvent.append(device, verb, by=by, data={**data, "drive": str(drive.uuid)})
