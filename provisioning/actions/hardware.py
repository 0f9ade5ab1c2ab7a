"""What a report says a device is made of, in the inventory's words."""

from __future__ import annotations

from typing import Any

from agent import wire
from inventory.models import DeviceKind

_KINDS = {
    wire.Chassis.DESKTOP: DeviceKind.DESKTOP,
    wire.Chassis.LAPTOP: DeviceKind.LAPTOP,
    wire.Chassis.ALL_IN_ONE: DeviceKind.ALL_IN_ONE,
    wire.Chassis.MINI: DeviceKind.MINI,
    wire.Chassis.TABLET: DeviceKind.TABLET,
}


def facts_of(report: wire.Report) -> dict[str, Any]:
    """What does not change from one minute to the next; unknown parts are absent.

    Placeholders of the firmware are none of it, nor is what is only plugged in.
    """
    machine = report.machine
    kind = _KINDS.get(machine.chassis)
    found: dict[str, Any] = {
        "make": machine.known_make,
        "model": machine.known_model,
        "serial": machine.known_serial,
        "kind": kind.value if kind else "",
        "drives": [_drive(drive) for drive in report.drives if drive.is_built_in],
        "batteries": [_battery(battery) for battery in report.batteries],
        "screens": [_screen(each) for each in report.screens if each.built_in],
        "parts": [
            {"kind": part.kind.value, "name": _named(part.make, part.model)}
            for part in report.peripherals
        ],
        "network": [
            {"link": card.link.value, "name": _named(card.make, card.model)}
            for card in report.network
            if not card.removable
        ],
        **_core(report),
    }
    return {name: value for name, value in found.items() if value}


def _core(report: wire.Report) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if report.cpu:
        found["cpu"] = report.cpu.model
        found["cores"] = report.cpu.cores
    if report.memory:
        memory = report.memory
        found["memory_bytes"] = memory.installed_bytes or memory.total_bytes
        found["modules"] = [
            {"slot": module.slot, "size_bytes": module.size_bytes, "type": module.type}
            for module in memory.modules
        ]
    if report.firmware:
        found["boot"] = report.firmware.boot.value
        found["tpm"] = report.firmware.tpm_version
    return found


def _drive(drive: wire.Drive) -> dict[str, Any]:
    return {
        "name": _named(drive.make, drive.model),
        "serial": drive.known_serial,
        "medium": drive.medium.value,
        "size_bytes": drive.size_bytes,
    }


def _battery(battery: wire.Battery) -> dict[str, Any]:
    return {
        "name": _named(battery.make, battery.model),
        "serial": battery.serial,
        "health_percent": battery.health_percent,
        "cycles": battery.cycles,
    }


def _screen(screen: wire.Screen) -> dict[str, Any]:
    return {
        "name": _named(screen.make, screen.model),
        "width_px": screen.width_px,
        "height_px": screen.height_px,
    }


def _named(make: str, model: str) -> str:
    return " ".join(part for part in (make, model) if part)
