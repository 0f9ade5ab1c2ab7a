"""What the acts about agents share."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.actions.sightings import lock_where_seen
from inventory.models import Device, DeviceEvent
from provisioning.actions.handing_over import give_waiting_orders, has_left
from provisioning.actions.reading import read, sights
from provisioning.actions.vitals import note_tests_before
from provisioning.errors import AlreadyBound
from provisioning.models import Agent, AgentEvent, JoinCode, Report


def is_signed(signed: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether these exact bytes were signed by who holds the private key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def describe(agent: Agent, machine: wire.Machine, version: str) -> None:
    """Write on a held agent what the machine says it is; the caller saves."""
    agent.make, agent.model = machine.make, machine.model
    agent.serial = machine.serial
    agent.agent_version = version


def looks_of(report: wire.Report) -> str:
    """What tells a nameless machine from another at a glance: its processor."""
    return report.cpu.model if report.cpu else ""


def bind(agent: Agent, device: Device, *, by: Actor) -> None:
    """Say that a held agent is the one of a held device: a step."""
    require_transaction()
    if agent.device_id is not None:
        raise AlreadyBound(
            _("This machine is already %(device)s.") % {"device": agent.device},
            advice=_("Unbind it first."),
        )
    refuse_taken(device)
    for former in _former(device):
        supersede(former, agent, by=by)
    agent.device = device
    agent.site_id = device.site_id
    agent.bound_at = timezone.now()
    agent.bound_by = by.user
    agent.changed_at = agent.bound_at
    agent.same_as = None
    agent.save(
        update_fields=[
            *("device", "site", "bound_at", "bound_by", "changed_at", "same_as"),
        ]
    )
    AgentEvent.append(agent, "bound", by=by, data={"device": device.tag})
    DeviceEvent.append(device, "agent_bound", by=by, data={"agent": str(agent.uuid)})
    newest = Report.objects.newest_of(agent)
    if newest is not None:
        read(newest, wire.Report.from_bytes(newest.payload), agent, device)
        tests = Report.objects.newest_of(agent, wire.Kind.TESTS.value)
        if tests is not None:
            note_tests_before(tests, newest, agent, device)
    give_waiting_orders(agent, device, by=by)


def supersede(former: Agent, agent: Agent, *, by: Actor) -> None:
    """Say of a held agent that another one is the same machine now: a step."""
    require_transaction()
    device = former.device
    former.device = former.bound_at = former.bound_by = None
    former.same_as, former.changed_at = agent, timezone.now()
    if device is not None:
        former.site_id = device.site_id
    former.save(
        update_fields=[
            *("device", "bound_at", "bound_by", "same_as", "site", "changed_at"),
        ]
    )
    data: dict[str, object] = {"agent": str(agent.uuid)}
    if device is not None:
        unbound = {"device": device.tag, **data}
        AgentEvent.append(former, "unbound", by=by, data=unbound)
        gone = {"agent": str(former.uuid), "same_as": str(agent.uuid)}
        DeviceEvent.append(device, "agent_unbound", by=by, data=gone)
    else:
        AgentEvent.append(former, "superseded", by=by, data=data)


def _former(device: Device) -> QuerySet[Agent]:
    """The machine that gives way to another one of a held device, held."""
    bound = Agent.objects.bound().filter(device=device)
    return bound.select_for_update(of=("self",))


def taken_by(device: Device) -> Agent | None:
    """The machine that a device is; none that came back and forgot who it is."""
    taken = Agent.objects.bound().filter(device=device).first()
    return None if taken is None or has_left(taken) else taken


def refuse_taken(device: Device) -> None:
    """A device is one machine at a time."""
    taken = taken_by(device)
    if taken is not None:
        raise AlreadyBound(
            _("%(device)s is already the machine “%(machine)s”.")
            % {"device": device, "machine": taken},
            advice=_(
                "Scan another tag; or open the page of that machine and press “It is "
                "not: unbind”."
            ),
            device=device.tag,
        )


def lock_for_binding(agent: Agent, device_pk: int) -> Device:
    """Hold a device, and those that the drives of a held agent may come from: a step.

    Of a record that was merged into another, that one.
    """
    require_transaction()
    newest = Report.objects.newest_of(agent)
    drives = sights(wire.Report.from_bytes(newest.payload)) if newest else []
    device = lock_where_seen(device_pk, drives)
    while device.merged_into_id is not None:
        device = lock_where_seen(device.merged_into_id, drives)
    return device


def bind_as_meant(agent: Agent, code: JoinCode) -> None:
    """Bind a held agent to the device that its join code names: a step.

    Not before it is approved; and where the device has got another machine since, a
    person has to look.
    """
    require_transaction()
    if code.device is None or agent.device_id is not None or not agent.approved_at:
        return
    device = lock_for_binding(agent, code.device.pk)
    if taken_by(device) is None:
        bind(agent, device, by=code.created_by)
