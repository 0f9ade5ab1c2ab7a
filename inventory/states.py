"""The lives of a device and of a drive: which state may follow which."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceStatus(models.TextChoices):
    ANNOUNCED = "announced", _("Announced")
    RECEIVED = "received", _("Received")
    IN_TRIAGE = "in_triage", _("In triage")
    TO_PROCESS = "to_process", _("To process")
    IN_REFURBISHMENT = "in_refurbishment", _("In refurbishment")
    AWAITING_PARTS = "awaiting_parts", _("Awaiting parts")
    IN_QUALITY_CHECK = "in_quality_check", _("In quality check")
    READY = "ready", _("Ready")
    RESERVED = "reserved", _("Reserved")
    PACKED = "packed", _("Packed")
    IN_TRANSIT = "in_transit", _("In transit")
    ON_LOAN = "on_loan", _("On loan")
    HANDED_OVER = "handed_over", _("Handed over")
    RETURNED = "returned", _("Returned")
    IN_SUPPORT = "in_support", _("In support")
    NOT_REUSABLE = "not_reusable", _("Not reusable")
    FOR_PARTS = "for_parts", _("For parts")
    SCRAPPED = "scrapped", _("Scrapped")
    WEEE_OUT = "weee_out", _("Handed to recycling")
    RETURNED_TO_DONOR = "returned_to_donor", _("Returned to donor")
    MISSING = "missing", _("Missing")
    LOST = "lost", _("Lost")
    STOLEN = "stolen", _("Stolen")
    WRITTEN_OFF = "written_off", _("Written off")


S = DeviceStatus
_LEAVES_STOCK = frozenset({S.NOT_REUSABLE, S.MISSING})

# A device that comes back holds somebody's data again: there is no way from
# RETURNED to READY that does not go through the workshop.
NEXT: Mapping[DeviceStatus, frozenset[DeviceStatus]] = {
    S.ANNOUNCED: frozenset({S.RECEIVED, S.MISSING}),
    S.RECEIVED: frozenset({S.IN_TRIAGE, S.TO_PROCESS, S.RETURNED_TO_DONOR})
    | _LEAVES_STOCK,
    S.IN_TRIAGE: frozenset({S.TO_PROCESS, S.RETURNED_TO_DONOR}) | _LEAVES_STOCK,
    S.TO_PROCESS: frozenset({S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK}) | _LEAVES_STOCK,
    S.IN_REFURBISHMENT: frozenset({S.AWAITING_PARTS, S.IN_QUALITY_CHECK, S.TO_PROCESS})
    | _LEAVES_STOCK,
    S.AWAITING_PARTS: frozenset({S.IN_REFURBISHMENT}) | _LEAVES_STOCK,
    S.IN_QUALITY_CHECK: frozenset({S.READY, S.IN_REFURBISHMENT, S.TO_PROCESS})
    | _LEAVES_STOCK,
    S.READY: frozenset({S.RESERVED, S.TO_PROCESS}) | _LEAVES_STOCK,
    S.RESERVED: frozenset({S.PACKED, S.READY, S.TO_PROCESS, S.MISSING}),
    S.PACKED: frozenset({S.IN_TRANSIT, S.ON_LOAN, S.HANDED_OVER, S.READY})
    | frozenset({S.TO_PROCESS, S.MISSING}),
    S.IN_TRANSIT: frozenset({S.ON_LOAN, S.HANDED_OVER, S.PACKED, S.LOST, S.STOLEN}),
    S.ON_LOAN: frozenset(
        {S.RETURNED, S.IN_SUPPORT, S.HANDED_OVER, S.LOST, S.STOLEN, S.WRITTEN_OFF}
    ),
    S.HANDED_OVER: frozenset({S.RETURNED, S.IN_SUPPORT}),
    S.RETURNED: frozenset({S.TO_PROCESS}),
    S.IN_SUPPORT: frozenset({S.HANDED_OVER, S.ON_LOAN, S.TO_PROCESS}),
    S.NOT_REUSABLE: frozenset({S.FOR_PARTS, S.SCRAPPED, S.TO_PROCESS})
    | frozenset({S.RETURNED_TO_DONOR}),
    S.FOR_PARTS: frozenset({S.SCRAPPED, S.NOT_REUSABLE}),
    S.SCRAPPED: frozenset({S.WEEE_OUT, S.NOT_REUSABLE}),
    S.MISSING: frozenset({S.RECEIVED}),
    S.LOST: frozenset({S.RETURNED}),
    S.STOLEN: frozenset({S.RETURNED}),
    S.WEEE_OUT: frozenset(),
    S.RETURNED_TO_DONOR: frozenset(),
    S.WRITTEN_OFF: frozenset(),
}

# Entering one of these, a device leaves the workshop's hands or is promised to
# somebody: every way in passes the gate (inventory.gate).
EXITS = frozenset(
    {S.READY, S.PACKED, S.IN_TRANSIT, S.ON_LOAN, S.HANDED_OVER, S.WEEE_OUT}
    | {S.RETURNED_TO_DONOR}
)
# An exit unless somebody knows that no drive is inside: then parts hold no data.
EXITS_WITH_DRIVE = frozenset({S.FOR_PARTS})
# Where a hold or a lost proof sends a device back; later states keep theirs, and
# what depends on them shows the blocker.
FALLS_BACK = frozenset({S.READY})
FINAL = frozenset(status for status, after in NEXT.items() if not after)
# Not in the workshop's hands any more.
OUT = frozenset(
    {S.ON_LOAN, S.HANDED_OVER, S.WEEE_OUT, S.RETURNED_TO_DONOR, S.LOST, S.STOLEN}
    | {S.WRITTEN_OFF}
)
# In other hands: a drive that leaves such a device has been there, whatever its
# proof says. In support it is still somebody’s; missing, nobody knows whose.
AWAY = OUT | {S.MISSING, S.IN_SUPPORT}
# Not on the shelf where it stood last: away, or with a structure that hands it on.
NOT_HERE = AWAY | {S.IN_TRANSIT}


def comes_back(was: DeviceStatus, to: DeviceStatus) -> bool:
    """Whether a device that was in other hands is the workshop’s again.

    In support it stays that person’s; sent on from there, it is for another.
    """
    from_support = was is S.IN_SUPPORT and to is S.TO_PROCESS
    found_again = was is S.MISSING and to is S.RECEIVED
    return to is S.RETURNED or from_support or found_again


class Stage(models.TextChoices):
    """What has become of a received device, for the balance of a lot."""

    IN_PROCESS = "in_process", _("In process")
    READY = "ready", _("Ready to give")
    OUT = "out", _("Out")
    SET_ASIDE = "set_aside", _("Set aside")
    MISSING = "missing", _("Missing")


# Every state of a received device counts once, so that a lot's balance always holds.
STAGES: Mapping[Stage, frozenset[DeviceStatus]] = {
    Stage.IN_PROCESS: frozenset(
        {S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT}
        | {S.AWAITING_PARTS, S.IN_QUALITY_CHECK, S.RETURNED, S.IN_SUPPORT}
    ),
    Stage.READY: frozenset({S.READY, S.RESERVED, S.PACKED}),
    Stage.OUT: OUT | {S.IN_TRANSIT},
    Stage.SET_ASIDE: frozenset({S.NOT_REUSABLE, S.FOR_PARTS, S.SCRAPPED}),
    Stage.MISSING: frozenset({S.MISSING}),
}


class DataState(models.TextChoices):
    """What is known of the data in a device, computed from its drives."""

    UNKNOWN = "unknown", _("Drives unknown")
    AT_RISK = "at_risk", _("Not erased")
    CLEAN = "clean", _("Erased")
    NO_STORAGE = "no_storage", _("No storage")


# With these the gate lets a device pass.
SAFE = frozenset({DataState.CLEAN, DataState.NO_STORAGE})


# What a device can be while it is in a pack: being made, on its way, or with somebody.
IN_A_PACK = frozenset(
    {S.RESERVED, S.PACKED, S.IN_TRANSIT, S.ON_LOAN, S.HANDED_OVER, S.IN_SUPPORT}
)


class DriveStatus(models.TextChoices):
    AWAITING_ERASURE = "awaiting_erasure", _("To erase")
    ERASED = "erased", _("Erased")
    EXCEPTIONS_TO_APPROVE = "exceptions_to_approve", _("Exceptions to approve")
    CLASS_TOO_LOW = "class_too_low", _("Erased, less than asked")
    FAILED = "failed", _("Erasure failed")
    DESTRUCTION_TO_APPROVE = "destruction_to_approve", _("Destruction to approve")
    DESTROYED = "destroyed", _("Destroyed")
    INSTALLED_NEW = "installed_new", _("Installed new")
    WITHDRAWN = "withdrawn", _("Withdrawn: declared by mistake")


D = DriveStatus
_RESULTS = frozenset(
    {D.ERASED, D.EXCEPTIONS_TO_APPROVE, D.CLASS_TOO_LOW, D.FAILED}
    | {D.AWAITING_ERASURE, D.DESTRUCTION_TO_APPROVE}
)
DRIVE_NEXT: Mapping[DriveStatus, frozenset[DriveStatus]] = {
    D.AWAITING_ERASURE: _RESULTS | {D.WITHDRAWN},
    D.EXCEPTIONS_TO_APPROVE: _RESULTS,
    D.CLASS_TOO_LOW: _RESULTS,
    D.FAILED: _RESULTS,
    D.ERASED: _RESULTS,
    D.INSTALLED_NEW: frozenset({D.AWAITING_ERASURE, D.DESTRUCTION_TO_APPROVE}),
    D.DESTRUCTION_TO_APPROVE: frozenset({D.DESTROYED, D.FAILED}),
    D.DESTROYED: frozenset(),
    D.WITHDRAWN: frozenset(),
}
# A drive in one of these holds nobody's data.
PROVEN = frozenset({D.ERASED, D.DESTROYED, D.INSTALLED_NEW})


# There is no such drive any more, or there never was.
NO_MORE = frozenset({D.DESTROYED, D.WITHDRAWN})


class WithdrawalReason(models.TextChoices):
    """Why a drive that was declared is none."""

    WRITTEN_TWICE = "written_twice", _("Written down twice")
    NOT_THERE = "not_there", _("There is no such drive")
    OTHER_DEVICE = "other_device", _("It is in another device")


class OrderFall(models.TextChoices):
    """Why an order is off before anything came of it."""

    TAKEN_BACK = "taken_back", _("Taken back by a person")
    MOVED = "moved", _("The drive is in another place than it was")
    NEW_CYCLE = "new_cycle", _("The drive was in other hands since")
    OTHER_DRIVE = "other_drive", _("What is known of the drive changed since")
    SETTLED = "settled", _("The drive was destroyed, or withdrawn")
    JOB_OVER = "job_over", _("The machine gave its job up")


class ProofRefusal(models.TextChoices):
    """Why what a machine reported proves nothing; the rule's stable code."""

    ORDER_UNKNOWN = "order_unknown", _("There is no such order, or its token is wrong")
    ORDER_OF_ANOTHER = "order_of_another", _("The order was given to another machine")
    ORDER_NOT_APPROVED = "order_not_approved", _("Nobody had approved the order")
    ORDER_FELL = "order_fell", _("The order was off")
    RESULT_KNOWN = "result_known", _("Another result had been reported for this order")
    RESULT_OVERTAKEN = (
        "result_overtaken",
        _("A later order for this drive had its result before"),
    )
    CYCLE_OVER = "cycle_over", _("The drive was in other hands since the order")
    DRIVE_NOT_HELD = "drive_not_held", _("The drive is not in this machine")
    DRIVE_OTHER = "drive_other", _("It is about another drive than the order")
    EVIDENCE_INCOMPLETE = (
        "evidence_incomplete",
        _("What was executed does not add up to a success"),
    )
    TECHNIQUE_UNFIT = "technique_unfit", _("This method does not exist for this drive")
    DRIVE_IN_USE = "drive_in_use", _("The drive was in use in the machine")
    DRIVE_DESTROYED = "drive_destroyed", _("The drive is no more")
    NOT_HERE = "not_here", _("The device is out of the workshop’s hands")
    RESULT_UNCLEAR = "result_unclear", _("How it ended is not clear")


class HoldReason(models.TextChoices):
    """Why a device may not leave, whatever its state."""

    UNPROVEN_DRIVE = "unproven_drive", _("A drive without proof was seen in it")
    DONOR_REQUEST = "donor_request", _("The donor asks to wait")
    DISPUTE = "dispute", _("Its origin is disputed")
    SAFETY = "safety", _("Unsafe: battery, burn or shock")
    FIRMWARE_LOCK = "firmware_lock", _("Firmware password or management lock")
    TO_CLARIFY = "to_clarify", _("To clarify with the workshop lead")


class SetAsideReason(models.TextChoices):
    """Why a device will not be used again as a whole."""

    BROKEN_SCREEN = "broken_screen", _("Broken screen")
    MOTHERBOARD = "motherboard", _("Dead motherboard")
    BIOS_LOCKED = "bios_locked", _("Firmware locked")
    MDM_LOCKED = "mdm_locked", _("Locked by its former manager")
    TOO_OLD = "too_old", _("Too old")
    COSMETIC = "cosmetic", _("Too worn")
    MISSING_PARTS = "missing_parts", _("Parts missing")
    BURNT = "burnt", _("Burnt or wet")
    INCOMPLETE = "incomplete", _("Incomplete")
