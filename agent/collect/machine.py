"""Who made the machine: the firmware's own words, as the kernel passes them on."""

from __future__ import annotations

from pathlib import Path

from agent import wire
from agent.collect.around import Around, Seen, said, text, why

# Field of the wire -> file in /sys/class/dmi/id (Linux, Documentation/ABI).
FILES = {
    "make": "sys_vendor",
    "model": "product_name",
    "version": "product_version",
    "family": "product_family",
    "sku": "product_sku",
    "serial": "product_serial",
    "uuid": "product_uuid",
    "asset_tag": "chassis_asset_tag",
    "chassis_serial": "chassis_serial",
    "board_make": "board_vendor",
    "board_model": "board_name",
    "board_version": "board_version",
    "board_serial": "board_serial",
}

# SMBIOS 3.7, table 17.
CHASSIS = {
    **dict.fromkeys((3, 4, 5, 6, 7, 15, 16, 24), wire.Chassis.DESKTOP),
    **dict.fromkeys((8, 9, 10, 14, 31), wire.Chassis.LAPTOP),
    **dict.fromkeys((11, 30, 32), wire.Chassis.TABLET),
    **dict.fromkeys((17, 23, 25, 28, 29), wire.Chassis.SERVER),
    **dict.fromkeys((34, 35, 36), wire.Chassis.MINI),
    13: wire.Chassis.ALL_IN_ONE,
}

VIRTUAL_MAKES = ("qemu", "innotek", "vmware", "xen", "bochs", "parallels")


def machine(around: Around) -> Seen[wire.Machine]:
    dmi = around.sys / "class/dmi/id"
    if not dmi.is_dir():
        return Seen(wire.Machine(), (_unseen(wire.Why.NOT_OFFERED, ""),))
    words: dict[str, str] = {}
    unseen: list[wire.Unseen] = []
    for field, name in FILES.items():
        try:
            words[field] = text(dmi / name)
        except FileNotFoundError:
            continue  # an older kernel, or a firmware that leaves it out
        except OSError as exc:
            unseen.append(_unseen(why(exc), field))
    kind, chassis = _chassis(dmi, words.get("make", ""))
    found = wire.Machine(chassis=chassis, chassis_type=kind, **words)
    return Seen(found, tuple(unseen))


def firmware(around: Around) -> Seen[wire.Firmware | None]:
    dmi = around.sys / "class/dmi/id"
    if not dmi.is_dir():
        unseen = wire.Unseen(
            subject=wire.Subject.FIRMWARE, why=wire.Why.NOT_OFFERED, about="dmi"
        )
        return Seen(None, (unseen,))
    is_uefi = (around.sys / "firmware/efi").is_dir()
    found = wire.Firmware(
        make=said(dmi / "bios_vendor"),
        version=said(dmi / "bios_version"),
        date=said(dmi / "bios_date"),
        boot=wire.Boot.UEFI if is_uefi else wire.Boot.BIOS,
    )
    return Seen(found)


def _chassis(dmi: Path, make: str) -> tuple[int | None, wire.Chassis]:
    word = said(dmi / "chassis_type")
    kind = int(word) if word.isascii() and word.isdigit() and int(word) < 128 else None
    if make.lower().startswith(VIRTUAL_MAKES):
        return kind, wire.Chassis.VIRTUAL
    return kind, CHASSIS.get(kind or 0, wire.Chassis.UNKNOWN)


def _unseen(reason: wire.Why, about: str) -> wire.Unseen:
    return wire.Unseen(subject=wire.Subject.MACHINE, why=reason, about=about or "dmi")
