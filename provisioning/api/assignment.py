"""What each machine is there for: asked every few seconds, so it must cost little."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from agent import wire
from backoffice.core.transactions import unsynced
from inventory.states import DeviceStatus
from provisioning import actions
from provisioning.actions.credential import is_contact_due
from provisioning.api.door import AgentView, agent_of
from provisioning.models import Agent, Job, JobKind

S = DeviceStatus
MODES: Mapping[str, wire.Mode] = {
    **dict.fromkeys((S.IN_TRANSIT, S.ON_LOAN, S.HANDED_OVER), wire.Mode.LOAN),
    **dict.fromkeys((S.LOST, S.STOLEN), wire.Mode.LOAN),
    S.RETURNED: wire.Mode.RETURN,
    **dict.fromkeys((S.WEEE_OUT, S.RETURNED_TO_DONOR), wire.Mode.RETIRED),
    S.WRITTEN_OFF: wire.Mode.RETIRED,
}
# A machine that waits for a person needs no answer within seconds.
PENDING_SECONDS = 30


class AssignmentView(AgentView):
    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """One statement where nothing changed, beside a sign of life each minute."""
        agent = agent_of(request)
        if is_contact_due(agent):
            with unsynced():
                actions.note_contact(agent=agent)
            if actions.give_waiting_environment(agent=agent):
                agent.refresh_from_db(fields=["job"])
        assignment = assignment_of(agent)
        etag = f'"{assignment.rev}"'
        if etag in request.headers.get("If-None-Match", ""):
            return Response(status=304, headers={"ETag": etag})
        return Response(assignment.to_json(), headers={"ETag": etag})


def assignment_of(agent: Agent) -> wire.Assignment:
    """What the machine is to know; its `rev` is a digest of all the rest."""
    device, approved = agent.device, agent.approved_at is not None
    mode = MODES.get(device.status, wire.Mode.BENCH) if device else wire.Mode.BENCH
    job = agent.job if agent.job and agent.job.is_open and approved else None
    said: dict[str, Any] = {
        "mode": mode,
        "device": device.tag if device else None,
        "poll_seconds": _poll_seconds(mode, approved=approved),
        "approved": approved,
        "job": _order(agent, job) if job else None,
    }
    return wire.Assignment(rev=_digest(wire.Assignment(rev="", **said)), **said)


def _order(agent: Agent, job: Job) -> wire.Job:
    return wire.Job(
        job_id=job.uuid,
        kind=wire.Work(job.kind),
        agent_id=agent.uuid,
        device=_device_of(agent, job),
        args=_args(job),
        cancelled=job.cancel_asked_at is not None,
    )


def _args(job: Job) -> wire.JobArgs:
    """How a job is to be done; the drives of an erasure, as they are approved now.

    So the values of a person in an environment: they are kept with the pack alone.
    """
    args = wire.JobArgs.from_json(job.args)
    if args.profile is not None:
        return args.but(profile=actions.filled_in(job, args.profile))
    if job.kind != JobKind.ERASE:
        return args
    runs = [run for run in job.runs.for_machine() if run.fallen is None]
    return dataclasses.replace(
        args,
        runs=tuple(actions.run_of(run) for run in runs),
        confirmed=bool(runs) and all(run.confirmed_at for run in runs),
        stopped=tuple(run.uuid for run in runs if run.stop_asked_at),
    )


def _device_of(agent: Agent, job: Job) -> str | None:
    """The device that was meant: a machine that is another one since has to refuse."""
    device = agent.device if job.device_id == agent.device_id else job.device
    return device.tag if device else None


def _poll_seconds(mode: wire.Mode, *, approved: bool) -> int:
    away: int = settings.AGENT_POLL_SECONDS_AWAY
    bench: int = settings.AGENT_POLL_SECONDS
    if mode is not wire.Mode.BENCH:
        return away
    return bench if approved else PENDING_SECONDS


def _digest(assignment: wire.Assignment) -> str:
    said = json.dumps(assignment.to_json(), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
