"""One drive out of what its witnesses say: the kernel, udev, the drive itself."""

from __future__ import annotations

import re

from agent import facts
from agent.collect.blocks import Block, wwn
from agent.collect.witnesses import Told
from agent.parse import lsblk
from agent.parse.smartctl import Smart
from agent.placeholders import is_placeholder

RAID_VOLUME = re.compile(
    r"(?i)\braid\b|logical volume|virtual drive|megaraid|\bperc\b|smart array"
)
VIRTUAL = re.compile(r"(?i)\bqemu\b|\bvbox|vmware|virtual disk|msft virtual")
STARTED_FROM = frozenset({facts.Use.ROOT, facts.Use.BOOT, facts.Use.LIVE})
# What stands in the field for the maker where a bus or a number does.
NOT_A_MAKE = re.compile(r"ata|nvme|usb|scsi|generic|msft|0x[0-9a-f]+")


def one_drive(
    block: Block, of_lsblk: lsblk.Disk | None, told: Told, uses: frozenset[facts.Use]
) -> facts.Drive:
    """What all say of one drive; the drive itself knows its name best."""
    disk, smart = of_lsblk or lsblk.Disk(), told.smart or Smart()
    bus = _bus(block, disk)
    rotational = block.rotational
    if smart.rotation_rate is not None:
        rotational = smart.rotation_rate > 0
    model = smart.model or disk.model or block.model
    behind = _behind(block, told, model)
    serial = smart.serial or disk.serial or block.serial
    return facts.Drive(
        name=block.name,
        path=block.path,
        bus=bus,
        behind=behind,
        medium=_medium(bus, rotational, told),
        form=smart.form,
        make=_make(block.vendor or disk.vendor, model),
        model=model,
        # a volume of several drives has a number that is no drive's
        serial="" if behind is facts.Behind.RAID else known_serial(serial),
        wwn=smart.wwn or wwn(disk.wwn) or block.wwn,
        firmware=smart.firmware or disk.revision or block.firmware,
        size_bytes=block.size_bytes,
        native_bytes=_native_bytes(told),
        logical_block_bytes=block.logical_block_bytes,
        physical_block_bytes=block.physical_block_bytes,
        rotational=rotational,
        rotation_rpm=smart.rotation_rate,
        removable=block.removable,
        read_only=block.read_only,
        in_use=bool(uses),
        in_use_by=tuple(sorted(uses)),
        boot_medium=bool(uses & STARTED_FROM),
        health=told.health,
        abilities=told.abilities,
        seen_by=_seen_by(of_lsblk, told),
    )


def known_serial(serial: str) -> str:
    return "" if is_placeholder(serial) else serial


def _native_bytes(told: Told) -> int | None:
    if told.ata and told.ata.native_bytes:
        return told.ata.native_bytes
    return told.controller.total_bytes if told.controller else None


def _behind(block: Block, told: Told, model: str) -> facts.Behind:
    """What stands between, as the kernel's path, the drive's name and smartctl tell."""
    device_type = told.health.device_type if told.health else ""
    if block.bus is facts.Bus.VIRTIO or VIRTUAL.search(f"{block.vendor} {model}"):
        return facts.Behind.VIRTUAL
    if block.behind_raid or "raid" in device_type or RAID_VOLUME.search(model):
        return facts.Behind.RAID
    if block.bus is facts.Bus.USB and (told.health or block.removable is False):
        return facts.Behind.USB_BRIDGE
    if block.bus is facts.Bus.UNKNOWN:
        return facts.Behind.UNKNOWN
    return facts.Behind.NOTHING


def _seen_by(disk: lsblk.Disk | None, told: Told) -> tuple[str, ...]:
    is_nvme = told.controller or (told.health and not told.smart)
    present = (
        ("sysfs", True),
        ("lsblk", disk),
        ("smartctl", told.smart),
        ("hdparm", told.ata),
        ("nvme", is_nvme),
    )
    return tuple(witness for witness, answer in present if answer)


def _bus(block: Block, disk: lsblk.Disk) -> facts.Bus:
    """The kernel's path first; udev where the path says nothing."""
    if block.bus is not facts.Bus.UNKNOWN:
        return block.bus
    named = {"ata": facts.Bus.IDE, "sata": facts.Bus.SATA, "sas": facts.Bus.SAS}
    return named.get(disk.bus, facts.Bus.UNKNOWN)


def _medium(bus: facts.Bus, rotational: bool | None, told: Told) -> facts.Medium:
    """What it keeps data on; the kernel's guess for virtual and USB is no evidence."""
    of_bus = {
        facts.Bus.NVME: facts.Medium.NVME,
        facts.Bus.EMMC: facts.Medium.EMMC,
        facts.Bus.CARD: facts.Medium.FLASH,
        facts.Bus.USB: _through_bridge(told),
        facts.Bus.VIRTIO: facts.Medium.UNKNOWN,
    }
    if bus in of_bus or rotational is None:
        return of_bus.get(bus, facts.Medium.UNKNOWN)
    return facts.Medium.HDD if rotational else facts.Medium.SSD


def _through_bridge(told: Told) -> facts.Medium:
    """A drive that speaks through its USB bridge says itself what it is."""
    if told.health and told.health.protocol == "NVMe":
        return facts.Medium.NVME
    if told.smart is None or told.smart.rotation_rate is None:
        return facts.Medium.UNKNOWN
    return facts.Medium.HDD if told.smart.rotation_rate else facts.Medium.SSD


def _make(vendor: str, model: str) -> str:
    """The maker, where a field names one or the model begins with a name."""
    if vendor and not NOT_A_MAKE.fullmatch(vendor.lower()):
        return vendor
    first_word, _, rest = model.replace("_", " ").partition(" ")
    return first_word if rest and first_word.isalpha() else ""
