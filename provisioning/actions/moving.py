"""Machines that follow their device's record: the steps of merging and splitting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.models import Device, DeviceEvent
from provisioning.actions.steps import bind, supersede
from provisioning.models import Agent, AgentEvent


def lock_agents(devices: Iterable[int | None], uuids: Iterable[str] = ()) -> None:
    """Hold the machines of these records and those that are named: a step.

    Before the records: reports and bindings hold a machine before its device.
    """
    require_transaction()
    bound = Q(device__in=[pk for pk in devices if pk is not None], revoked_at=None)
    held = Agent.objects.filter(bound | Q(uuid__in=list(uuids))).order_by("pk")
    list(held.select_for_update(of=("self",)))


def move_agents(gone: Device, kept: Device, *, by: Actor) -> dict[str, list[str]]:
    """Bind what a held record's machine was to another held record: a step.

    Where both have one, it is one machine with two keys: that which spoke last
    stays. Returns which were whose, for the way back.
    """
    require_transaction()
    of_gone, of_kept = _bound(gone), _bound(kept)
    for each in of_gone:
        _unbind(each, gone, by=by)
    newest = max([*of_gone, *of_kept], key=_spoke, default=None)
    if newest is not None and newest in of_gone:
        for each in of_kept:
            supersede(each, newest, by=by)
        bind(newest, kept, by=by)
    elif newest is not None:
        for each in of_gone:
            supersede(each, newest, by=by)
    return {"gone": _uuids(of_gone), "kept": _uuids(of_kept)}


def put_agents_back(
    were: dict[str, list[str]], kept: Device, gone: Device, *, by: Actor
) -> None:
    """Bind machines to the held records they were of before these were merged: a step.

    One that was revoked since, or bound elsewhere, stays as it is.
    """
    require_transaction()
    for device, uuids in ((gone, were["gone"]), (kept, were["kept"])):
        for agent in _held(uuids):
            if agent.device_id == kept.pk and device is gone:
                _unbind(agent, kept, by=by)
            if agent.device_id is None and not _bound(device):
                bind(agent, device, by=by)


def move_agent(agent: Agent, left: Device, to: Device, *, by: Actor) -> None:
    """Bind a machine of one held record to another: a step."""
    require_transaction()
    for held in _held([str(agent.uuid)]):
        if held.device_id == left.pk:
            _unbind(held, left, by=by)
            bind(held, to, by=by)


def _unbind(agent: Agent, device: Device, *, by: Actor) -> None:
    require_transaction()
    agent.device = agent.bound_at = agent.bound_by = None
    agent.site_id, agent.changed_at = device.site_id, timezone.now()
    agent.save(update_fields=["device", "site", "bound_at", "bound_by", "changed_at"])
    AgentEvent.append(agent, "unbound", by=by, data={"device": device.tag})
    DeviceEvent.append(device, "agent_unbound", by=by, data={"agent": str(agent.uuid)})


def _bound(device: Device) -> list[Agent]:
    held = Agent.objects.bound().filter(device=device)
    return list(held.select_for_update(of=("self",)).order_by("pk"))


def _held(uuids: Sequence[str]) -> list[Agent]:
    held = Agent.objects.filter(uuid__in=uuids, revoked_at=None)
    return list(held.select_for_update(of=("self",)).order_by("pk"))


def _spoke(agent: Agent) -> float:
    return agent.last_seen_at.timestamp() if agent.last_seen_at else 0


def _uuids(agents: Sequence[Agent]) -> list[str]:
    return [str(agent.uuid) for agent in agents]
