"""Erasure at the station: which drives need it, and what is filled in for each."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from inventory import actions, gate
from inventory.actions import Claim
from inventory.cards import Kind, Said
from inventory.errors import DriveDestroyed
from inventory.methods import Medium, Technique, Verification
from inventory.models import (
    Device,
    Erasure,
    ErasureResult,
    ErasureSource,
    Place,
    Scan,
    Storage,
    StorageDrive,
)
from inventory.states import DriveStatus
from inventory.views.station.asking import Ask, kind_of
from inventory.views.station.misplaced import misplaced

# A form can settle these; the others wait for somebody, or are settled.
_TO_ERASE = frozenset(
    {DriveStatus.AWAITING_ERASURE, DriveStatus.FAILED, DriveStatus.CLASS_TOO_LOW}
)
# The tag first, then the command, by somebody who has not walked away between.
AT_ONCE = dt.timedelta(minutes=2)
_NOT_HERE = frozenset(
    {DriveStatus.EXCEPTIONS_TO_APPROVE, DriveStatus.DESTRUCTION_TO_APPROVE}
)


def prepare(ask: Ask, thing: Device | Place | StorageDrive) -> None:
    """Show what the drives need, each with its form."""
    match thing:
        case Device():
            _of_device(ask, thing)
        case StorageDrive():
            _of_drive(ask, thing)
        case Place():
            misplaced(ask, thing)


def _of_device(ask: Ask, device: Device) -> None:
    drives = list(device.drives.order_by("pk"))
    if not drives and device.storage in {Storage.NONE, Storage.NOT_APPLICABLE}:
        return ask.ok(Kind.DEVICE, device=device)
    if not drives:
        return ask.refuse(gate.blockers(device, [])[0].error, device=device)
    to_erase = [drive for drive in drives if is_to_erase(drive)]
    one = str(to_erase[0].uuid) if len(to_erase) == 1 else ""
    every = [str(drive.uuid) for drive in drives]
    if all(drive.is_proven for drive in drives):
        return ask.ok(Kind.DRIVES, device=device, drives=every, drive="")
    return ask.attention(Kind.DRIVES, device=device, drives=every, drive=one)


def _of_drive(ask: Ask, drive: StorageDrive) -> None:
    device = drive.host or drive.last_host
    if refusal := _refusal(device, drive):
        return ask.refuse(refusal, device=device)
    one = str(drive.uuid)
    if drive.is_proven:
        return ask.ok(Kind.DRIVES, device=device, drives=[one], drive="")
    return ask.attention(Kind.DRIVES, device=device, drives=[one], drive=one)


def is_to_erase(drive: StorageDrive) -> bool:
    """By hand: not what is in use, nor what a machine has the order to erase."""
    at_hand = not drive.in_use and drive.ordered_at is None
    return drive.gated and drive.status in _TO_ERASE and at_hand


def _refusal(device: Device, drive: StorageDrive) -> DomainError | None:
    """Why a scanned drive has no form here, in the words of the gate."""
    if drive.status == DriveStatus.DESTROYED:
        return DriveDestroyed(
            _("The drive %(drive)s was destroyed.") % {"drive": drive},
            drive=str(drive.uuid),
        )
    if drive.status in _NOT_HERE or (drive.in_use and not drive.is_proven):
        return gate.blockers(device, [drive])[0].error
    return None


# What is filled in


def usual(drive: StorageDrive, *, user: User) -> dict[str, Any]:
    """The last good erasure of such a drive that this person wrote down, as a form's answers.

    `tool` is missing where they never did: what a machine or another tool reported for
    them is not what they do by hand.
    """
    mine = Erasure.objects.visible_to(user).filter(
        operator=user,
        result=ErasureResult.ERASED,
        drive__medium=drive.medium,
        source=ErasureSource.TYPED,
    )
    last = mine.order_by("-pk").values(
        "tool", "tool_version", "technique", "verification"
    )
    return {**(last.first() or {}), "bytes_erased": drive.size_bytes}


def confirm(ask: Ask, asked: Scan) -> None:
    """Record the drive that was scanned before, exactly as the last of its kind."""
    drives = StorageDrive.objects.visible_to(ask.user).select_related(
        "host", "last_host"
    )
    drive = drives.filter(uuid=uuid.UUID(asked.card["drive"])).first()
    said = usual(drive, user=ask.user) if drive else {}
    if drive is None or "tool" not in said or drive.medium == Medium.UNKNOWN:
        return ask.say(Said.TOOL_NOT_KNOWN, device=asked.device)
    claim = Claim(
        result=ErasureResult.ERASED,
        technique=Technique(said["technique"]),
        tool=said["tool"],
        tool_version=said["tool_version"],
        verification=Verification(said["verification"]),
        erased_on=timezone.localdate(),
        bytes_erased=drive.size_bytes,
    )
    record(ask, drive, claim)
    return None


def confirm_order(ask: Ask) -> None:
    """Have the machine begin whose tag was scanned just before, and nothing else."""
    asked = ask.earlier()
    device = asked.device if asked else None
    if asked is None or device is None or not _is_meant(asked, device):
        return ask.say(Said.TAG_BEFORE_ERASURE)
    confirmed = import_string(settings.ERASURE_CONFIRMED_BY)
    ask.attempt(partial(confirmed, device=device), device=device, guarded=True)
    return None


def _is_meant(asked: Scan, device: Device) -> bool:
    """Whether a scan says that somebody stands before this machine, as a whole."""
    if asked.scanned_at < timezone.now() - AT_ONCE:
        return False
    if kind_of(asked) is Kind.DRIVES:
        return len(asked.card["drives"]) == device.drives.count()
    return kind_of(asked) is Kind.DEVICE


def record(ask: Ask, drive: StorageDrive, claim: Claim) -> DomainError | None:
    """Record an erasure with this scan, or keep why it was refused."""
    act = partial(actions.record_erasure, drive=drive, claim=claim)
    device = drive.host or drive.last_host
    return ask.attempt(act, device=device, name=str(drive))
