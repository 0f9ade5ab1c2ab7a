"""What is claimed about a drive, and what a claim must meet before it counts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.dates import date_format
from backoffice.core.errors import SamePerson
from inventory import methods
from inventory.actions.drive_cycle import came_at, verification_asked
from inventory.actions.status import require_here
from inventory.errors import (
    DateImpossible,
    DriveDestroyed,
    DriveInUse,
    EvidenceIncomplete,
    TechniqueUnfit,
)
from inventory.methods import ErasureClass, Medium, Technique, Verification
from inventory.models import (
    Device,
    Erasure,
    ErasureException,
    ErasureResult,
    ErasureSource,
    StorageDrive,
)
from inventory.states import DriveStatus

GIGABYTE = 10**9
# A label is off by a tenth at most.
ROUNDED_BY = 10
SUCCESSES = frozenset({ErasureResult.ERASED, ErasureResult.ERASED_WITH_EXCEPTIONS})


@dataclasses.dataclass(frozen=True)
class Claim:
    """What is said to have been done to a drive. Sizes in bytes.

    The method may be None only for what did not succeed.
    """

    result: ErasureResult
    technique: Technique | None
    tool: str
    tool_version: str
    verification: Verification
    erased_on: dt.date
    bytes_erased: int | None = None
    exceptions: Sequence[ErasureException] = ()
    # Named only where nobody had said what the drive is.
    medium: Medium | None = None


@dataclasses.dataclass(frozen=True)
class Origin:
    """Who says it, when it was by their own clock, and the evidence for it.

    `details` is what was executed, as `Erasure.details` keeps it. `over_at` is when it
    was over by our clock; None where only the day is known.
    """

    source: ErasureSource = ErasureSource.TYPED
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    over_at: dt.datetime | None = None
    evidence_sha256: str = ""
    details: Mapping[str, object] = dataclasses.field(default_factory=dict)


def refuse_gone(device: Device, drive: StorageDrive) -> None:
    """Nothing is done to a drive whose device is out of the workshop’s hands."""
    if drive.host_id == device.pk:
        require_here(device)


def refuse_impossible(drive: StorageDrive, claim: Claim) -> None:
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
        raise in_use(drive)
    refuse_day(drive, claim.erased_on)


def refuse_incomplete(drive: StorageDrive, claim: Claim) -> None:
    """A success must be verified as asked, cover every byte, and name its exceptions."""
    _refuse_unverified(drive, claim)
    if not claim.bytes_erased:
        raise EvidenceIncomplete(
            _("A success says how many bytes were erased."),
            advice=_("The tool’s own report names them."),
            drive=str(drive.uuid),
        )
    if drive.size_bytes is not None and claim.bytes_erased != drive.size_bytes:
        raise EvidenceIncomplete(
            _("The drive holds %(size)d bytes, and %(erased)d were erased.")
            % {"size": drive.size_bytes, "erased": claim.bytes_erased},
            advice=_("Record the attempt as failed or aborted."),
            drive=str(drive.uuid),
        )
    if bool(claim.exceptions) != (claim.result == ErasureResult.ERASED_WITH_EXCEPTIONS):
        raise EvidenceIncomplete(
            _("Exceptions and “erased with exceptions” go together."),
            drive=str(drive.uuid),
        )


def _refuse_unverified(drive: StorageDrive, claim: Claim) -> None:
    """A success is looked at as its method asks, and as the drive's donors do."""
    technique = _named(drive, claim)
    reached_class(drive, claim)
    needed = methods.verification_needed(Medium(drive.medium), technique)
    advice = _("Verify the drive, or record the attempt as failed.")
    if not claim.verification.reaches(needed):
        raise EvidenceIncomplete(
            _("This method is a success only with at least “%(needed)s”.")
            % {"needed": needed.label},
            advice=advice,
            drive=str(drive.uuid),
        )
    if technique is Technique.FACTORY_RESET and claim.verification.reaches(
        Verification.SAMPLED
    ):
        raise EvidenceIncomplete(
            _("After a factory reset nothing can be read back."),
            advice=_("Look through it, and say so."),
            drive=str(drive.uuid),
        )
    asked = verification_asked(drive)
    if not methods.as_asked(technique, claim.verification, asked):
        raise EvidenceIncomplete(
            _("The donor of this drive asks for at least “%(asked)s”.")
            % {"asked": asked.label},
            advice=advice,
            drive=str(drive.uuid),
        )


def adopt_exact_size(drive: StorageDrive, claim: Claim) -> None:
    """Take the bytes that an erasure counted for the size on a locked drive’s label.

    Whole gigabytes are what a person read there; what an agent saw, or bytes that
    somebody counted, stand.
    """
    said, counted = drive.size_bytes, claim.bytes_erased
    if drive.last_seen_at or not said or not counted or said % GIGABYTE:
        return
    if abs(counted - said) * ROUNDED_BY <= said:
        drive.size_bytes = counted


def refuse_outgrown(drive: StorageDrive, erasure: Erasure) -> None:
    """Refuse to accept an erasure of less than the drive is now known to hold."""
    if drive.size_bytes and (erasure.bytes_erased or 0) < drive.size_bytes:
        raise EvidenceIncomplete(
            _("The drive holds %(size)d bytes, and %(erased)d were erased.")
            % {"size": drive.size_bytes, "erased": erasure.bytes_erased or 0},
            advice=_("Erase it again, then record the erasure."),
            drive=str(drive.uuid),
        )


def _named(drive: StorageDrive, claim: Claim) -> Technique:
    if claim.technique is None:
        raise EvidenceIncomplete(
            _("A success names its method."), drive=str(drive.uuid)
        )
    return claim.technique


def reached_class(drive: StorageDrive, claim: Claim) -> ErasureClass:
    """The class of a claim that names its method."""
    technique = _named(drive, claim)
    try:
        return methods.class_of(Medium(drive.medium), technique)
    except methods.UnfitTechnique as unfit:
        raise TechniqueUnfit(
            _("“%(technique)s” does not exist for this drive (%(medium)s).")
            % {
                "technique": technique.label,
                "medium": Medium(drive.medium).label,
            },
            advice=_("Check what kind of drive it is."),
            drive=str(drive.uuid),
        ) from unfit


def in_use(drive: StorageDrive) -> DriveInUse:
    return DriveInUse(
        _("The drive %(drive)s is in use in the machine that reports it.")
        % {"drive": drive},
        advice=_("Start the machine from the workshop’s stick, then erase the drive."),
        drive=str(drive.uuid),
    )


def refuse_day(drive: StorageDrive, day: dt.date) -> None:
    """Nothing was done to a drive before it last came to us, or in the future.

    It may have come in another device than the one it is in now.
    """
    refuse_date(drive.last_host, day)
    came = came_at(drive)
    if came and day < timezone.localdate(came):
        raise DateImpossible(
            _("%(device)s came in on %(date)s: this cannot have happened before.")
            % {
                "device": drive,
                "date": date_format(timezone.localdate(came), "SHORT_DATE_FORMAT"),
            },
            drive=str(drive.uuid),
        )


def refuse_date(device: Device, day: dt.date) -> None:
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


def refuse_same_person(operator_id: int | None, approver_id: int) -> None:
    if operator_id == approver_id:
        raise SamePerson(
            _(
                "Who did, ordered, brought or approved it cannot be its second person too."
            ),
            advice=_("Ask another data-security officer."),
        )
