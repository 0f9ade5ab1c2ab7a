"""What machines say while they work: in batches, in order, each word once."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory.models import Device
from provisioning.actions.handing_over import give_waiting_orders
from provisioning.actions.jobs import SERVER, end, note_end
from provisioning.actions.strides import follow_runs
from provisioning.errors import AgentRevoked, NotApproved
from provisioning.models import Agent, AgentEvent, ErasureRun, Job, JobState

Stage = wire.Stage
ENDS: Mapping[wire.Stage, JobState] = {
    Stage.DONE: JobState.DONE,
    Stage.FAILED: JobState.FAILED,
    Stage.REFUSED: JobState.REFUSED,
    Stage.CANCELLED: JobState.CANCELLED,
}
WORKS = frozenset({Stage.STARTED, Stage.PROGRESS})
# A year: whoever says more does not know.
MOST_SECONDS_LEFT = 366 * 86_400
TOLD = (
    *("state", "taken_at", "ended_at", "last_news_at", "quarter_at"),
    *("percent", "step", "message", "seconds_left"),
)


@dataclasses.dataclass(frozen=True)
class Noted:
    """The newest event that is known, and the jobs that the machine is to give up."""

    last_seq: int
    cancelled: tuple[uuid.UUID, ...]


@transaction.atomic(durable=True)
def note_events(*, agent: Agent, told: wire.Events) -> Noted:
    """Take what a machine says of its jobs. An event that is known changes nothing.

    Events of a job that is not this machine's are no news of anything.
    """
    agent = Agent.objects.lock(agent.pk)
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked."))
    if agent.approved_at is None:
        raise NotApproved(_("Nobody has approved this machine yet."))
    fresh = [event for event in told.events if event.seq > agent.last_event_seq]
    named = {event.job_id for event in told.events if event.job_id}
    jobs = {
        job.uuid: job
        for job in Job.objects.select_for_update(of=("self",))
        .filter(agent=agent, uuid__in=named)
        .order_by("pk")
    }
    if fresh:
        _take_in(agent, fresh, jobs)
        _go_on(agent, jobs)
    given_up = tuple(job.uuid for job in jobs.values() if _is_given_up(job))
    return Noted(agent.last_event_seq, given_up[:64])


def _take_in(
    agent: Agent, fresh: list[wire.Event], jobs: Mapping[uuid.UUID, Job]
) -> None:
    """Write the news of a held agent and its held jobs: a step."""
    require_transaction()
    now, by = timezone.now(), Machine(str(agent.uuid))
    before = {job.uuid: job.state for job in jobs.values()}
    follow_runs(jobs, sorted(fresh, key=lambda event: event.seq), now)
    for event in sorted(fresh, key=lambda event: event.seq):
        job = jobs.get(event.job_id) if event.job_id else None
        if job is not None and job.is_open:
            follow(job, event, now, by=by)
    Job.objects.bulk_update(jobs.values(), TOLD)
    for job in jobs.values():
        _note(agent, job, before[job.uuid])
    agent.last_event_seq = max(event.seq for event in fresh)
    agent.last_contact_at = agent.changed_at = now
    agent.save(update_fields=["last_event_seq", "last_contact_at", "changed_at"])


def _go_on(agent: Agent, jobs: Mapping[uuid.UUID, Job]) -> None:
    """Give a held machine whose job is over what waits for its device: a step."""
    require_transaction()
    if agent.device_id is None or any(job.is_open for job in jobs.values()):
        return
    if ErasureRun.objects.waiting().filter(device=agent.device_id).exists():
        give_waiting_orders(agent, Device.objects.lock(agent.device_id), by=SERVER)


def follow(job: Job, event: wire.Event, now: dt.datetime, *, by: Machine) -> None:
    """What one event makes of an open, held job; the caller saves."""
    quarter = _quarter(job.percent)
    job.last_news_at = now
    job.taken_at = job.taken_at or now
    job.step, job.message = event.step, event.message
    if event.percent is not None:
        job.percent = event.percent
    left = event.seconds_left
    job.seconds_left = None if left is None else min(left, MOST_SECONDS_LEFT)
    if event.state in ENDS:
        end(job, ENDS[event.state], now, by=by)
        return
    if job.state == JobState.WAITING:
        job.state = JobState.TAKEN
        job.quarter_at = now
    if event.state in WORKS:
        job.state = JobState.RUNNING
    if _quarter(job.percent) != quarter:
        job.quarter_at = now


def _note(agent: Agent, job: Job, was: str) -> None:
    """The journal says that a job was taken and how it ended, not how it went."""
    require_transaction()
    by = Machine(str(agent.uuid))
    if was == JobState.WAITING and job.state != was:
        data = {"job": str(job.uuid), "kind": job.kind}
        AgentEvent.append(agent, "job_taken", by=by, data=data)
    if job.state != was and not job.is_open:
        note_end(agent, job, by=by)


def _quarter(percent: int | None) -> int:
    return (percent or 0) // 25


def _is_given_up(job: Job) -> bool:
    """Whether a machine that still speaks of this job is to stop."""
    if job.is_open:
        return job.cancel_asked_at is not None
    return job.state in {JobState.CANCELLED, JobState.EXPIRED}
