"""What people ask of machines: one thing at a time, and never silently for ever."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Actor, Machine, permit
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from provisioning.actions.erasure_runs import close_runs
from provisioning.errors import AgentRevoked, JobEnded, JobOpen, NotApproved
from provisioning.models import Agent, AgentEvent, Job, JobKind, JobState
from provisioning.models.job import IN_HAND

# Nobody waits for a report that was asked for yesterday.
WAITS = dt.timedelta(hours=24)
# A test of the drives may say nothing for long; a machine without power says nothing.
FORGOTTEN = dt.timedelta(hours=12)
EXPIRED_AT_ONCE = 200
SERVER = Machine("server")
NEWS = ("last_news_at", "quarter_at", "seconds_left")


@transaction.atomic(durable=True)
def ask_job(
    *,
    agent: Agent,
    kind: JobKind,
    tests: Sequence[wire.Check] = (),
    by: Actor,
) -> Job:
    """Ask a machine to report or to test itself; it takes the job when it next asks."""
    user = permit(by, "provisioning.ask_job", at=agent.answering_site_id)
    agent = Agent.objects.lock(agent.pk)
    args = wire.JobArgs(tests=tuple(tests), language=(get_language() or "")[:2])
    return give_job(agent, kind, args, user, by=by)


def give_job(
    agent: Agent, kind: JobKind, args: wire.JobArgs, user: User, *, by: Actor
) -> Job:
    """Give a held machine something to do, if it is fit for work and free: a step."""
    require_transaction()
    refuse_unfit(agent)
    now = timezone.now()
    job = Job.objects.create(
        agent=agent,
        device_id=agent.device_id,
        kind=kind,
        args=args.to_json(),
        asked_by=user,
        asked_at=now,
        last_news_at=now,
        quarter_at=now,
    )
    agent.job = job
    agent.changed_at = now
    agent.save(update_fields=["job", "changed_at"])
    data = {"job": str(job.uuid), "kind": kind.value}
    AgentEvent.append(agent, "job_asked", by=by, data=data)
    return job


@transaction.atomic(durable=True)
def cancel_job(*, job: Job, by: Actor) -> Job:
    """Give up what was asked of a machine.

    One that is at work and speaks is told so, and ends it itself. Who may not order
    an erasure does not end one.
    """
    site_id = job.agent.answering_site_id
    permit(by, "provisioning.ask_job", at=site_id)
    if job.kind == JobKind.ERASE:
        permit(by, "provisioning.order_erasure", at=site_id)
    agent = Agent.objects.lock(job.agent_id)
    job = Job.objects.lock(job.pk)
    if not job.is_open:
        raise JobEnded(_("This is over already: there is nothing to cancel."))
    stop_job(agent, job, by=by)
    return job


def stop_job(agent: Agent, job: Job, *, by: Actor) -> None:
    """Have a held machine give up a held, open job, or end it where it is silent: a step."""
    require_transaction()
    now = timezone.now()
    if job.state in IN_HAND and not job.silent_minutes:
        job.cancel_asked_at = now
        job.save(update_fields=["cancel_asked_at"])
        data = {"job": str(job.uuid)}
        AgentEvent.append(agent, "job_cancel_asked", by=by, data=data)
    else:
        _end_now(agent, job, JobState.CANCELLED, by=by)
    agent.changed_at = now
    agent.save(update_fields=["changed_at"])


@transaction.atomic(durable=True)
def expire_jobs() -> int:
    """Give up jobs that no machine took in a day, or of which there was no news."""
    now = timezone.now()
    late = Q(state=JobState.WAITING, asked_at__lt=now - WAITS)
    late |= Q(state__in=IN_HAND, last_news_at__lt=now - FORGOTTEN)
    found = Job.objects.filter(late).order_by("agent")[:EXPIRED_AT_ONCE]
    for job in list(found):
        agent = Agent.objects.lock(job.agent_id)
        job = Job.objects.lock(job.pk)
        if job.is_open:
            _end_now(agent, job, JobState.EXPIRED, by=SERVER)
            agent.changed_at = now
            agent.save(update_fields=["changed_at"])
    return len(found)


def end_open_job(agent: Agent, *, by: Actor) -> None:
    """Give up what a held agent was asked, because it is sent away: a step."""
    require_transaction()
    for job in Job.objects.open().select_for_update(of=("self",)).filter(agent=agent):
        _end_now(agent, job, JobState.CANCELLED, by=by)


def _end_now(agent: Agent, job: Job, state: JobState, *, by: Actor) -> None:
    require_transaction()
    end(job, state, timezone.now(), by=by)
    job.save(update_fields=["state", "ended_at", *NEWS])
    note_end(agent, job, by=by)


def end(job: Job, state: JobState, now: dt.datetime, *, by: Actor) -> None:
    """Write on a held job how it ended: a step; the caller saves."""
    require_transaction()
    job.state = state
    job.ended_at = job.last_news_at = job.quarter_at = now
    job.seconds_left = None
    close_runs(job, now, by=by)


def note_end(agent: Agent, job: Job, *, by: Actor) -> None:
    """Say in a held agent's journal how a job ended: a step."""
    require_transaction()
    data = {"job": str(job.uuid), "kind": job.kind, "state": job.state}
    AgentEvent.append(agent, "job_ended", by=by, data=data)


def refuse_unfit(agent: Agent) -> None:
    """A machine that was sent away, let in by nobody, or is busy, is given nothing."""
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked."))
    if agent.approved_at is None:
        raise NotApproved(
            _("Nobody has approved this machine yet."),
            advice=_("Approve it first: it waits on the page “Machines seen”."),
        )
    open_job = Job.objects.open().filter(agent=agent).first()
    if open_job is not None:
        raise JobOpen(
            _("This machine has not finished “%(job)s” yet.")
            % {"job": open_job.get_kind_display()},
            advice=_("Wait for it, or cancel it."),
            job=str(open_job.uuid),
        )
