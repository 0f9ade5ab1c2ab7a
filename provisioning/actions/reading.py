"""What a kept report changes beside itself: drives of its device, and sightings."""

from __future__ import annotations

from collections.abc import Sequence

from agent import wire
from backoffice.core.actors import Machine
from backoffice.core.transactions import require_transaction
from inventory import codes
from inventory.actions.provenance import note_hardware
from inventory.actions.sightings import SeenDrive, note_drives_seen
from inventory.methods import Medium
from inventory.models import Bus, Device, StorageDrive
from provisioning.actions.assignments import compare
from provisioning.actions.hardware import facts_of
from provisioning.actions.systems import note_running_system
from provisioning.actions.vitals import note_vitals
from provisioning.models import Agent, Report, Sighting

# What a later report says better of a drive that was seen in the same machine.
RENEWED = (
    *("device", "make", "model", "serial", "wwn", "size_bytes", "is_boot_medium"),
    *("last_seen_at", "report"),
)


def read(
    kept: Report, report: wire.Report, agent: Agent, device: Device | None
) -> None:
    """Take what a report says as evidence about a held agent and its held device: a step."""
    require_transaction()
    if device is not None:
        note_vitals(kept, report, agent, device)
        _note_hardware(kept, report, agent, device)
        note_running_system(kept, report, device, by=Machine(str(agent.uuid)))
    if not saw_drives(report):
        return
    drives = None
    if device is not None:
        drives = note_drives_seen(
            device,
            sights(report),
            at=kept.received_at,
            by=Machine(str(agent.uuid)),
        )
        compare(
            device,
            drives,
            report=kept,
            at=kept.received_at,
            by=Machine(str(agent.uuid)),
        )
    note_sightings(kept, report, agent, device, drives)


def _note_hardware(
    kept: Report, report: wire.Report, agent: Agent, device: Device
) -> None:
    """What an inventory says that a held device is made of: a step."""
    require_transaction()
    if report.kind is wire.Kind.INVENTORY:
        note_hardware(
            device,
            facts_of(report),
            report=kept.report_id,
            at=kept.received_at,
            by=Machine(str(agent.uuid)),
        )


def saw_drives(report: wire.Report) -> bool:
    """Whether its list of drives means something: one that is empty may not."""
    told = bool(report.drives) or report.saw(wire.Subject.DRIVES)
    return told and report.kind is wire.Kind.INVENTORY


def sights(report: wire.Report) -> list[SeenDrive]:
    """What a report says of drives, in the inventory's words."""
    if report.erasure is not None:
        return [seen(report.erasure.drive)]
    return [seen(drive) for drive in report.drives] if saw_drives(report) else []


def note_sightings(
    kept: Report,
    report: wire.Report,
    agent: Agent,
    device: Device | None,
    drives: Sequence[StorageDrive | None] | None,
) -> None:
    """Write which drives a held agent saw, in one statement: a step.

    `drives` are those of the inventory, one for each; None where nobody knows yet
    which device the machine is.
    """
    require_transaction()
    known = drives if drives is not None else [None] * len(report.drives)
    rows = [
        Sighting(
            agent=agent,
            key=key,
            device=device,
            drive=drive,
            make=said.make,
            model=said.model,
            serial=said.serial,
            wwn=said.wwn,
            size_bytes=said.size_bytes,
            is_boot_medium=said.boot_medium,
            first_seen_at=kept.received_at,
            last_seen_at=kept.received_at,
            report=kept,
        )
        for key, said, drive in zip(
            keys(report.drives), report.drives, known, strict=True
        )
    ]
    Sighting.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["agent", "key"],
        update_fields=RENEWED if drives is None else (*RENEWED, "drive"),
    )


def keys(drives: Sequence[wire.Drive]) -> list[str]:
    """What tells the drives of one machine apart: serial, else WWN, else looks.

    Two that are told apart by nothing are counted.
    """
    met: dict[str, int] = {}
    found = []
    for drive in drives:
        looks = f"{codes.key(drive.model)}/{drive.size_bytes}"
        key = codes.serial_key(drive.serial) or codes.key(drive.wwn) or f"?{looks}"
        met[key] = met.get(key, 0) + 1
        found.append(key if met[key] == 1 else f"{key}#{met[key]}")
    return found


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
    """What a volume of a RAID controller lies on nobody knows."""
    if drive.behind is wire.Behind.RAID:
        return Medium.UNKNOWN
    if drive.bus is wire.Bus.SAS:
        spins = drive.medium is wire.Medium.HDD
        return Medium.SAS_HDD if spins else Medium.SAS_SSD
    return _MEDIA.get(drive.medium, Medium.UNKNOWN)
