"""The drives the kernel knows, from /sys/block: there with any tool or none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from agent import facts
from agent.collect.around import Around, entries, number, said

# Not drives: memory, files, networks, stacked devices, optical, floppy, and the
# areas of an eMMC that are not its main one.
NOT_DRIVES = re.compile(
    r"(zram|loop|ram|fd|sr|dm-|md|zd|nbd|rbd|drbd|bcache|mtdblock)\d.*"
    r"|mmcblk\d+(boot\d+|rpmb|gp\d+)"
)
RAID_CLASS = "0x0104"  # PCI base class 1, sub-class 4
PLAIN_DRIVERS = ("ahci", "nvme", "vmd", "ata_piix", "driver")
SECTOR_BYTES = 512  # the unit of /sys/block/*/size, whatever the drive's own is

# What the path of a drive in /sys/devices tells of its bus; the first that fits,
# because a SATA drive behind a USB bridge is a USB drive.
BUSES = (
    (re.compile(r"/usb\d"), facts.Bus.USB),
    (re.compile(r"/nvme"), facts.Bus.NVME),
    (re.compile(r"/virtio\d"), facts.Bus.VIRTIO),
    (re.compile(r"/end_device-|/sas_device"), facts.Bus.SAS),
    (re.compile(r"/ide\d"), facts.Bus.IDE),
    (re.compile(r"/ata\d"), facts.Bus.SATA),
)
TRANSLATING = frozenset({facts.Bus.SAS, facts.Bus.UNKNOWN})


class Block(NamedTuple):
    """One drive as the kernel shows it. "" and None where it does not say."""

    name: str
    size_bytes: int
    bus: facts.Bus
    rotational: bool | None
    removable: bool | None
    read_only: bool | None
    vendor: str
    model: str
    serial: str
    wwn: str
    firmware: str
    behind_raid: bool = False
    logical_block_bytes: int | None = None
    physical_block_bytes: int | None = None

    @property
    def path(self) -> str:
        return f"/dev/{self.name}"


def is_drive(name: str) -> bool:
    return not NOT_DRIVES.fullmatch(name)


def blocks(around: Around) -> list[Block]:
    """Every drive, in the order of names; those without a capacity included."""
    return [
        _block(folder)
        for folder in entries(around.sys / "block")
        if is_drive(folder.name) and said(folder / "hidden") != "1"
    ]


def _block(folder: Path) -> Block:
    device = folder / "device"
    return Block(
        name=folder.name,
        size_bytes=(number(folder / "size") or 0) * SECTOR_BYTES,
        bus=_bus(folder),
        rotational=_yes(folder / "queue/rotational"),
        removable=_yes(folder / "removable"),
        read_only=_yes(folder / "ro"),
        vendor=said(device / "vendor"),
        model=said(device / "model") or said(device / "name"),
        serial=_serial(folder),
        wwn=wwn(said(folder / "wwid") or said(device / "wwid")),
        firmware=said(device / "firmware_rev") or said(device / "rev"),
        behind_raid=_behind_raid(folder),
        logical_block_bytes=number(folder / "queue/logical_block_size"),
        physical_block_bytes=number(folder / "queue/physical_block_size"),
    )


def _behind_raid(folder: Path) -> bool:
    """Whether a RAID controller shows volumes here; in AHCI mode it shows drives."""
    for above in folder.resolve().parents:
        if said(above / "class").startswith(RAID_CLASS):
            return (above / "driver").resolve().name not in PLAIN_DRIVERS
        if above.name.startswith("pci"):
            break
    return False


def _bus(folder: Path) -> facts.Bus:
    if folder.name.startswith("mmcblk"):
        is_soldered = said(folder / "device/type") == "MMC"
        return facts.Bus.EMMC if is_soldered else facts.Bus.CARD
    if folder.name.startswith("hd"):
        return facts.Bus.IDE
    place = str(folder.resolve())
    found = (bus for pattern, bus in BUSES if pattern.search(place))
    bus = next(found, facts.Bus.UNKNOWN)
    # A SATA drive on a SAS controller, or on any layer that translates (SAT, 5.1)
    is_ata = said(folder / "device/vendor") == "ATA"
    return facts.Bus.SATA if is_ata and bus in TRANSLATING else bus


def _serial(folder: Path) -> str:
    """NVMe and eMMC keep it with the device, virtio with the block, SCSI in a page."""
    device = folder / "device"
    return said(device / "serial") or said(folder / "serial") or _page_80(device)


def _page_80(device: Path) -> str:
    """The unit serial number (SPC-4, 7.8.15); libata answers it for ATA drives too."""
    try:
        page = (device / "vpd_pg80").read_bytes()
    except OSError:
        return ""
    length = int.from_bytes(page[2:4])
    return page[4 : 4 + length].decode("ascii", errors="replace").strip(" \0")


def wwn(word: str) -> str:
    """A world-wide name in one spelling: `0x…` (NAA) or `eui.…`, else ""."""
    plain = word.strip().lower().replace("naa.", "0x")
    return plain if re.fullmatch(r"(0x|eui\.)[0-9a-f]{16,32}", plain) else ""


def _yes(path: Path) -> bool | None:
    return {"0": False, "1": True}.get(said(path))
