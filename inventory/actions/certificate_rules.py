"""Whether an attempt is proof, and whether its drive can be named on paper."""

from __future__ import annotations

import enum
import re

from django.utils.translation import gettext as _

from agent.placeholders import is_placeholder
from inventory import codes
from inventory.actions.evidence import SUCCESSES
from inventory.errors import NothingProven, SerialDoubtful
from inventory.methods import Medium
from inventory.models import (
    Bus,
    Destruction,
    Erasure,
    ErasureException,
    ErasureResult,
    StorageDrive,
)
from inventory.states import DriveStatus

# Stars, dots and rows of x or dashes stand for what somebody did not want to show.
MASKED = re.compile(r"[*#?•…]|x{4,}|\.{3,}|-{3,}|_{3,}", re.IGNORECASE)
# What a machine says stands between a drive and itself, and gives a serial of its own.
BEHIND = frozenset({"usb_bridge", "raid"})


class Shortfall(enum.StrEnum):
    """Why an attempt proves nothing; of a success, why even so."""

    NONE = ""
    UNSUCCESSFUL = "unsuccessful"
    EXCEPTIONS_REFUSED = "exceptions_refused"
    NOT_ACCEPTED = "not_accepted"
    NOT_ENOUGH = "not_enough"
    NO_MORE = "no_more"


def shortfall(drive: StorageDrive, erasure: Erasure) -> Shortfall:
    """What an attempt on a held drive lacks to be its proof, in the attempt's cycle.

    Raises NothingProven where a second person has still to decide.
    """
    if erasure.result not in SUCCESSES:
        return Shortfall.UNSUCCESSFUL
    if erasure.cycle == drive.cycle and drive.proof_id == erasure.pk:
        return Shortfall.NONE
    waits = drive.status == DriveStatus.EXCEPTIONS_TO_APPROVE
    if erasure.cycle == drive.cycle and erasure.is_last_attempt and waits:
        raise NothingProven(
            _("This erasure waits for a second person."),
            advice=_("A data-security officer accepts it, or refuses it."),
            drive=str(drive.uuid),
        )
    is_open = erasure.result == ErasureResult.ERASED_WITH_EXCEPTIONS
    if is_open and erasure.approved_by_id is None:
        refused = _was_refused(drive, erasure)
        return Shortfall.EXCEPTIONS_REFUSED if refused else Shortfall.NOT_ACCEPTED
    if erasure.cycle == drive.cycle:
        low = drive.status == DriveStatus.CLASS_TOO_LOW
        return Shortfall.NOT_ENOUGH if low else Shortfall.NO_MORE
    return Shortfall.NONE if erasure.closed_its_cycle else Shortfall.NO_MORE


def _was_refused(drive: StorageDrive, erasure: Erasure) -> bool:
    """Whether somebody said no. Nobody may have: the drive came back, or failed since."""
    said = drive.events.filter(
        verb="exceptions_refused", data__erasure=str(erasure.uuid)
    )
    return said.exists()


def refuse_doubtful_serial(drive: StorageDrive, erasure: Erasure) -> None:
    """Refuse a serial that may be another's: filler, hidden, shared or a bridge's."""
    serial = erasure.details.get("drive", {}).get("serial") or drive.serial
    why = _doubt(drive, erasure, serial)
    if why:
        raise SerialDoubtful(
            _("No certificate for %(drive)s: %(why)s") % {"drive": drive, "why": why},
            advice=_("Read the serial off the drive’s label, or destroy the drive."),
            drive=str(drive.uuid),
        )


def refuse_unconfirmed(destruction: Destruction) -> None:
    """Refuse to put on record what nobody confirmed, or what a machine contradicts."""
    if destruction.is_contradicted:
        raise NothingProven(
            _("A machine has shown %(drive)s since it was said to be destroyed.")
            % {"drive": destruction.drive},
            advice=_("Look where the drive is, then record what is true."),
            drive=str(destruction.drive.uuid),
        )
    if destruction.approved_by_id is None:
        raise NothingProven(
            _("No second person has confirmed this destruction."),
            advice=_("A data-security officer confirms it, or refuses it."),
            drive=str(destruction.drive.uuid),
        )


def _doubt(drive: StorageDrive, erasure: Erasure, serial: str) -> str:
    if is_placeholder(serial) or codes.is_placeholder(serial):
        return _("its serial number names nothing.")
    if MASKED.search(serial):
        return _("a part of its serial number is hidden.")
    if drive.serial and codes.key(serial) != codes.key(drive.serial):
        return _("the machine read another serial number than is known of it.")
    if _is_through_bridge(drive, erasure):
        return _("its serial number was read through an adapter.")
    if _is_shared(drive, serial):
        return _("another drive carries the same serial number.")
    return ""


def _is_through_bridge(drive: StorageDrive, erasure: Erasure) -> bool:
    """Whether something that answers for the drive stood between it and the reader."""
    seen = erasure.details.get("drive", {})
    outside = {Bus.USB, Bus.CARD} if drive.medium != Medium.USB_FLASH else set()
    return (
        ErasureException.SERIAL_THROUGH_BRIDGE in erasure.exceptions
        or (seen.get("bus") or drive.bus) in outside
        or seen.get("behind") in BEHIND
    )


def _is_shared(drive: StorageDrive, serial: str) -> bool:
    """Whether another drive, not known to be another product, has this serial."""
    others = StorageDrive.objects.with_serial(serial).exclude(pk=drive.pk)
    return any(
        codes.same_product(drive.make, drive.model, other.make, other.model)
        is not False
        for other in others
    )
