"""A machine reports what came of one drive: it is kept, and it counts or it does not."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agent import proofs, wire
from backoffice.core.actors import Machine
from backoffice.core.errors import DomainError
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.drive_cycle import is_before_this_cycle
from inventory.actions.drive_moves import lock_with_host
from inventory.actions.erasure import write_erasure
from inventory.actions.evidence import SUCCESSES
from inventory.actions.kept_evidence import keep_evidence
from inventory.actions.second_person import with_exception
from inventory.actions.sightings import note_erased_drive
from inventory.actions.status import refresh_data_state
from inventory.errors import DriveElsewhere
from inventory.models import (
    DriveEvent,
    Erasure,
    ErasureException,
    ErasureResult,
    StorageDrive,
)
from inventory.states import OrderFall, ProofRefusal
from provisioning.actions.claims import claim_of, origin_of, refuse_unsound, result_of
from provisioning.actions.erasure_runs import end_run
from provisioning.actions.reading import seen
from provisioning.actions.tokens import answers
from provisioning.models import (
    Agent,
    AgentEvent,
    ErasureRun,
    Report,
    RunState,
    Sighting,
)

MEDIA_TYPE = "application/json"
# A machine that is not the order's, or says nothing new, does not end the order.
NOT_ITS_WORD = frozenset(
    {
        ProofRefusal.ORDER_UNKNOWN,
        ProofRefusal.ORDER_OF_ANOTHER,
        ProofRefusal.RESULT_KNOWN,
    }
    | {ProofRefusal.ORDER_NOT_APPROVED, ProofRefusal.DRIVE_NOT_HELD}
)


def note_erasure(kept: Report, report: wire.Report, agent: Agent) -> None:
    """Take what a held machine says of one drive: a step.

    The report is kept as evidence whatever it says. Where a rule refuses it, the
    journals of drive and machine say which, and nothing else changes.
    """
    require_transaction()
    record = report.erasure
    if record is None:
        return
    keep_evidence(kept.payload, MEDIA_TYPE)
    if record.run_id is None:
        _without_order(kept, report, record, agent)
        return
    named = ErasureRun.objects.select_related("drive").filter(uuid=record.run_id)
    asked = named.first()
    if asked is None or not answers(record.token, asked):
        _refuse(kept, agent, None, None, ProofRefusal.ORDER_UNKNOWN)
        return
    try:
        _device, drive = lock_with_host(asked.drive)
    except DriveElsewhere:
        _refuse(kept, agent, None, None, ProofRefusal.DRIVE_NOT_HELD)
        return
    held = ErasureRun.objects.select_for_update(of=("self",)).select_related("job")
    run = held.get(pk=asked.pk)
    run.drive = drive
    refused = refused_for(run, drive, record, agent)
    if refused is None:
        _take(kept, report, record, agent, run)
    else:
        _refuse(kept, agent, run, drive, refused, record)


def refused_for(
    run: ErasureRun, drive: StorageDrive, record: proofs.ErasureRecord, agent: Agent
) -> ProofRefusal | None:
    """Why a record with an order’s token does not answer it, its drive as it is now."""
    off = run.state == RunState.CANCELLED and run.fall != OrderFall.JOB_OVER
    good = result_of(record) in SUCCESSES
    rules = (
        (
            run.job is not None and run.job.agent_id != agent.pk,
            ProofRefusal.ORDER_OF_ANOTHER,
        ),
        (run.report_id is not None, ProofRefusal.RESULT_KNOWN),
        (run.approved_by_id is None, ProofRefusal.ORDER_NOT_APPROVED),
        (not run.cycle == record.cycle == drive.cycle, ProofRefusal.CYCLE_OVER),
        (not holds(agent, run, drive), ProofRefusal.DRIVE_NOT_HELD),
        (not _is_the_one(drive, record.drive), ProofRefusal.DRIVE_OTHER),
        (off and good, ProofRefusal.ORDER_FELL),
        (good and _is_overtaken(run), ProofRefusal.RESULT_OVERTAKEN),
    )
    return next((why for holds_true, why in rules if holds_true), None)


def _is_overtaken(run: ErasureRun) -> bool:
    """Whether more was done to the drive since, at a later order of the same cycle.

    What ended without a report may have done anything; what was not attempted did
    nothing.
    """
    later = ErasureRun.objects.filter(
        drive=run.drive_id, cycle=run.cycle, pk__gt=run.pk
    )
    done = later.exclude(result=ErasureResult.NOT_ATTEMPTED)
    return done.filter(~Q(result="") | Q(report__isnull=False)).exists()


def holds(agent: Agent, run: ErasureRun, drive: StorageDrive) -> bool:
    """Whether the machine has the drive: it is the order's device, or has shown it.

    An order that was carried may be done by any machine that the drive was seen in.
    """
    if drive.host_id is None or drive.host_id != run.device_id:
        return False
    if run.job is not None or agent.device_id is not None:
        return agent.device_id == run.device_id
    return _has_shown(agent, drive)


def _has_shown(agent: Agent, drive: StorageDrive) -> bool:
    key = codes.serial_key(drive.serial)
    return bool(key) and Sighting.objects.filter(agent=agent, key=key).exists()


def _is_the_one(drive: StorageDrive, said: wire.Drive) -> bool:
    """Whether a machine speaks of this drive: its serial, and no other product."""
    if codes.serial_key(drive.serial) != codes.serial_key(said.serial):
        return False
    same = codes.same_product(drive.make, drive.model, said.make, said.model)
    return same is not False


def _take(
    kept: Report,
    report: wire.Report,
    record: proofs.ErasureRecord,
    agent: Agent,
    run: ErasureRun,
) -> None:
    """Let a record that answers its order count, if what was executed bears it out."""
    require_transaction()
    try:
        with transaction.atomic(savepoint=True):
            erasure = _write(kept, report, record, agent, run.drive, run)
    except DomainError as refusal:
        known = refusal.code in ProofRefusal.values
        why = ProofRefusal(refusal.code) if known else ProofRefusal.RESULT_UNCLEAR
        drive = StorageDrive.objects.lock(run.drive_id)
        _refuse(kept, agent, run, drive, why, record)
        return
    run.report, run.erasure = kept, erasure
    _note_begun(run, kept)
    end_run(run, ErasureResult(erasure.result), kept.received_at)


def _write(
    kept: Report,
    report: wire.Report,
    record: proofs.ErasureRecord,
    agent: Agent,
    drive: StorageDrive,
    run: ErasureRun | None,
) -> Erasure:
    """The erasure that a record proves or fails to; raises what makes it no proof."""
    require_transaction()
    by = Machine(str(agent.uuid))
    device, drive = lock_with_host(drive)
    claim = claim_of(record, version=report.agent_version, is_ordered=run is not None)
    if run is None and is_before_this_cycle(drive, record.ended_at):
        claim = with_exception(claim, ErasureException.BEFORE_CYCLE)
    note_erased_drive(drive, seen(record.drive), by=by)
    if claim.result in SUCCESSES:
        refuse_unsound(record)
    erasure = write_erasure(
        device,
        drive,
        claim,
        operator=(run.confirmed_by or run.asked_by) if run else None,
        origin=origin_of(
            record,
            by.agent,
            kept.sha256,
            asked_at=run.asked_at if run else None,
            is_confirmed=run is not None and run.confirmed_by is not None,
        ),
        by=by,
    )
    refresh_data_state(device, by=by)
    return erasure


def _without_order(
    kept: Report, report: wire.Report, record: proofs.ErasureRecord, agent: Agent
) -> None:
    """Evidence of what nobody ordered: a second person decides about a success."""
    require_transaction()
    drive = _inside(agent, record.drive)
    if drive is None:
        _refuse(kept, agent, None, None, ProofRefusal.DRIVE_NOT_HELD)
        return
    if drive.erasures.filter(evidence_sha256=kept.sha256).exists():
        # a stick had brought it before the machine joined
        _refuse(kept, agent, None, drive, ProofRefusal.RESULT_KNOWN)
        return
    try:
        with transaction.atomic(savepoint=True):
            _write(kept, report, record, agent, drive, None)
    except DomainError as refusal:
        known = refusal.code in ProofRefusal.values
        why = ProofRefusal(refusal.code) if known else ProofRefusal.RESULT_UNCLEAR
        _refuse(kept, agent, None, StorageDrive.objects.lock(drive.pk), why, record)


def _inside(agent: Agent, said: wire.Drive) -> StorageDrive | None:
    """The one drive of a machine's device that it can mean.

    A machine that is no device here could name any serial: without an order it is
    not believed.
    """
    if agent.device_id is None:
        return None
    same = StorageDrive.objects.with_serial(said.serial)
    inside = same.filter(host=agent.device_id)
    found = [drive for drive in inside if _is_the_one(drive, said)]
    return found[0] if len(found) == 1 else None


def _refuse(
    kept: Report,
    agent: Agent,
    run: ErasureRun | None,
    drive: StorageDrive | None,
    why: ProofRefusal,
    record: proofs.ErasureRecord | None = None,
) -> None:
    """Keep that a report proves nothing, and by which rule: a step."""
    require_transaction()
    by = Machine(str(agent.uuid))
    data: dict[str, object] = {"rule": why.value, "evidence": kept.sha256}
    if run is not None:
        data["run"] = str(run.uuid)
    AgentEvent.append(agent, "erasure_refused", by=by, data=data)
    if drive is not None:
        DriveEvent.append(drive, "erasure_refused", by=by, data=data)
    if run is None or record is None:
        return
    if why in NOT_ITS_WORD or run.report_id is not None:
        run.also_refused, run.changed_at = why.value, timezone.now()
        run.save(update_fields=["also_refused", "changed_at"])
        return
    run.report, run.refused = kept, why.value
    _note_begun(run, kept)
    end_run(run, result_of(record), kept.received_at)


def _note_begun(run: ErasureRun, kept: Report) -> None:
    """Who erases at the machine confirms there."""
    run.confirmed_at = run.confirmed_at or kept.received_at
