"""Proof of erasure, whoever says it; exceptions need a second person."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from inventory.actions.drive_cycle import (
    change_drive_status,
    is_enough,
)
from inventory.actions.drive_moves import lock_with_host
from inventory.actions.evidence import (
    SUCCESSES,
    Claim,
    Origin,
    adopt_exact_size,
    reached_class,
    refuse_gone,
    refuse_impossible,
    refuse_incomplete,
    refuse_outgrown,
)
from inventory.actions.scans import Scanned, keep_scan
from inventory.actions.second_person import refuse_hands, with_our_own
from inventory.actions.status import refresh_data_state
from inventory.errors import NothingToApprove
from inventory.methods import Medium
from inventory.models import (
    Device,
    DeviceEvent,
    DriveEvent,
    Erasure,
    ErasureResult,
    ErasureSource,
    StorageDrive,
)
from inventory.models.erasure import ExceptionsRefusal
from inventory.states import DriveStatus


@transaction.atomic(durable=True)
def record_erasure(
    *, drive: StorageDrive, claim: Claim, scan: Scanned | None = None, by: Actor
) -> Erasure:
    """Record one attempt, successful or not, with the class that the method gives.

    A success is refused unless it was verified as its method asks and covered
    every byte; a drive in use in the machine that reports it is never erased.
    """
    device, drive = lock_with_host(drive)
    user = permit(by, "inventory.record_erasure", at=device.site_id)
    erasure = write_erasure(device, drive, claim, operator=user, by=by, scan=scan)
    refresh_data_state(device, by=by)
    return erasure


def write_erasure(
    device: Device,
    drive: StorageDrive,
    claim: Claim,
    *,
    operator: User | None,
    origin: Origin | None = None,
    by: Actor,
    scan: Scanned | None = None,
) -> Erasure:
    """Write down an attempt on a held drive, if the claim meets every rule: a step.

    The held device is the one it is in or last was; the caller refreshes its data
    state, once for all of its drives. What our own rows find odd about a success makes
    it wait for a second person. Raises what makes the claim no proof.
    """
    require_transaction()
    origin = origin or Origin()
    refuse_gone(device, drive)
    if drive.medium == Medium.UNKNOWN and claim.medium:
        drive.medium = claim.medium
    refuse_impossible(drive, claim)
    if origin.source is ErasureSource.TYPED:
        reached_class(drive, claim)
    claim = with_our_own(drive, claim, origin)
    declared = drive.size_bytes
    if claim.result in SUCCESSES:
        adopt_exact_size(drive, claim)
        refuse_incomplete(drive, claim)
    erasure = Erasure.objects.create(
        drive=drive,
        cycle=drive.cycle,
        device=drive.last_host,
        result=claim.result,
        technique=claim.technique or "",
        erasure_class=_class_written(drive, claim),
        tool=claim.tool,
        tool_version=claim.tool_version,
        verification=claim.verification,
        bytes_erased=claim.bytes_erased,
        size_bytes=drive.size_bytes,
        exceptions=sorted(claim.exceptions),
        erased_on=claim.erased_on,
        operator=operator,
        source=origin.source,
        started_at=origin.started_at,
        ended_at=origin.ended_at,
        evidence_sha256=origin.evidence_sha256,
        details=dict(origin.details),
    )
    _apply(drive, erasure, claim.result)
    facts = {"size_declared": declared} if declared != drive.size_bytes else {}
    _log(device, erasure, f"erasure_{claim.result}", facts, by=by, scan=scan)
    return erasure


def _class_written(drive: StorageDrive, claim: Claim) -> str:
    return reached_class(drive, claim).value if claim.result in SUCCESSES else ""


@transaction.atomic(durable=True)
def approve_exceptions(*, erasure: Erasure, by: Actor) -> Erasure:
    """Accept an erasure with exceptions: a second person, for data security."""
    device, drive, erasure, user = _decide(erasure, by=by)
    refuse_outgrown(drive, erasure)
    erasure.approved_by = user
    erasure.approved_at = timezone.now()
    erasure.save(update_fields=["approved_by", "approved_at"])
    _prove_or_not(drive, erasure)
    _log(device, erasure, "exceptions_approved", {}, by=by)
    refresh_data_state(device, by=by)
    return erasure


@transaction.atomic(durable=True)
def refuse_exceptions(
    *, erasure: Erasure, reason: ExceptionsRefusal, by: Actor
) -> Erasure:
    """Say as the second person that exceptions are not acceptable: it counts as failed."""
    device, drive, erasure, _user = _decide(erasure, by=by)
    change_drive_status(drive, DriveStatus.FAILED)
    drive.proof = None
    drive.save(update_fields=["status", "proof"])
    _log(device, erasure, "exceptions_refused", {"reason": reason.value}, by=by)
    refresh_data_state(device, by=by)
    return erasure


def _decide(
    erasure: Erasure, *, by: Actor
) -> tuple[Device, StorageDrive, Erasure, User]:
    """The held rows of an erasure that waits for this second person: a step."""
    device, drive = lock_with_host(erasure.drive)
    erasure = Erasure.objects.select_related("device").lock(erasure.pk)
    user = permit(by, "inventory.approve_erasure", at=erasure.device.site_id)
    erasure.drive = drive
    waiting = drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    is_last = erasure.cycle == drive.cycle and erasure.is_last_attempt
    if not waiting or not is_last or erasure.approved_by_id:
        raise NothingToApprove(
            _("No erasure of %(drive)s waits for approval.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    refuse_hands(erasure, user)
    return device, drive, erasure, user


def _apply(drive: StorageDrive, erasure: Erasure, result: ErasureResult) -> None:
    """What an attempt makes of a locked drive; a later failure undoes a proof.

    What was not attempted changes nothing: a failure stays one, and what waits waits.
    """
    match result:
        case ErasureResult.ERASED:
            _prove_or_not(drive, erasure)
            return
        case ErasureResult.ERASED_WITH_EXCEPTIONS:
            to = DriveStatus.EXCEPTIONS_TO_APPROVE
        case ErasureResult.NOT_ATTEMPTED:
            drive.save(update_fields=["medium", "size_bytes"])
            return
        case _:
            to = DriveStatus.FAILED
    change_drive_status(drive, to)
    drive.proof = None
    drive.save(update_fields=["status", "proof", "medium", "size_bytes"])


def _prove_or_not(drive: StorageDrive, erasure: Erasure) -> None:
    enough = is_enough(drive, erasure)
    change_drive_status(
        drive, DriveStatus.ERASED if enough else DriveStatus.CLASS_TOO_LOW
    )
    drive.proof = erasure if enough else None
    drive.save(update_fields=["status", "proof", "medium", "size_bytes"])


def _log(
    device: Device,
    erasure: Erasure,
    verb: str,
    facts: Mapping[str, object],
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
        **facts,
    }
    if erasure.evidence_sha256:
        data |= {"source": erasure.source, "evidence": erasure.evidence_sha256}
    DriveEvent.append(drive, verb, by=by, data={**data, "device": device.tag})
    event = DeviceEvent.append(
        device, verb, by=by, data={**data, "drive": str(drive.uuid)}
    )
    keep_scan(scan, device=device, event=event, by=by)
