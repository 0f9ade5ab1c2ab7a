"""One drive out of what its three witnesses say: the kernel, udev, the drive itself."""

from __future__ import annotations

import re

from agent import wire
from agent.collect.blocks import Block, wwn
from agent.parse import lsblk
from agent.parse import smartctl as smart

STARTED_FROM = frozenset({wire.Use.ROOT, wire.Use.BOOT, wire.Use.LIVE})
# What stands in the field for the maker where a bus or a number does.
NOT_A_MAKE = re.compile(r"ata|nvme|usb|scsi|generic|msft|0x[0-9a-f]+")


def one_drive(
    block: Block,
    of_lsblk: lsblk.Disk | None,
    of_smartctl: smart.Smart | None,
    uses: frozenset[wire.Use],
) -> wire.Drive:
    """What the three say of one drive; the drive itself knows its name best."""
    disk, told = of_lsblk or lsblk.Disk(), of_smartctl or smart.Smart()
    bus = _bus(block, disk)
    rotational = block.rotational
    if told.rotation_rate is not None:
        rotational = told.rotation_rate > 0
    model = told.model or disk.model or block.model
    return wire.Drive(
        name=block.name,
        path=path_of(block.name),
        bus=bus,
        medium=_medium(bus, rotational),
        make=_make(block.vendor or disk.vendor, model),
        model=model,
        serial=told.serial or disk.serial or block.serial,
        wwn=told.wwn or wwn(disk.wwn) or block.wwn,
        firmware=told.firmware or disk.revision or block.firmware,
        size_bytes=block.size_bytes,
        rotational=rotational,
        removable=block.removable,
        read_only=block.read_only,
        in_use=bool(uses),
        in_use_by=tuple(sorted(uses)),
        boot_medium=bool(uses & STARTED_FROM),
        health=told.health,
        seen_by=_seen_by(of_lsblk, of_smartctl),
    )


def path_of(name: str) -> str:
    return f"/dev/{name}"


def _seen_by(disk: lsblk.Disk | None, told: smart.Smart | None) -> tuple[str, ...]:
    present = (("sysfs", True), ("lsblk", disk), ("smartctl", told))
    return tuple(witness for witness, answer in present if answer)


def _bus(block: Block, disk: lsblk.Disk) -> wire.Bus:
    """The kernel's path first; udev where the path says nothing."""
    if block.bus is not wire.Bus.UNKNOWN:
        return block.bus
    named = {"ata": wire.Bus.IDE, "sata": wire.Bus.SATA, "sas": wire.Bus.SAS}
    return named.get(disk.bus, wire.Bus.UNKNOWN)


def _medium(bus: wire.Bus, rotational: bool | None) -> wire.Medium:
    """What it keeps data on; the kernel's guess for virtual and USB is no evidence."""
    of_bus = {
        wire.Bus.NVME: wire.Medium.NVME,
        wire.Bus.EMMC: wire.Medium.EMMC,
        wire.Bus.CARD: wire.Medium.FLASH,
        wire.Bus.USB: wire.Medium.UNKNOWN,
        wire.Bus.VIRTIO: wire.Medium.UNKNOWN,
    }
    if bus in of_bus or rotational is None:
        return of_bus.get(bus, wire.Medium.UNKNOWN)
    return wire.Medium.HDD if rotational else wire.Medium.SSD


def _make(vendor: str, model: str) -> str:
    """The maker, where a field names one or the model begins with a name."""
    if vendor and not NOT_A_MAKE.fullmatch(vendor.lower()):
        return vendor
    first_word, _, rest = model.replace("_", " ").partition(" ")
    return first_word if rest and first_word.isalpha() else ""
