"""What the workshop's rules say when they say no. Codes are listed in docs/reference.md."""

from __future__ import annotations

from backoffice.core.errors import DomainError


class WrongStatus(DomainError):
    """The device's or drive's state does not allow this act."""

    code = "wrong_status"


class NotHere(DomainError):
    """The device is out of the workshop's hands: given, lent, recycled or lost."""

    code = "not_here"


class DriveUnproven(DomainError):
    """A drive in the device has no accepted proof in its current cycle."""

    code = "drive_unproven"


class DrivesUnknown(DomainError):
    """Nobody has said which drives are in the device."""

    code = "drives_unknown"


class OnHold(DomainError):
    """The device is held: it may not leave."""

    code = "on_hold"


class QualityCheckMissing(DomainError):
    """The device has not passed its quality check since it came to the bench."""

    code = "quality_check_missing"


class ChecksMissing(DomainError):
    """A quality check has items failed or not tested, or not all of the kind."""

    code = "checks_missing"


class SerialKnown(DomainError):
    """A device with this make and serial is already here."""

    code = "serial_known"


class SerialMissing(DomainError):
    """A device without a serial needs a reason."""

    code = "serial_missing"


class LotClosed(DomainError):
    """The lot takes no more devices."""

    code = "lot_closed"


class DriveInUse(DomainError):
    """The drive is mounted in the machine that reports it: it cannot be erased there."""

    code = "drive_in_use"


class DriveElsewhere(DomainError):
    """The drive is in another machine or in custody."""

    code = "drive_elsewhere"


class DriveDestroyed(DomainError):
    """The drive no longer exists."""

    code = "drive_destroyed"


class DriveAttested(DomainError):
    """The drive was seen by an agent, erased or bought: it was not declared by mistake."""

    code = "drive_attested"


class EvidenceIncomplete(DomainError):
    """What is claimed for the erasure does not add up to a success."""

    code = "evidence_incomplete"


class TechniqueUnfit(DomainError):
    """This technique does not exist for this kind of drive."""

    code = "technique_unfit"


class DateImpossible(DomainError):
    """The date precedes the reception, or lies in the future."""

    code = "date_impossible"


class NothingToApprove(DomainError):
    """There is nothing here that waits for a second person."""

    code = "nothing_to_approve"


class StorageDeclared(DomainError):
    """The declaration contradicts the drives already known."""

    code = "storage_declared"


class PlaceClosed(DomainError):
    """Nothing is put there any more."""

    code = "place_closed"


class PlaceElsewhere(DomainError):
    """The place belongs to another site."""

    code = "place_elsewhere"


class NameTaken(DomainError):
    """There is already a place of this name."""

    code = "name_taken"


class AlreadyThere(DomainError):
    """The device is already in that place."""

    code = "already_there"


class NothingToUndo(DomainError):
    """There is no act of this person here that can still be taken back."""

    code = "nothing_to_undo"


class UndoTooLate(DomainError):
    """Something happened since, or the ten minutes are over."""

    code = "undo_too_late"


class CodeTaken(DomainError):
    """This code already leads to another device."""

    code = "code_taken"


class NothingToReceipt(DomainError):
    """A receipt needs at least one device received."""

    code = "nothing_to_receipt"


class SerialDoubtful(DomainError):
    """A certificate names a drive by a serial that is this drive’s alone."""

    code = "serial_doubtful"


class NothingProven(DomainError):
    """A certificate is given for what is decided and proves something."""

    code = "nothing_proven"


class CertificateCancelled(DomainError):
    """The certificate was cancelled before."""

    code = "certificate_cancelled"


class MergedAway(DomainError):
    """The record was found to be a second one of another device."""

    code = "merged_away"


class NoDifference(DomainError):
    """No report says anything else of this value."""

    code = "no_difference"


class ScanRepeated(Exception):
    """The same scan arrived twice: the first answer stands. Not a refusal."""


class ScannerCodeInvalid(DomainError):
    """The join code of a scanner is unknown, used, expired or another station’s."""

    code = "code_invalid"
    status = 403


class ScannerRevoked(DomainError):
    """The scanner was sent away before."""

    code = "scanner_revoked"


class HealthRulesChanged(DomainError):
    """The health rules are another version than the one that was changed."""

    code = "health_rules_changed"


class LimitsRefused(DomainError):
    """These limits contradict each other or are out of range."""

    code = "limits_refused"


class ResultsUnreadable(DomainError):
    """The file is no report of a tool that is known here, or too large."""

    code = "results_unreadable"


class ResultsDecided(DomainError):
    """Somebody has already decided what these results, or this line, are worth."""

    code = "results_decided"


class CertificateRunOver(DomainError):
    """Issuing these certificates has ended, or was cancelled before."""

    code = "certificate_run_over"


class DonorMailOver(DomainError):
    """The mail was sent, or given up, before."""

    code = "donor_mail_over"
