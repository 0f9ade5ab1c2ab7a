"""What a packed machine must be, and where its reports say otherwise.

lending writes an assignment when it closes a pack, and ends it when the pack is taken
apart or comes back. Reports are compared with it; a person settles what differs.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit, person
from backoffice.core.transactions import require_transaction
from inventory.models import Device, DeviceEvent, Erasure, StorageDrive
from inventory.states import IN_A_PACK
from provisioning.errors import AlreadyAssigned, DifferenceSettled, EnvironmentUnknown
from provisioning.models import (
    Assignment,
    Difference,
    DifferenceKind,
    EnvironmentCheck,
    Report,
    Settlement,
)


def assign_environment(
    device: Device, *, pack: uuid.UUID, environment: str, iccid: str, by: Actor
) -> Assignment:
    """Say what a held device must be in its pack: a step.

    Refuses where another pack's assignment is in force.
    """
    require_transaction()
    if Assignment.objects.in_force().filter(device=device).exists():
        raise AlreadyAssigned(
            _("%(device)s is prepared for another pack already.") % {"device": device}
        )
    made = Assignment.objects.create(
        device=device,
        pack=pack,
        environment=environment,
        iccid=iccid,
        drives=sorted(str(drive.uuid) for drive in device.drives.gated()),
        made_at=timezone.now(),
        made_by=person(by),
    )
    data = {"pack": str(pack), "environment": environment}
    DeviceEvent.append(device, "environment_assigned", by=by, data=data)
    return made


def end_assignment(device: Device, *, by: Actor) -> None:
    """The pack is no more: what was asked of a held device holds no longer: a step."""
    require_transaction()
    ended = Assignment.objects.in_force().filter(device=device)
    if ended.update(ended_at=timezone.now()):
        DeviceEvent.append(device, "environment_ended", by=by)


def environment_verified(device: Device, environment: str) -> bool:
    """Whether this environment is the last one found whole on the device.

    What was checked before its drives were last erased is not there any more.
    """
    last = EnvironmentCheck.objects.filter(device=device).order_by("-pk").first()
    if last is None or last.environment != environment:
        return False
    erased = Erasure.objects.filter(drive__in=device.drives.gated())
    return not erased.filter(recorded_at__gt=last.checked_at).exists()


def open_differences(device: Device) -> list[Difference]:
    """What a packed machine says of itself that nobody has settled yet."""
    waiting = Difference.objects.open().filter(assignment__device=device)
    return list(waiting.select_related("drive", "assignment__device"))


@transaction.atomic(durable=True)
def check_environment(
    *, device: Device, environment: str, by: Actor
) -> EnvironmentCheck:
    """Write down that somebody saw this environment work on the machine."""
    device = Device.objects.lock(device.pk)
    user = permit(by, "provisioning.check_environment", at=device.site_id)
    asked = Assignment.objects.in_force().filter(device=device, environment=environment)
    if not environment or not asked.exists():
        raise EnvironmentUnknown(
            _("No pack asks for this environment on %(device)s.") % {"device": device}
        )
    check = EnvironmentCheck.objects.create(
        device=device,
        environment=environment,
        checked_at=timezone.now(),
        checked_by=user,
    )
    data = {"environment": environment}
    DeviceEvent.append(device, "environment_checked", by=by, data=data)
    return check


@transaction.atomic(durable=True)
def settle_difference(
    *, difference: Difference, answer: Settlement, by: Actor
) -> Difference:
    """Say what was found where a packed machine differs; one that is right stays so."""
    device = Device.objects.lock(difference.assignment.device_id)
    user = permit(by, "provisioning.settle_difference", at=device.site_id)
    difference = Difference.objects.select_for_update(of=("self",)).get(
        pk=difference.pk
    )
    if difference.settled_at is not None or answer is Settlement.OPEN:
        raise DifferenceSettled(_("Somebody has settled this already."))
    difference.answer = answer
    difference.settled_at = timezone.now()
    difference.settled_by = user
    difference.save(update_fields=["answer", "settled_at", "settled_by"])
    if answer is Settlement.RIGHT:
        _believe(difference)
    data = {"kind": difference.kind, "answer": answer.value}
    DeviceEvent.append(device, "difference_settled", by=by, data=data)
    return difference


def compare(
    device: Device,
    drives: Sequence[StorageDrive | None],
    *,
    report: Report,
    at: dt.datetime,
    by: Actor,
) -> None:
    """Compare what a held device showed with its assignment, if it has one: a step."""
    require_transaction()
    if device.status not in IN_A_PACK:
        return
    asked = Assignment.objects.in_force().filter(device=device).first()
    if asked is None:
        return
    if asked.answered_at is None:
        asked.answered_at = at
        asked.save(update_fields=["answered_at"])
    seen = {str(drive.uuid): drive for drive in drives if drive and drive.gated}
    packed = {
        str(drive.uuid): drive
        for drive in StorageDrive.objects.filter(uuid__in=asked.drives)
    }
    for kind, differing in (
        (DifferenceKind.DRIVE_ADDED, seen.keys() - packed.keys()),
        (DifferenceKind.DRIVE_GONE, packed.keys() - seen.keys()),
    ):
        for name in sorted(differing):
            drive = seen.get(name) or packed[name]
            _raise(asked, kind, drive, report=report, at=at, by=by)


def _raise(
    asked: Assignment,
    kind: DifferenceKind,
    drive: StorageDrive,
    *,
    report: Report,
    at: dt.datetime,
    by: Actor,
) -> None:
    """Once, until somebody settles it: a step."""
    require_transaction()
    _row, made = Difference.objects.get_or_create(
        assignment=asked,
        kind=kind,
        drive=drive,
        settled_at=None,
        defaults={"report": report, "found_at": at},
    )
    if made:
        data = {"kind": kind.value, "drive": str(drive.uuid)}
        DeviceEvent.append(asked.device, "difference_found", by=by, data=data)


def _believe(difference: Difference) -> None:
    """From now on the machine is compared with what it is: a step."""
    require_transaction()
    asked, drive = difference.assignment, difference.drive
    drives = set(asked.drives)
    if drive is not None and difference.kind == DifferenceKind.DRIVE_ADDED:
        drives.add(str(drive.uuid))
    elif drive is not None:
        drives.discard(str(drive.uuid))
    asked.drives = sorted(drives)
    asked.save(update_fields=["drives"])
