"""Facts of a real dump under the names that its index gives them.

Only names are translated here: every fact is what the agent's own readers say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agent import wire
from agent.collect.usage import is_live
from agent.parse import (
    Unreadable,
    cpuinfo,
    dmidecode,
    hdparm,
    lsblk,
    lshw,
    nvme,
    power,
    smartctl,
    smarttext,
)
from agent.placeholders import known

Facts = Mapping[str, Any]


def of_dmidecode(path: Path) -> Facts:
    dmi = dmidecode.parse(path.read_text(errors="replace"))
    system, board, chassis = dmi.first(1), dmi.board, dmi.first(3)
    machine = wire.Machine(
        make=system.said("Manufacturer"),
        model=system.said("Product Name"),
        version=system.said("Version"),
        board_make=board.said("Manufacturer"),
        board_model=board.said("Product Name"),
    )
    batteries = dmi.of(22)
    return {
        "manufacturer": system.said("Manufacturer"),
        "product": system.said("Product Name"),
        "version": system.said("Version"),
        "serial_raw": system.said("Serial Number"),
        "serial": known(system.said("Serial Number")) or None,
        "uuid": system.said("UUID"),
        "sku": system.said("SKU Number"),
        "board_manufacturer": board.said("Manufacturer"),
        "board_product": board.said("Product Name"),
        "board_serial_raw": board.said("Serial Number"),
        "chassis_type": chassis.said("Type"),
        "chassis_serial_raw": chassis.said("Serial Number"),
        "bios_vendor": dmi.first(0).said("Vendor"),
        "bios_version": dmi.first(0).said("Version"),
        "bios_date": dmi.first(0).said("Release Date"),
        "cpu": dmi.first(4).said("Version"),
        "ram_mib": (dmi.memory_bytes or 0) // 2**20,
        "ram_slots": len(dmi.slots),
        "ram_modules": len(dmi.modules),
        "ram_types": sorted({slot.type for slot in dmi.modules}),
        "best_manufacturer": machine.known_make,
        "best_model": machine.known_model,
        "table_broken": dmi.broken,
        "battery_count": len(batteries),
        "battery_design": [each.said("Design Capacity") for each in batteries],
    }


def of_lshw(path: Path) -> Facts:
    said = lshw.parse(path.read_bytes())
    return {
        "manufacturer": said.make,
        "product": said.model,
        "version": said.version,
        "serial_raw": said.serial,
        "serial": known(said.serial) or None,
        "chassis": said.chassis,
        "uuid": said.uuid,
        "top_level": "object"
        if isinstance(json.loads(path.read_bytes()), dict)
        else "",
        "cpu": said.cpu,
        "ram_mib_banks": (said.banks_bytes or 0) // 2**20,
        "ram_mib_node": (said.memory_node_bytes or 0) // 2**20,
        "ram_mib": (said.memory_bytes or 0) // 2**20,
        "disks": [
            {
                "dev": disk.path,
                "model": disk.model,
                "serial": disk.serial or None,
                "bytes": disk.size_bytes,
                "usb": disk.is_usb,
            }
            for disk in said.disks
        ],
        "internal_disks": [disk.path for disk in said.disks if not disk.is_usb],
    }


def of_lsblk(path: Path) -> Facts:
    entries = lsblk.entries(path.read_bytes())
    disks = [entry for entry in entries if entry.type == "disk"]
    away = [disk.name for disk in disks if any(map(is_live, disk.mount_points))]
    return {
        "type_disk_entries": [
            {
                "name": disk.name,
                "bytes": disk.size_bytes,
                "rota": disk.rotational,
                "tran": disk.bus,
                "model": disk.model,
                "serial": disk.serial,
                "rm": disk.removable,
            }
            for disk in disks
        ],
        "rom": [entry.name for entry in entries if entry.type == "rom"],
        "usb_or_live": away,
        "candidate_internal_disks": [d.name for d in disks if d.name not in away],
        "mounted": [name for disk in disks for name in disk.mounted],
        "live": [
            f"/dev/{entry.name}"
            for entry in entries
            if entry.type != "disk" and any(map(is_live, entry.mount_points))
        ],
    }


def of_smartctl(path: Path) -> Facts:
    content = path.read_bytes()
    try:
        said = json.loads(content.decode(errors="replace"))
    except ValueError:
        return {"parse": "invalid-json"}
    status = said["smartctl"]["exit_status"]
    if status & 3:
        silent = (
            "protocol device_type model serial serial_raw firmware capacity_bytes "
            "rotation_rpm smart_passed power_on_hours temperature_c"
        )
        return {
            **dict.fromkeys(silent.split()),
            "exit_status": status,
            "messages": smartctl.messages(said),
        }
    told = smartctl.parse(said)
    return {
        **_of_smart(told),
        "exit_status": told.health.exit_status if told.health else None,
        "invalid_utf8": "\ufffd" in content.decode(errors="replace"),
        "messages": list(told.messages),
    }


def of_smarttext(path: Path) -> Facts:
    text = path.read_text(errors="replace")
    told = smarttext.parse(text)
    facts = _of_smart(told)
    words = {True: "PASSED", False: "FAILED", None: None}
    security = [
        line for line in text.splitlines() if line.startswith("ATA Security is")
    ]
    return {
        **facts,
        "overall_health": words[facts["smart_passed"]],
        "security": "".join(security).partition(":")[2].strip(),
        "is_frozen": told.abilities.security_frozen if told.abilities else None,
    }


def _of_smart(told: smartctl.Smart) -> dict[str, Any]:
    health = told.health or wire.Health()
    of_nvme = {
        name: getattr(health, name)
        for name in (
            "critical_warning",
            "available_spare",
            "available_spare_threshold",
            "percentage_used",
            "media_errors",
            "unsafe_shutdowns",
        )
    }
    return {
        **of_nvme,
        "protocol": health.protocol,
        "device_type": health.device_type,
        "model": told.model,
        "serial": told.serial,
        "serial_raw": told.serial,
        "firmware": told.firmware,
        "capacity_bytes": told.size_bytes,
        "rotation_rpm": told.rotation_rate,
        "smart_passed": health.passed,
        "power_on_hours": health.power_on_hours,
        "temperature_c": health.temperature_celsius,
        "num_err_log_entries": health.error_log_entries,
        "devstat_percentage_used": health.percentage_used,
        "scsi_grown_defect_list": health.grown_defects,
        "failing_now": list(health.failing_now),
        **{f"attr{row.id}_raw": row.raw for row in told.attributes},
    }


def of_cpuinfo(path: Path) -> Facts:
    said = cpuinfo.parse(path.read_text(errors="replace"))
    return {
        "arch": "arm" if said.is_arm else "x86" if said.is_x86 else "",
        "model_name": said.model,
        "logical_cpus": said.threads,
        "sockets": said.sockets,
        "physical_cores": said.cores,
        "has_lm_64bit": said.is_64_bit,
        "has_vt": said.has_virtualization,
    }


def of_nvme(path: Path) -> Facts:
    content = path.read_bytes()
    raw = json.loads(content)
    if "Devices" in raw:
        return {
            "devices": [
                {
                    "path": each.path,
                    "model": each.model,
                    "serial": each.serial,
                    "bytes": each.size_bytes,
                }
                for each in nvme.namespaces(content)
            ]
        }
    if "mn" in raw:
        said = nvme.id_ctrl(content)
        can = said.abilities
        return {
            "model": said.model,
            "serial": said.serial,
            "firmware": said.firmware,
            "total_bytes": said.total_bytes,
            "format_supported": can.format_user_data,
            "format_crypto_supported": can.format_crypto,
            "format_applies_all_ns": can.format_all_namespaces,
            "sanitize_crypto": can.sanitize_crypto,
            "sanitize_block": can.sanitize_block,
            "sanitize_overwrite": can.sanitize_overwrite,
        }
    log = nvme.smart_log(content)
    return {**log.to_json(), "temperature_c": log.temperature_celsius}


def of_hdparm(path: Path) -> Facts:
    said = hdparm.parse(path.read_text(errors="replace"))
    can = said.abilities or wire.Abilities()
    return {
        "model": said.model,
        "serial": said.serial,
        "security_section": said.abilities is not None,
        "sec_supported": can.security,
        "sec_enabled": can.security_enabled,
        "sec_locked": can.security_locked,
        "sec_frozen": can.security_frozen,
        "erase_min": can.erase_minutes,
        "enhanced_min": can.enhanced_erase_minutes,
        "sec_enhanced_supported": can.enhanced_erase,
        "identity_plausible": said.is_plausible,
        "erase_allowed": said.may_be_erased,
    }


def of_power(path: Path) -> Facts:
    text = path.read_text(errors="replace")
    if path.suffix == ".uevent":
        return _of_uevent(power.uevent(text), text)
    if text.startswith("Battery"):
        return _of_acpi(text)
    (supply,) = power.upower(text)
    percent = supply.health_percent
    is_own = supply.kind == "battery" and supply.is_system is not False
    full, design = supply.full, supply.design
    return {
        "kind": "battery" if supply.kind == "battery" else "keyboard/mouse peripheral",
        "system_battery": is_own,
        "energy_full_design_wh": design and design / 1e6,
        "energy_full_wh": full and full / 1e6,
        "health_pct_from_energy": percent and round(percent, 1),
        "upower_capacity_pct": _said(text, "capacity"),
        "charge_pct": supply.percent,
        "vendor": supply.make,
        "model": supply.model,
        "serial_raw": _line(text, "serial"),
        "serial": supply.serial or None,
        "state": supply.state,
        "decimal_comma": "," in _line(text, "energy"),
    }


def _line(text: str, key: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next(
        (line[len(key) + 1 :].strip() for line in lines if line.startswith(f"{key}:")),
        "",
    )


def _said(text: str, key: str) -> float | None:
    return power.decimal(_line(text, key))


def _of_uevent(supply: power.Supply, text: str) -> Facts:
    said = dict(line.partition("=")[::2] for line in text.splitlines())
    percent = supply.health_percent
    return {
        "name": supply.name,
        "unit": {"uah": "uAh", "uwh": "uWh"}.get(supply.unit),
        "full_design": supply.design,
        "full": supply.full,
        "health_pct": percent and round(percent, 1),
        "cycle_count_raw": said.get("POWER_SUPPLY_CYCLE_COUNT"),
        "charge_pct": supply.percent,
        "manufacturer": supply.make,
        "model": supply.model,
        "serial": supply.serial or None,
        "serial_raw": said.get("POWER_SUPPLY_SERIAL_NUMBER", "").strip(),
        "status": supply.state,
    }


def _of_acpi(text: str) -> Facts:
    return {
        "battery_ids": power.acpi_names(text),
        "batteries_with_capacity": {
            number: {
                "design_mah": each.design_mah,
                "full_mah": each.full_mah,
                "acpi_pct": each.percent,
                "ratio_pct": round(100 * each.full_mah / each.design_mah, 1),
            }
            for number, each in power.acpi(text).items()
        },
    }


READERS: Mapping[str, Callable[[Path], Facts]] = {
    "dmidecode": of_dmidecode,
    "lshw-json": of_lshw,
    "lsblk-json": of_lsblk,
    "smartctl-json": of_smartctl,
    "smartctl-text": of_smarttext,
    "cpuinfo": of_cpuinfo,
    "nvme-json": of_nvme,
    "hdparm": of_hdparm,
    "battery": of_power,
}

# What the index says beyond its file: verdicts are the health rules' own (they are
# tested with them), an exit code is no part of a log.
BEYOND = frozenset(
    {"verdict", "reasons", "serial_masked_by_source", "process_exit_code"}
)


def wrong(kind: str, path: Path, expected: Facts) -> dict[str, tuple[Any, Any]]:
    """What a dump's reader says otherwise than its index: name -> (index, reader)."""
    try:
        said = READERS[kind](path)
    except Unreadable as exc:
        said = {"parse": str(exc)}
    return {
        name: (value, said.get(name))
        for name, value in expected.items()
        if name not in BEYOND and not _agree(value, said.get(name))
    }


def _agree(expected: Any, said: Any) -> bool:
    """Equal; outer blanks are no part of a name, a list of objects may say more."""
    if isinstance(expected, str) and isinstance(said, str):
        return expected.strip() == said.strip()
    if isinstance(expected, list) and isinstance(said, list):
        return len(expected) == len(said) and all(map(_agree, expected, said))
    if isinstance(expected, dict) and isinstance(said, Mapping):
        return all(_agree(value, said.get(key)) for key, value in expected.items())
    return bool(expected == said)
