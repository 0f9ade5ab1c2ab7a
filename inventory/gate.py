"""The gate: nothing leaves while a drive known in it is unproven.

The one place that decides whether a device may enter an exit. `change_status`
(inventory.actions.status) asks it for every change of state, so no act can
forget; the database's own trigger asks the drives again, whoever writes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from inventory.errors import DrivesUnknown, DriveUnproven, OnHold
from inventory.models import Device, StorageDrive
from inventory.models.device_kind import DeviceKind, Storage
from inventory.states import (
    EXITS,
    EXITS_WITH_DRIVE,
    PROVEN,
    DataState,
    DeviceStatus,
    DriveStatus,
)


@dataclasses.dataclass(frozen=True)
class Blocker:
    """One reason why a device may not leave, in words and as a refusal."""

    error: DomainError

    @property
    def code(self) -> str:
        return self.error.code

    @property
    def message(self) -> str:
        return self.error.message

    @property
    def advice(self) -> str:
        return self.error.advice


def data_state(device: Device, drives: Sequence[StorageDrive]) -> DataState:
    """What is known of the data in a device with these drives inside."""
    gated = [drive for drive in drives if drive.gated]
    if any(drive.status not in PROVEN for drive in gated):
        return DataState.AT_RISK
    if gated:
        return DataState.CLEAN
    if device.storage == Storage.NONE or _cannot_hold_data(device):
        return DataState.NO_STORAGE
    return DataState.UNKNOWN


def _cannot_hold_data(device: Device) -> bool:
    """Whether it is said so, and still of a kind of which that can be said."""
    said = device.storage == Storage.NOT_APPLICABLE
    return said and not DeviceKind(device.kind).holds_data


def is_exit(device: Device, drives: Sequence[StorageDrive], to: DeviceStatus) -> bool:
    """Whether entering this state passes the gate, given the drives inside.

    Parts are an exit too, unless somebody knows that no drive is among them.
    """
    diskless = not drives and data_state(device, drives) is DataState.NO_STORAGE
    return to in EXITS or (to in EXITS_WITH_DRIVE and not diskless)


def blockers(device: Device, drives: Sequence[StorageDrive]) -> list[Blocker]:
    """Everything that keeps this device from leaving, the drives first."""
    found: list[DomainError] = [
        _unproven(device, drive)
        for drive in drives
        if drive.gated and drive.status not in PROVEN
    ]
    if data_state(device, drives) is DataState.UNKNOWN:
        found.append(_unknown(device))
    if device.is_held:
        found.append(_held(device))
    return [Blocker(error) for error in found]


def refuse_unless_safe(
    device: Device, drives: Sequence[StorageDrive], to: DeviceStatus
) -> None:
    """Raise what blocks the way into `to`; quiet where the way is free.

    A device given back to its donor may leave unerased with a signed waiver; a
    hold still stops it.
    """
    if not is_exit(device, drives, to):
        return
    found = blockers(device, drives)
    if to is DeviceStatus.RETURNED_TO_DONOR and device.waiver_reference:
        found = [blocker for blocker in found if isinstance(blocker.error, OnHold)]
    if found:
        raise found[0].error


def _unproven(device: Device, drive: StorageDrive) -> DomainError:
    if drive.in_use:
        why = _("it is in use in the machine that reports it")
        advice = _("Start the machine from the workshop’s stick, then erase the drive.")
    else:
        why, advice = _why(DriveStatus(drive.status))
        if drive.ordered_at is not None:
            advice = _("Its machine has the order to erase it: see the erasures.")
    return DriveUnproven(
        _("The drive %(drive)s in %(device)s has no proof of erasure: %(why)s.")
        % {"drive": drive, "device": device, "why": why},
        advice=advice,
        device=device.tag,
        drive=str(drive.uuid),
        drive_serial=drive.serial,
        drive_status=drive.status,
    )


def _why(status: DriveStatus) -> tuple[str, str]:
    match status:
        case DriveStatus.EXCEPTIONS_TO_APPROVE:
            return (
                _("its erasure has exceptions that nobody has approved"),
                _("Ask the data-security officer to look at them."),
            )
        case DriveStatus.CLASS_TOO_LOW:
            return (
                _(
                    "it was erased, but with a class or a verification below what is asked"
                ),
                _("Erase it again with a stronger method, and verify it as asked."),
            )
        case DriveStatus.FAILED:
            return (
                _("its erasure failed"),
                _("Erase it again, or have it destroyed."),
            )
        case DriveStatus.DESTRUCTION_TO_APPROVE:
            return (
                _("its destruction has not been confirmed"),
                _("Ask the data-security officer to confirm it."),
            )
        case _:
            return (
                _("it has not been erased since it came in"),
                _("Erase it, then record the erasure."),
            )


def _unknown(device: Device) -> DomainError:
    return DrivesUnknown(
        _("Nobody has said which drives are in %(device)s.") % {"device": device},
        advice=_("Declare its drives, or that there is none inside."),
        device=device.tag,
    )


def _held(device: Device) -> DomainError:
    return OnHold(
        _("%(device)s is on hold: %(reason)s.")
        % {"device": device, "reason": device.get_hold_reason_display()},
        advice=_("The workshop lead can release the hold."),
        device=device.tag,
        reason=device.hold_reason,
    )
