"""The steps by which an order becomes a machine’s job, and stops being one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import get_language

from agent import methods, proofs, wire
from backoffice.core.actors import Actor
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from provisioning.actions.erasure_runs import move_on
from provisioning.actions.jobs import give_job, stop_job
from provisioning.actions.ordering import names_of
from provisioning.actions.tokens import token_of
from provisioning.models import Agent, ErasureRun, Job, JobKind, RunState


def approve_runs(
    agent: Agent | None, runs: Sequence[ErasureRun], user: User, *, by: Actor
) -> None:
    """Let held runs go to their held machine, if there is one: a step."""
    require_transaction()
    now = timezone.now()
    move_on(runs, RunState.APPROVED, approved_by=user, approved_at=now)
    if agent is not None:
        _hand_over(agent, runs, runs[0].asked_by, by=by)


def _hand_over(
    agent: Agent, runs: Sequence[ErasureRun], user: User, *, by: Actor
) -> None:
    """Make an order the job of a held machine: a step."""
    require_transaction()
    args = wire.JobArgs(language=(get_language() or "")[:2])
    job = give_job(agent, JobKind.ERASE, args, user, by=by)
    move_on(runs, RunState(runs[0].state), job=job)


def give_waiting_orders(agent: Agent, device: Device, *, by: Actor) -> None:
    """Give a held machine the orders that a held device had before it was bound to it: a step."""
    require_transaction()
    waiting = ErasureRun.objects.filter(
        device=device, job=None, state__in=[RunState.APPROVED, RunState.CONFIRMED]
    )
    order = waiting.order_by("pk").values_list("order", flat=True).first()
    if order is None or agent.approved_at is None:
        return
    if agent.job is not None and agent.job.is_open:
        return
    runs = [run for run in ErasureRun.objects.lock_order(order) if run.is_open]
    for run in runs:
        run.make, run.model = names_of(run.drive)
        run.save(update_fields=["make", "model"])
    _hand_over(agent, runs, runs[0].asked_by, by=by)


def run_of(run: ErasureRun) -> proofs.Run:
    """One drive’s order as a machine is given it; its drive comes with it."""
    drive = run.drive
    return proofs.Run(
        run_id=run.uuid,
        token=token_of(run),
        cycle=run.cycle,
        make=run.make,
        model=run.model,
        serial=run.serial,
        # What a person read on a label is rounded.
        size_bytes=drive.size_bytes if drive.last_seen_at else None,
        least=methods.ErasureClass(run.least),
        verify=methods.Verification(run.verify),
    )


def stop_order_job(agent: Agent | None, job: Job | None, *, by: Actor) -> None:
    """Have the machine give up the job of an order: a step."""
    require_transaction()
    if job is None:
        return
    holder = agent if agent and agent.pk == job.agent_id else None
    job = Job.objects.lock(job.pk)
    if job.is_open and job.cancel_asked_at is None:
        stop_job(holder or Agent.objects.lock(job.agent_id), job, by=by)


def renew_assignment(job: Job | None) -> None:
    """The machine’s assignment is another one now: a step."""
    require_transaction()
    if job is not None:
        Agent.objects.filter(pk=job.agent_id).update(changed_at=timezone.now())
