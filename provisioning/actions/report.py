"""A report arrives: signed, in order, kept to the byte, once."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from provisioning.actions.steps import apply, describe, is_signed, looks_of
from provisioning.errors import (
    AgentMismatch,
    AgentRevoked,
    ReportConflict,
    SeqConflict,
    SignatureInvalid,
)
from provisioning.models import Agent, AgentEvent, Report


@dataclasses.dataclass(frozen=True)
class Accepted:
    """`created` is False where the same report had been kept before."""

    report: Report
    agent: Agent
    created: bool


@transaction.atomic(durable=True)
def accept_report(*, agent: Agent, envelope: wire.Envelope) -> Accepted:
    """Keep what an agent saw, and take it as evidence about the device it is bound to.

    Sent twice, it is kept once. Raises wire.Malformed and wire.Unsupported too.
    """
    if envelope.agent_id != agent.uuid:
        raise AgentMismatch(_("This report names another machine."))
    if not is_signed(envelope.payload, envelope.signature, bytes(agent.public_key)):
        raise SignatureInvalid(_("This report is not signed by this machine’s key."))
    report = envelope.report()
    agent = Agent.objects.lock(agent.pk)
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked."))
    known = Report.objects.filter(report_id=report.report_id).first()
    if known is not None:
        if known.agent_id != agent.pk or known.sha256 != envelope.sha256:
            raise _id_taken()
        return Accepted(known, agent, created=False)
    _refuse_out_of_order(agent, report)
    kept = _keep(agent, envelope, report)
    if agent.device_id is not None:
        apply(report, agent, Device.objects.lock(agent.device_id))
    return Accepted(kept, agent, created=True)


def _refuse_out_of_order(agent: Agent, report: wire.Report) -> None:
    expected = (agent.next_seq, agent.last_sha256)
    if (report.seq, report.prev_sha256) != expected:
        raise SeqConflict(
            _("This report does not follow the one before it."),
            expected=agent.next_seq,
            expected_prev_sha256=agent.last_sha256,
        )


def _keep(agent: Agent, envelope: wire.Envelope, report: wire.Report) -> Report:
    now = timezone.now()
    offset = _offset_seconds(now, report.taken_at)
    kept = _added(
        report_id=report.report_id,
        agent=agent,
        seq=report.seq,
        prev_sha256=report.prev_sha256,
        sha256=envelope.sha256,
        boot_id=report.boot_id,
        kind=report.kind.value,
        taken_at=report.taken_at.isoformat(),
        received_at=now,
        clock_offset_seconds=offset,
        payload=envelope.payload,
        signature=envelope.signature,
    )
    describe(agent, report.machine, report.agent_version)
    agent.looks = looks_of(report)
    agent.next_seq = report.seq + 1
    agent.last_sha256 = envelope.sha256
    agent.last_seen_at = now
    agent.clock_offset_seconds = offset
    agent.save(
        update_fields=[
            *("make", "model", "serial", "looks", "agent_version", "next_seq"),
            *("last_sha256", "last_seen_at", "clock_offset_seconds"),
        ]
    )
    AgentEvent.append(
        agent,
        "reported",
        by=Machine(str(agent.uuid)),
        data={
            "report": str(report.report_id),
            "seq": report.seq,
            "sha256": envelope.sha256,
        },
    )
    return kept


def _added(**facts: object) -> Report:
    """A new report; another machine may be sending one of the same id right now."""
    require_transaction()
    try:
        with transaction.atomic(savepoint=True):
            return Report.objects.create(**facts)
    except IntegrityError as taken:
        raise _id_taken() from taken


def _id_taken() -> ReportConflict:
    return ReportConflict(_("A report with this id is kept already."))


def _offset_seconds(now: dt.datetime, taken_at: dt.datetime) -> int:
    """Server minus agent, in whole seconds; an agent's year may be any."""
    return round((now - taken_at).total_seconds())
