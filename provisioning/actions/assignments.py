"""What a packed machine must be, and where its reports say otherwise.

lending writes an assignment when it closes a pack, and ends it when the pack is taken
apart or comes back. Reports are compared with it; a person settles what differs.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent.profile.variables import SECRET, VARIABLES
from backoffice.core.actors import Actor, permit, person
from backoffice.core.transactions import require_transaction
from inventory.models import Device, DeviceEvent, StorageDrive
from inventory.states import IN_A_PACK
from provisioning.actions.installing import give_at_once
from provisioning.actions.personal_values import wanted_by
from provisioning.errors import AlreadyAssigned, DifferenceSettled
from provisioning.models import (
    Agent,
    Assignment,
    Channel,
    Difference,
    DifferenceKind,
    EnvironmentProfile,
    EnvironmentVersion,
    Report,
    Settlement,
)


def assign_environment(
    device: Device,
    *,
    pack: uuid.UUID,
    environment: str,
    iccid: str,
    values: Mapping[str, str] | None = None,
    by: Actor,
) -> Assignment:
    """Say what a held device must be in its pack: a step.

    `values` are those of the person, by the names of agent.profile.variables: kept is
    what the environment asks for, in its form. Refuses where another pack's assignment
    is in force.
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
        values=_fitting(values or {}, _wanted(device, environment)),
        drives=sorted(str(drive.uuid) for drive in device.drives.gated()),
        made_at=timezone.now(),
        made_by=person(by),
    )
    data = {"pack": str(pack), "environment": environment}
    DeviceEvent.append(device, "environment_assigned", by=by, data=data)
    give_at_once(device)
    return made


def end_assignment(device: Device, *, by: Actor) -> None:
    """The pack is no more: what was asked of a held device holds no longer: a step.

    What was known of the person goes with it.
    """
    require_transaction()
    ended = Assignment.objects.in_force().filter(device=device)
    if ended.update(ended_at=timezone.now(), values={}, passphrase_hash=""):
        DeviceEvent.append(device, "environment_ended", by=by)


def forget_person(device: Device) -> None:
    """A held device is with its person: nothing more has to be told to it: a step."""
    require_transaction()
    asked = Assignment.objects.in_force().filter(device=device)
    asked.update(values={}, passphrase_hash="")


def _wanted(device: Device, environment: str) -> frozenset[str]:
    """The names of the values that the latest version of an environment asks for."""
    latest = EnvironmentVersion.objects.newest(environment, Channel.STABLE)
    profile = latest and EnvironmentProfile.objects.for_site(latest, device.site_id)
    return wanted_by(profile) - SECRET if profile else frozenset()


def _fitting(values: Mapping[str, str], wanted: frozenset[str]) -> dict[str, str]:
    """Those that a machine is to be told, each in its form."""
    return {
        name: value
        for name, value in values.items()
        if name in wanted and re.fullmatch(VARIABLES[name], value)
    }


def assignment_of(agent: Agent) -> Assignment | None:
    """What is asked of the device that this approved machine is, if anything."""
    if agent.approved_at is None or agent.device_id is None:
        return None
    asked = Assignment.objects.in_force().filter(device=agent.device_id)
    return asked.select_related("device").first()


def open_differences(device: Device) -> list[Difference]:
    """What a packed machine says of itself that nobody has settled yet."""
    waiting = Difference.objects.open().filter(assignment__device=device)
    return list(waiting.select_related("drive", "assignment__device"))


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
            raise_difference(asked, kind, drive=drive, report=report, at=at, by=by)


def raise_difference(
    asked: Assignment,
    kind: DifferenceKind,
    *,
    drive: StorageDrive | None = None,
    iccid: str = "",
    report: Report,
    at: dt.datetime,
    by: Actor,
) -> None:
    """Of a drive, or of a card’s number; once, until somebody settles it: a step."""
    require_transaction()
    _row, made = Difference.objects.get_or_create(
        assignment=asked,
        kind=kind,
        drive=drive,
        settled_at=None,
        defaults={"iccid": iccid, "report": report, "found_at": at},
    )
    if made:
        data = {"kind": kind.value}
        if drive is not None:
            data["drive"] = str(drive.uuid)
        DeviceEvent.append(asked.device, "difference_found", by=by, data=data)


def _believe(difference: Difference) -> None:
    """From now on the machine is compared with what it is: a step."""
    require_transaction()
    asked, drive = difference.assignment, difference.drive
    if difference.kind == DifferenceKind.CARD_OTHER:
        asked.iccid = difference.iccid
        asked.card_seen_at = difference.found_at
        asked.save(update_fields=["iccid", "card_seen_at"])
        return
    drives = set(asked.drives)
    if drive is not None and difference.kind == DifferenceKind.DRIVE_ADDED:
        drives.add(str(drive.uuid))
    elif drive is not None:
        drives.discard(str(drive.uuid))
    asked.drives = sorted(drives)
    asked.save(update_fields=["drives"])
