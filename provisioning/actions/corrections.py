"""Two records of one device, or one record of two: proposed, then decided by another."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from inventory.actions.evidence import refuse_same_person
from inventory.actions.merging import (
    lock_both,
    merge_into,
    part_again,
    refuse_unsettled,
    split_off,
)
from inventory.errors import DriveElsewhere, MergedAway
from inventory.models import Device, DeviceEvent, StorageDrive
from provisioning.actions.moving import (
    lock_agents,
    move_agent,
    move_agents,
    put_agents_back,
)
from provisioning.errors import CorrectionDecided, CorrectionOpen, NothingToSplit
from provisioning.models import Agent, Correction, CorrectionKind, CorrectionState

PROPOSE = "inventory.refurbish_device"
DECIDE = Correction.DECIDE


@transaction.atomic(durable=True)
def propose_merge(
    *, device: Device, other: Device, reason: str, by: Actor
) -> Correction:
    """Say why two records are one device; `device` is the one that would stay."""
    device, other = lock_both(device, other) if device != other else (device, device)
    if device == other:
        raise MergedAway(
            _("%(device)s is that record itself.") % {"device": device},
            advice=_("Scan the tag of the other record."),
            device=device.tag,
        )
    user = _permit(PROPOSE, device, other, by=by)
    _refuse_unfit(device, other)
    return _proposed(device, other=other, reason=reason, user=user, by=by)


@transaction.atomic(durable=True)
def propose_split(
    *,
    device: Device,
    agent: Agent | None,
    drives: Sequence[StorageDrive],
    reason: str,
    by: Actor,
) -> Correction:
    """Say why one record is two devices, and which machine and drives the other has."""
    device = Device.objects.lock(device.pk)
    user = _permit(PROPOSE, device, by=by)
    _refuse_unfit(device)
    chosen = [str(drive.uuid) for drive in drives]
    _chosen(device, chosen)
    if agent is None and not chosen:
        raise NothingToSplit(
            _("The second device needs a machine or a drive of this one."),
            advice=_("Tick what belongs to the other device."),
            device=device.tag,
        )
    if agent is not None and agent.device_id != device.pk:
        raise NothingToSplit(
            _("This machine is not the one of %(device)s.") % {"device": device},
            device=device.tag,
        )
    facts = {"agent": agent, "drives": chosen}
    return _proposed(device, reason=reason, user=user, by=by, **facts)


@transaction.atomic(durable=True)
def confirm_correction(*, correction: Correction, by: Actor) -> Correction:
    """Do what another person proposed: merge the two records, or split the one."""
    correction = _open(correction)
    _lock_agents(correction)
    device, other = _records(correction)
    user = _permit(DECIDE, device, other, by=by)
    refuse_same_person(correction.proposed_by_id, user.pk)
    _refuse_unfit(device, other)
    if other is not None:
        correction.moved = merge_into(device, other, by=by)
        correction.moved["agents"] = move_agents(other, device, by=by)
    else:
        drives = _chosen(device, correction.drives)
        correction.other = split_off(device, drives, by=by)
        if correction.agent is not None:
            move_agent(correction.agent, device, correction.other, by=by)
    _decide(correction, CorrectionState.DONE, user)
    return correction


@transaction.atomic(durable=True)
def refuse_correction(*, correction: Correction, by: Actor) -> Correction:
    """Leave the records as they are: for whoever decides, also if they proposed it."""
    correction = _open(correction)
    device, other = _records(correction)
    user = _permit(DECIDE, device, other, by=by)
    _decide(correction, CorrectionState.REFUSED, user)
    data = {"correction": str(correction.uuid)}
    DeviceEvent.append(device, "correction_refused", by=by, data=data)
    return correction


@transaction.atomic(durable=True)
def undo_correction(*, correction: Correction, by: Actor) -> Correction:
    """Take back what was confirmed: two records again, or one again."""
    correction = Correction.objects.lock(correction.pk)
    if correction.state != CorrectionState.DONE:
        raise _decided(correction)
    _lock_agents(correction)
    device, other = _records(correction)
    user = _permit(DECIDE, device, other, by=by)
    _refuse_unfit(device)
    if other is None:
        raise _decided(correction)
    if correction.is_merge:
        part_again(device, other, correction.moved, by=by)
        put_agents_back(correction.moved["agents"], device, other, by=by)
    else:
        refuse_unsettled(other)
        _refuse_merged(other)
        merge_into(device, other, by=by)
        move_agents(other, device, by=by)
    correction.state = CorrectionState.UNDONE
    correction.undone_by, correction.undone_at = user, timezone.now()
    correction.save(update_fields=["state", "undone_by", "undone_at"])
    return correction


def _permit(
    permission: str, device: Device, other: Device | None = None, *, by: Actor
) -> User:
    if other is not None:
        permit(by, permission, at=other.site_id)
    return permit(by, permission, at=device.site_id)


def _refuse_unfit(device: Device, other: Device | None = None) -> None:
    for each in (device, other):
        if each is not None:
            _refuse_merged(each)
            refuse_unsettled(each)


def _refuse_merged(device: Device) -> None:
    if device.merged_into is not None:
        raise MergedAway(
            _("%(device)s is %(kept)s: its record was merged into that one.")
            % {"device": device, "kept": device.merged_into},
            device=device.merged_into.tag,
        )


def _chosen(device: Device, wanted: Sequence[str]) -> list[StorageDrive]:
    """The held drives of these uuids; all of them are still inside."""
    inside = {str(each.uuid): each for each in StorageDrive.objects.lock_inside(device)}
    missing = [drive for drive in wanted if drive not in inside]
    if missing:
        raise DriveElsewhere(
            _("A drive that was chosen is not in %(device)s any more.")
            % {"device": device},
            advice=_("Look again where it is."),
            device=device.tag,
        )
    return [inside[drive] for drive in wanted]


def _proposed(
    device: Device, *, reason: str, user: User, by: Actor, **facts: object
) -> Correction:
    require_transaction()
    kind = CorrectionKind.MERGE if facts.get("other") else CorrectionKind.SPLIT
    try:
        with transaction.atomic(savepoint=True):
            correction = Correction.objects.create(
                kind=kind,
                device=device,
                reason=reason.strip(),
                proposed_by=user,
                proposed_at=timezone.now(),
                **facts,
            )
    except IntegrityError as taken:
        raise CorrectionOpen(
            _("Something is proposed for %(device)s already.") % {"device": device},
            advice=_("Have it decided first."),
            device=device.tag,
        ) from taken
    data = {"correction": str(correction.uuid)}
    DeviceEvent.append(device, f"{kind.value}_proposed", by=by, data=data)
    return correction


def _open(correction: Correction) -> Correction:
    """The correction, held, if nobody has decided it yet."""
    require_transaction()
    correction = Correction.objects.lock(correction.pk)
    if not correction.is_open:
        raise _decided(correction)
    return correction


def _lock_agents(correction: Correction) -> None:
    """Hold every machine that it moves, or moves back."""
    require_transaction()
    moved: dict[str, list[str]] = (correction.moved or {}).get("agents", {})
    named = [uuid for uuids in moved.values() for uuid in uuids]
    if correction.agent is not None:
        named.append(str(correction.agent.uuid))
    lock_agents((correction.device_id, correction.other_id), named)


def _records(correction: Correction) -> tuple[Device, Device | None]:
    """Its records, held in the order of their keys."""
    require_transaction()
    other = correction.other
    device, held = lock_both(correction.device, other or correction.device)
    return device, held if other is not None else None


def _decided(correction: Correction) -> CorrectionDecided:
    return CorrectionDecided(
        _("This is “%(state)s” already.") % {"state": correction.get_state_display()},
        correction=str(correction.uuid),
    )


def _decide(correction: Correction, state: CorrectionState, user: User) -> None:
    require_transaction()
    correction.state = state.value
    correction.decided_by, correction.decided_at = user, timezone.now()
    correction.save(
        update_fields=["state", "decided_by", "decided_at", "moved", "other"]
    )
