"""What the machines of the demo see of themselves, in the words of the wire."""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Mapping

from agent import wire
from inventory.methods import Medium
from inventory.models import Device, DeviceKind, StorageDrive

GIB = 1024**3
CHASSIS = {
    DeviceKind.LAPTOP: wire.Chassis.LAPTOP,
    DeviceKind.DESKTOP: wire.Chassis.DESKTOP,
    DeviceKind.MINI: wire.Chassis.MINI,
}
PROCESSORS = {
    "ThinkPad T480": "Intel Core i5-8350U",
    "Latitude 5490": "Intel Core i5-8250U",
    "EliteBook 840 G3": "Intel Core i5-6300U",
    "Latitude 5480": "Intel Core i5-7300U",
    "ProDesk 400 G4": "Intel Core i3-7100",
    "OptiPlex 3050 SFF": "Intel Core i3-7100",
    "ThinkCentre M710q": "Intel Core i5-7400T",
}
MEDIA = {
    Medium.HDD: (wire.Medium.HDD, "sda"),
    Medium.SATA_SSD: (wire.Medium.SSD, "sda"),
    Medium.NVME: (wire.Medium.NVME, "nvme0n1"),
}
_ATA = wire.Health(tool="smartctl 7.3", protocol="ATA", passed=True, attributes=18)
HEALTHY: Mapping[wire.Medium, wire.Health] = {
    wire.Medium.NVME: wire.Health(
        tool="smartctl 7.3",
        protocol="NVMe",
        passed=True,
        power_on_hours=5_210,
        temperature_celsius=38,
        percentage_used=11,
        available_spare=100,
        available_spare_threshold=10,
        critical_warning=0,
        media_errors=0,
        self_test=wire.SelfTest.PASSED,
    ),
    wire.Medium.SSD: dataclasses.replace(
        _ATA, power_on_hours=9_874, temperature_celsius=34, percentage_used=23
    ),
    wire.Medium.HDD: dataclasses.replace(
        _ATA,
        power_on_hours=18_402,
        temperature_celsius=36,
        reallocated_sectors=0,
        pending_sectors=0,
        offline_uncorrectable=0,
    ),
}
WORN = dataclasses.replace(
    _ATA, power_on_hours=21_530, temperature_celsius=41, percentage_used=86
)
DYING = dataclasses.replace(
    _ATA,
    power_on_hours=38_117,
    temperature_celsius=39,
    reallocated_sectors=112,
    pending_sectors=24,
    offline_uncorrectable=8,
    self_test=wire.SelfTest.FAILED,
)
# What firmware says that nobody filled in.
NAMELESS = wire.Machine(
    make="To Be Filled By O.E.M.",
    model="To Be Filled By O.E.M.",
    serial="Default string",
    uuid="03000200-0400-0500-0006-000700080009",
    board_serial="Default string",
    chassis=wire.Chassis.DESKTOP,
)


@dataclasses.dataclass(frozen=True)
class Box:
    """What is inside one case."""

    machine: wire.Machine
    cpu: wire.Cpu
    drives: tuple[wire.Drive, ...] = ()
    batteries: tuple[wire.Battery, ...] = ()
    network: tuple[wire.Interface, ...] = ()


def box_of(
    device: Device, *, health: wire.Health | None = None, charge: int = 91
) -> Box:
    """The machine that a device of the demo is; `charge` is what its battery holds.

    Without `health` its drives are in order.
    """
    drives = device.drives.order_by("pk")
    is_laptop = device.kind == DeviceKind.LAPTOP
    return Box(
        machine=wire.Machine(
            make=device.make,
            model=device.model,
            serial=device.serial,
            uuid=str(uuid.uuid5(device.uuid, "firmware")),
            board_serial=f"L1{number(device.tag):08d}",
            chassis=CHASSIS[DeviceKind(device.kind)],
        ),
        cpu=wire.Cpu(make="Intel", model=PROCESSORS[device.model], cores=4),
        drives=tuple(drive_of(drive, health) for drive in drives),
        batteries=(battery(charge),) if is_laptop else (),
        network=(card(device.tag),),
    )


def drive_of(drive: StorageDrive, health: wire.Health | None = None) -> wire.Drive:
    """A drive as it was declared; it is not in use, for the machine runs from a stick."""
    medium, name = MEDIA[Medium(drive.medium)]
    is_nvme = medium is wire.Medium.NVME
    return wire.Drive(
        name=name,
        path=path_of(drive),
        bus=wire.Bus.NVME if is_nvme else wire.Bus.SATA,
        behind=wire.Behind.NOTHING,
        medium=medium,
        make=drive.make,
        model=drive.model,
        serial=drive.serial,
        firmware=f"FW{number(drive.model) % 1000:03d}",
        size_bytes=drive.size_bytes or 0,
        native_bytes=drive.size_bytes,
        logical_block_bytes=512,
        in_use=False,
        health=health or HEALTHY[medium],
    )


def path_of(drive: StorageDrive) -> str:
    return f"/dev/{MEDIA[Medium(drive.medium)][1]}"


def battery(percent: int) -> wire.Battery:
    """One that still holds this much of what it was made for."""
    return wire.Battery(
        name="BAT0",
        unit=wire.Charge.MICROWATT_HOURS,
        design=57_000_000,
        full=570_000 * percent,
        cycles=412,
        percent=87,
        state="Discharging",
    )


def card(name: str) -> wire.Interface:
    """A built-in network card with an address of its own."""
    last = number(name) % 2**24
    pairs = ":".join(f"{last >> shift & 0xFF:02x}" for shift in (16, 8, 0))
    return wire.Interface(
        name="enp0s31f6",
        link=wire.Link.ETHERNET,
        mac=f"54:e1:ad:{pairs}",
        removable=False,
    )


def number(name: str) -> int:
    """A number that belongs to a name, the same every time."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:3])
