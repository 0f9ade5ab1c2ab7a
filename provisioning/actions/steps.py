"""What the acts about agents share."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone
from django.utils.translation import gettext as _

from agent import wire
from backoffice.core.actors import Actor, Machine, person
from backoffice.core.transactions import require_transaction
from inventory.actions.sightings import SeenDrive, note_drives_seen
from inventory.methods import Medium
from inventory.models import Bus, Device, DeviceEvent
from provisioning.errors import AlreadyBound
from provisioning.models import Agent, AgentEvent, Report


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
    taken = Agent.objects.filter(device=device, revoked_at=None).first()
    if taken is not None:
        raise AlreadyBound(
            _("%(device)s is already the machine “%(machine)s”.")
            % {"device": device, "machine": taken},
            advice=_("Unbind that machine first, or scan another tag."),
            device=device.tag,
        )
    agent.device = device
    agent.site_id = device.site_id
    agent.bound_at = timezone.now()
    agent.bound_by = person(by)
    agent.save(update_fields=["device", "site", "bound_at", "bound_by"])
    AgentEvent.append(agent, "bound", by=by, data={"device": device.tag})
    DeviceEvent.append(device, "agent_bound", by=by, data={"agent": str(agent.uuid)})
    newest = Report.objects.newest_of(agent)
    if newest is not None:
        apply(wire.Report.from_bytes(bytes(newest.payload)), agent, device)


def apply(report: wire.Report, agent: Agent, device: Device) -> None:
    """Take what a report says of a held device's drives as evidence: a step."""
    require_transaction()
    if not report.saw(wire.Subject.DRIVES) and not report.drives:
        return
    note_drives_seen(
        device,
        [seen(drive) for drive in report.drives],
        at=timezone.now(),
        by=Machine(str(agent.uuid)),
    )


def seen(drive: wire.Drive) -> SeenDrive:
    """A drive of the wire in the inventory's words."""
    return SeenDrive(
        medium=_medium(drive),
        bus=Bus(drive.bus.value),
        make=drive.make[:60],
        model=drive.model[:80],
        serial=drive.serial[:64],
        size_bytes=drive.size_bytes,
        in_use=drive.in_use,
    )


_MEDIA = {
    wire.Medium.HDD: Medium.HDD,
    wire.Medium.SSD: Medium.SATA_SSD,
    wire.Medium.NVME: Medium.NVME,
    wire.Medium.EMMC: Medium.EMMC,
    wire.Medium.FLASH: Medium.USB_FLASH,
}


def _medium(drive: wire.Drive) -> Medium:
    if drive.bus is wire.Bus.SAS:
        spins = drive.medium is wire.Medium.HDD
        return Medium.SAS_HDD if spins else Medium.SAS_SSD
    return _MEDIA.get(drive.medium, Medium.UNKNOWN)
