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
from inventory.actions.sightings import lock_where_seen
from provisioning.actions.carrying import Brought, note_carried
from provisioning.actions.clones import (
    clones_noted,
    refuse_another_machine,
    refuse_other_hardware,
)
from provisioning.actions.connecting import note_connection
from provisioning.actions.erasing import note_erasure
from provisioning.actions.installed import note_installed
from provisioning.actions.marks import marks_before, marks_now, note_marks
from provisioning.actions.matching import find_itself
from provisioning.actions.reading import read, sights
from provisioning.actions.steps import describe, is_signed, looks_of
from provisioning.errors import (
    AgentMismatch,
    AgentRevoked,
    ReportConflict,
    SeqConflict,
    SignatureInvalid,
)
from provisioning.models import Agent, AgentEvent, Report, ReportPayload

# What says nothing of the machine's parts.
_NOTED = {
    wire.Kind.PROVISION: note_installed,
    wire.Kind.CONNECTION: note_connection,
}


@dataclasses.dataclass(frozen=True)
class Accepted:
    """`created` is False where the same report had been kept before."""

    report: Report
    agent: Agent
    created: bool


@clones_noted
@transaction.atomic(durable=True)
def accept_report(
    *, agent: Agent, envelope: wire.Envelope, brought: Brought | None = None
) -> Accepted:
    """Keep what an agent saw, and take it as evidence about the device it is bound to.

    `brought` says whose hands it went through, where it did not come by the network.
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
    device = None
    if agent.device_id is not None:
        device = agent.device = lock_where_seen(agent.device_id, sights(report))
    if (report.seq, report.prev_sha256) != (agent.next_seq, agent.last_sha256):
        return Accepted(_known(agent, envelope, report), agent, created=False)
    refuse_other_hardware(agent, report)
    agent.marks = were = marks_before(agent)
    kept = _keep(agent, envelope, report)
    changed = note_marks(agent, were, kept.received_at)
    unknown = report.kind is wire.Kind.INVENTORY and device is None
    looks = unknown and (changed or agent.same_as_id is not None)
    if report.kind is wire.Kind.ERASURE:
        note_erasure(kept, report, agent)
        if brought is not None:
            note_carried(kept, brought)
    elif note := _NOTED.get(report.kind):
        note(kept, report, agent, device)
    elif not (looks and find_itself(agent, kept)):
        read(kept, report, agent, device)
    return Accepted(kept, agent, created=True)


def _known(agent: Agent, envelope: wire.Envelope, report: wire.Report) -> Report:
    """The report that does not come next, if it is one that is kept already."""
    known = Report.objects.filter(report_id=report.report_id).first()
    if known is None:
        refuse_another_machine(agent, report)
        raise SeqConflict(
            _("This report does not follow the one before it."),
            expected=agent.next_seq,
            expected_prev_sha256=agent.last_sha256,
        )
    if known.agent_id != agent.pk or known.sha256 != envelope.sha256:
        raise _id_taken()
    return known


def _keep(agent: Agent, envelope: wire.Envelope, report: wire.Report) -> Report:
    now = timezone.now()
    kept = _added(agent, envelope, report, now)
    describe(agent, report.machine, report.agent_version)
    if report.kind is wire.Kind.INVENTORY:
        agent.looks = looks_of(report)
    agent.marks = marks_now(agent, report)
    agent.next_seq = report.seq + 1
    agent.last_sha256 = envelope.sha256
    agent.last_seen_at = agent.last_contact_at = agent.changed_at = now
    agent.clock_offset_seconds = kept.clock_offset_seconds
    agent.save(
        update_fields=[
            *("make", "model", "serial", "looks", "marks", "agent_version"),
            *("last_sha256", "last_seen_at", "last_contact_at", "changed_at"),
            *("clock_offset_seconds", "next_seq"),
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


def _added(
    agent: Agent, envelope: wire.Envelope, report: wire.Report, now: dt.datetime
) -> Report:
    """A new report; another machine may have, or be sending, one of the same id."""
    require_transaction()
    try:
        kept = Report.objects.create(
            report_id=report.report_id,
            agent=agent,
            seq=report.seq,
            prev_sha256=report.prev_sha256,
            sha256=envelope.sha256,
            boot_id=report.boot_id,
            kind=report.kind.value,
            taken_at=report.taken_at.isoformat(),
            received_at=now,
            clock_offset_seconds=_offset_seconds(now, report.taken_at),
            signature=envelope.signature,
        )
    except IntegrityError as taken:
        raise _id_taken() from taken
    ReportPayload.objects.create(report=kept, body=envelope.payload)
    return kept


def _id_taken() -> ReportConflict:
    return ReportConflict(_("A report with this id is kept already."))


def _offset_seconds(now: dt.datetime, taken_at: dt.datetime) -> int:
    """Server minus agent, in whole seconds; an agent's year may be any."""
    return round((now - taken_at).total_seconds())
