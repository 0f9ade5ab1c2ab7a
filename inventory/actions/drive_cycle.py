"""The steps that write a drive’s state, and what its proof has to reach."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.errors import DriveDestroyed
from inventory.methods import (
    ErasureClass,
    ErasurePolicy,
    Medium,
    Technique,
    Verification,
    VerificationPolicy,
    as_asked,
    required_class,
)
from inventory.models import Device, Donation, DriveEvent, Erasure, StorageDrive
from inventory.states import DRIVE_NEXT, DriveStatus


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
    drive.proof = drive.recognised_by = None
    drive.status = DriveStatus.AWAITING_ERASURE
    drive.save(update_fields=["cycle", "proof", "recognised_by", "status"])
    DriveEvent.append(
        drive, "cycle_opened", by=by, data={"cycle": drive.cycle, "why": why}
    )


def drop_weak_proof(drive: StorageDrive, *, by: Actor, why: str) -> None:
    """Let a locked drive's proof fall where more is asked of it by now: a step."""
    require_transaction()
    if drive.status != DriveStatus.ERASED or drive.proof is None:
        return
    medium = Medium(drive.medium)
    if is_enough(drive, drive.proof):
        return
    change_drive_status(drive, DriveStatus.CLASS_TOO_LOW)
    drive.proof = None
    drive.save(update_fields=["status", "proof"])
    DriveEvent.append(
        drive, "proof_fell", by=by, data={"medium": medium.value, "why": why}
    )


def drop_proof_in_doubt(drive: StorageDrive, *, by: Actor, why: str) -> bool:
    """Let a locked drive’s proof fall, or what waits to become one: a step.

    Something was done to it since of which nobody knows how it ended. False where
    there was none.
    """
    require_transaction()
    if drive.status not in {DriveStatus.ERASED, DriveStatus.EXCEPTIONS_TO_APPROVE}:
        return False
    change_drive_status(drive, DriveStatus.FAILED)
    drive.proof = None
    drive.save(update_fields=["status", "proof"])
    DriveEvent.append(
        drive, "proof_fell", by=by, data={"medium": drive.medium, "why": why}
    )
    return True


def is_enough(drive: StorageDrive, erasure: Erasure) -> bool:
    """Whether a successful erasure proves this drive as its donors ask."""
    needed = class_needed(drive, Medium(drive.medium))
    return ErasureClass(erasure.erasure_class).reaches(needed) and as_asked(
        Technique(erasure.technique),
        Verification(erasure.verification),
        verification_asked(drive),
    )


def class_needed(drive: StorageDrive, medium: Medium) -> ErasureClass:
    """The least class that proves this drive: what the strictest of its donors asks."""
    policies = _donations(drive).values_list("erasure_policy", flat=True)
    needed = {required_class(ErasurePolicy(policy), medium) for policy in policies}
    return max(needed, key=list(ErasureClass).index)


def verification_asked(drive: StorageDrive) -> Verification:
    """The least verification that the strictest donor of a drive asks.

    A method may ask for more, which none may go below.
    """
    policies = _donations(drive).values_list("verification_policy", flat=True)
    asked = {VerificationPolicy(policy).least for policy in policies}
    return max(asked, key=list(Verification).index)


def is_before_this_cycle(drive: StorageDrive, ended: dt.datetime) -> bool:
    """Whether an instant, by another’s clock, is before the drive last came to us."""
    events = drive.events.order_by("-sequence")
    began = events.filter(verb="cycle_opened").first() or events.last()
    return began is not None and ended < began.occurred_at


def came_at(drive: StorageDrive) -> dt.datetime | None:
    """When a drive last came to us: as its present cycle began, else with the device
    that it was first known in.
    """
    events = drive.events.order_by("sequence")
    if opened := events.filter(verb="cycle_opened").last():
        return opened.occurred_at
    first = events.first()
    tag = first.data.get("device") if first else None
    device = Device.objects.filter(tag=tag).first() if tag else None
    return device.received_at if device else None


def is_by_two(drive: StorageDrive) -> bool:
    """Whether one of its donors wants two people to order a drive's erasure."""
    return _donations(drive).filter(erasure_by_two=True).exists()


def _donations(drive: StorageDrive) -> models.QuerySet[Donation]:
    """What a drive's data may be of: its journal names every device it was in.

    A drive does not become another donor's by being plugged in elsewhere. What has
    two records is of the donors of both.
    """
    tags = drive.events.values_list("data__device", flat=True)
    known = {tag for tag in tags if tag} | {drive.last_host.tag}
    found = known
    while found:
        second = Device.objects.filter(merged_into__tag__in=found)
        found = set(second.values_list("tag", flat=True)) - known
        known |= found
    return Donation.objects.filter(lots__devices__tag__in=known).order_by()
