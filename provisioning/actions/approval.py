"""Where a site wants it, a person looks at each machine that joins."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.models import Site, SiteEvent
from provisioning.actions.steps import bind_as_meant
from provisioning.errors import AgentRevoked, AlreadyApproved
from provisioning.models import Agent, AgentEvent, Approval, JoinCode


def is_approval_wanted(site_id: int) -> bool:
    """Whether machines that join at this site wait for a person."""
    return Approval.objects.filter(site=site_id, is_wanted=True).exists()


@transaction.atomic(durable=True)
def approve_agent(*, agent: Agent, by: Actor) -> Agent:
    """Let a machine that joined have work and be bound to a device.

    Its join code may have named the device already.
    """
    permit(by, "provisioning.approve_agent", at=agent.answering_site_id)
    agent = Agent.objects.lock(agent.pk)
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked."))
    if agent.approved_at is not None:
        raise AlreadyApproved(_("This machine is approved already."))
    agent.approved_at = agent.changed_at = timezone.now()
    agent.save(update_fields=["approved_at", "changed_at"])
    AgentEvent.append(agent, "approved", by=by)
    code = JoinCode.objects.filter(agent=agent).order_by("-pk").first()
    if code is not None:
        bind_as_meant(agent, code)
    return agent


@transaction.atomic(durable=True)
def want_approval(*, site: Site, wanted: bool, by: Actor) -> None:
    """Say whether machines that join at this site wait for a person from now on."""
    permit(by, "provisioning.approve_agent", at=site.pk)
    site = Site.objects.lock(site.pk)
    if is_approval_wanted(site.pk) == wanted:
        return
    Approval.objects.update_or_create(site=site, defaults={"is_wanted": wanted})
    verb = "machines_approved" if wanted else "machines_let_in"
    SiteEvent.append(site, verb, by=by)
