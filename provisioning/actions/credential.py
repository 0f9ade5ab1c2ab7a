"""The credential of a machine: replaced now and then, without a moment without one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from backoffice.core.actors import Machine
from backoffice.core.models.token import hash_secret, new_secret
from provisioning.models import Agent, AgentEvent
from provisioning.models.agent import SILENT

# That a machine asked again is written no more often than this.
NOTED_EVERY = dt.timedelta(minutes=1)


@transaction.atomic(durable=True)
def rotate_token(*, agent: Agent) -> str:
    """Make the credential that is to follow; the present one ends at its first use.

    Asked again before that, as when the answer was lost, the newest is the one that
    follows.
    """
    agent = Agent.objects.lock(agent.pk)
    token = new_secret()
    agent.next_token_sha256 = hash_secret(token)
    agent.save(update_fields=["next_token_sha256"])
    AgentEvent.append(agent, "token_rotated", by=Machine(str(agent.uuid)))
    return token


@transaction.atomic(durable=True)
def adopt_token(*, agent: Agent, digest: str) -> None:
    """Put the credential that was to follow in the place of the present one: it came."""
    agent = Agent.objects.lock(agent.pk)
    if agent.next_token_sha256 != digest:
        return  # another request with it was faster
    agent.token_sha256, agent.next_token_sha256 = digest, None
    agent.save(update_fields=["token_sha256", "next_token_sha256"])
    AgentEvent.append(agent, "token_adopted", by=Machine(str(agent.uuid)))


@transaction.atomic(durable=True)
def note_contact(*, agent: Agent) -> None:
    """Keep that a machine asked what to do; the bench is told of one that was away."""
    now = timezone.now()
    was = agent.last_contact_at
    told = {"last_contact_at": now}
    if was is None or now - was > SILENT:
        told["changed_at"] = now
    Agent.objects.filter(pk=agent.pk).update(**told)


def is_contact_due(agent: Agent) -> bool:
    """Whether its last sign of life is old enough to be written anew."""
    was = agent.last_contact_at
    return was is None or timezone.now() - was > NOTED_EVERY
