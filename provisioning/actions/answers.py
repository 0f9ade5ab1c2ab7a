"""What reports of erasures made of the orders they answer, once more from themselves."""

from __future__ import annotations

from django.db.models import Q

from agent import proofs
from backoffice.core.transactions import require_transaction
from inventory.models import Erasure, ErasureResult
from inventory.states import ProofRefusal
from provisioning.actions.claims import result_of
from provisioning.actions.erasing import NOT_ITS_WORD
from provisioning.actions.erasure_runs import end_run
from provisioning.models import Agent, ErasureRun, Report


def answer_anew(agent: Agent, kept: Report, record: proofs.ErasureRecord) -> None:
    """Write on its run what a report of a held machine came to: a step.

    What it proved stands in the inventory, and by which rule it proved nothing in the
    journal: neither is decided again.
    """
    require_transaction()
    if record.run_id is None:
        return
    its_own = Q(job=None) | Q(job__agent=agent)
    held = ErasureRun.objects.select_for_update(of=("self",))
    run = held.filter(its_own, uuid=record.run_id).first()
    if run is None:
        return
    erasure = Erasure.objects.filter(
        evidence_sha256=kept.sha256, drive=run.drive_id
    ).first()
    rule = _rule(agent, kept)
    if rule is ProofRefusal.ORDER_UNKNOWN:
        return
    if erasure is not None:
        _answer(run, kept, erasure, ErasureResult(erasure.result), None)
    elif rule in NOT_ITS_WORD or rule is None or run.report_id not in {None, kept.pk}:
        run.also_refused = rule or run.also_refused
        run.save(update_fields=["also_refused"])
    else:
        _answer(run, kept, None, result_of(record), rule)


def _answer(
    run: ErasureRun,
    kept: Report,
    erasure: Erasure | None,
    result: ErasureResult,
    rule: ProofRefusal | None,
) -> None:
    require_transaction()
    run.report, run.erasure, run.refused = kept, erasure, rule or ""
    end_run(run, result, kept.received_at)


def _rule(agent: Agent, kept: Report) -> ProofRefusal | None:
    """By which rule the journal says that a report proved nothing."""
    told = agent.events.filter(
        verb="erasure_refused", data__evidence=kept.sha256
    ).first()
    return ProofRefusal(told.data["rule"]) if told else None
