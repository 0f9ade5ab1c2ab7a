"""A person says which device a machine is: enrolment alone never does."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from inventory.models import Device, DeviceEvent
from provisioning.actions.doubts import refuse_doubtful
from provisioning.actions.steps import bind, lock_for_binding, refuse_taken
from provisioning.errors import AgentRevoked, NotApproved, NotBound
from provisioning.models import Agent, AgentEvent


@transaction.atomic(durable=True)
def bind_agent(*, agent: Agent, device: Device, sure: bool = False, by: Actor) -> Agent:
    """Bind a machine seen to a device; its newest report then speaks of that device.

    `sure`: somebody looked at both where they contradict each other.
    """
    agent = Agent.objects.lock(agent.pk)
    permit(by, "provisioning.bind_agent", at=agent.answering_site_id)
    device = lock_for_binding(agent, device.pk)
    permit(by, "provisioning.bind_agent", at=device.site_id)
    if agent.revoked_at is not None:
        raise AgentRevoked(_("This machine is revoked."))
    if agent.approved_at is None:
        raise NotApproved(
            _("Nobody has approved this machine yet."),
            advice=_("Approve it first, then bind it."),
        )
    if not sure and agent.device_id is None:
        refuse_taken(device)
        refuse_doubtful(agent, device)
    bind(agent, device, by=by)
    return agent


@transaction.atomic(durable=True)
def unbind_agent(*, agent: Agent, by: Actor) -> Agent:
    """Take a binding back. What the machine showed of the device's drives stays."""
    agent = Agent.objects.lock(agent.pk)
    if agent.device_id is None:
        permit(by, "provisioning.bind_agent", at=agent.site_id)
        raise NotBound(_("This machine is not bound to a device."))
    device = Device.objects.lock(agent.device_id)
    permit(by, "provisioning.bind_agent", at=device.site_id)
    agent.device = agent.bound_at = agent.bound_by = None
    agent.site_id = device.site_id
    agent.changed_at = timezone.now()
    agent.save(update_fields=["device", "site", "bound_at", "bound_by", "changed_at"])
    AgentEvent.append(agent, "unbound", by=by, data={"device": device.tag})
    DeviceEvent.append(device, "agent_unbound", by=by, data={"agent": str(agent.uuid)})
    return agent
