"""Reports that came by stick: the machine's journal says who brought them."""

from __future__ import annotations

from django.db import transaction

from backoffice.core.actors import Actor, permit
from provisioning.models import Agent, AgentEvent


@transaction.atomic(durable=True)
def note_import(*, agent: Agent, reports: int, by: Actor) -> None:
    """Keep who brought so many reports of a machine from a stick."""
    permit(by, "provisioning.enrol_agent", at=agent.answering_site_id)
    agent = Agent.objects.lock(agent.pk)
    AgentEvent.append(agent, "reports_carried", by=by, data={"reports": reports})
