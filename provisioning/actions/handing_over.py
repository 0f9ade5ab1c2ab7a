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
from provisioning.models import (
    Agent,
    EnvironmentRun,
    ErasureRun,
    Job,
    JobKind,
    JobState,
    RunAim,
    RunOutcome,
    RunState,
)


def approve_runs(
    agent: Agent | None, runs: Sequence[ErasureRun], user: User, *, by: Actor
) -> None:
    """Let held runs go to their held machine, if there is one: a step.

    One that came back and forgot who it is takes nothing any more: the order waits for
    the device, and is given when the same machine joins anew.
    """
    require_transaction()
    now = timezone.now()
    move_on(runs, RunState.APPROVED, approved_by=user, approved_at=now)
    if agent is not None and not has_left(agent):
        _hand_over(agent, runs, runs[0].asked_by, by=by)


def has_left(agent: Agent) -> bool:
    """Whether the last that a machine said of environments is that it left none behind."""
    last = EnvironmentRun.objects.filter(agent=agent).order_by("-pk").first()
    return (
        last is not None
        and last.aim == RunAim.RETURN
        and last.outcome == RunOutcome.WHOLE
    )


def let_go(former: Agent, *, by: Actor) -> None:
    """Have an order that a held machine was given and never took wait again: a step.

    Its device is held: the machine that took its place is to erase it.
    """
    require_transaction()
    job = former.job
    if job is None or job.kind != JobKind.ERASE or job.state != JobState.WAITING:
        return
    first = ErasureRun.objects.filter(job=job).first()
    if first is None:
        return
    held = ErasureRun.objects.lock_order(first.order)
    for run in (run for run in held if run.job_id == job.pk):
        if run.state in (RunState.APPROVED, RunState.CONFIRMED):
            move_on([run], RunState(run.state), job=None)
    stop_order_job(former, job, by=by)


def _hand_over(
    agent: Agent, runs: Sequence[ErasureRun], user: User, *, by: Actor
) -> None:
    """Make an order the job of a held machine: a step."""
    require_transaction()
    args = wire.JobArgs(language=(get_language() or "")[:2])
    job = give_job(agent, JobKind.ERASE, args, user, by=by)
    move_on(runs, RunState(runs[0].state), job=job)


def give_waiting_orders(agent: Agent, device: Device, *, by: Actor) -> None:
    """Give a held, free machine the next order that waits for its held device: a step.

    What is confirmed comes first, and alone: a machine begins all of a job at once.
    """
    require_transaction()
    if agent.revoked_at is not None or agent.approved_at is None:
        return
    if agent.job is not None and agent.job.is_open:
        return
    waiting = ErasureRun.objects.waiting().filter(device=device)
    # “confirmed” comes after “approved”.
    first = waiting.order_by("-state", "pk").values_list("order", "state").first()
    if first is None:
        return
    order, state = first
    held = ErasureRun.objects.lock_order(order)
    runs = [run for run in held if run.job_id is None and run.state == state]
    for run in runs:
        run.make, run.model = names_of(run.drive)
        run.save(update_fields=["make", "model"])
    _hand_over(agent, runs, runs[0].asked_by, by=by)


def part(
    agent: Agent | None, device: Device, runs: Sequence[ErasureRun], *, by: Actor
) -> None:
    """Take held runs that nothing has begun of out of their job, which ends: a step.

    A machine keeps what it was given with a job: fewer drives are another job. A job
    that it has in hand ends when it says so, and the next one follows then.
    """
    require_transaction()
    job = runs[0].job
    for run in runs:
        move_on([run], RunState(run.state), job=None)
    stop_order_job(agent, job, by=by)
    if agent is not None:
        agent.refresh_from_db(fields=["job", "changed_at"])
        give_waiting_orders(agent, device, by=by)


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
        not_below=run.not_below,
        may_sleep=run.may_sleep,
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
