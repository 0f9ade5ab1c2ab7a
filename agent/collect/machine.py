"""Who made the machine: the firmware's own words, as the kernel passes them on."""

from __future__ import annotations

from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, said, text, why
from agent.collect.tables import Tables

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
    **dict.fromkeys((3, 4, 5, 6, 7, 15, 16, 24), facts.Chassis.DESKTOP),
    **dict.fromkeys((8, 9, 10, 14, 31), facts.Chassis.LAPTOP),
    **dict.fromkeys((11, 30, 32), facts.Chassis.TABLET),
    **dict.fromkeys((17, 23, 25, 28, 29), facts.Chassis.SERVER),
    **dict.fromkeys((34, 35, 36), facts.Chassis.MINI),
    13: facts.Chassis.ALL_IN_ONE,
}

# The names that dmidecode gives to those numbers.
NUMBERS = {
    name.replace("_", " "): number
    for number, name in enumerate(
        [
            "other",
            "unknown",
            "desktop",
            "low_profile_desktop",
            "pizza_box",
            "mini_tower",
            "tower",
            "portable",
            "laptop",
            "notebook",
            "hand_held",
            "docking_station",
            "all_in_one",
            "sub_notebook",
            "space-saving",
            "lunch_box",
            "main_server_chassis",
            "expansion_chassis",
            "sub_chassis",
            "bus_expansion_chassis",
            "peripheral_chassis",
            "raid_chassis",
            "rack_mount_chassis",
            "sealed-case_pc",
            "multi-system",
            "compactpci",
            "advancedtca",
            "blade",
            "blade_enclosing",
            "tablet",
            "convertible",
            "detachable",
            "iot_gateway",
            "embedded_pc",
            "mini_pc",
            "stick_pc",
        ],
        start=1,
    )
}
# Field of the wire -> table and field of dmidecode.
TABLES = {
    "make": (1, "Manufacturer"),
    "model": (1, "Product Name"),
    "version": (1, "Version"),
    "family": (1, "Family"),
    "sku": (1, "SKU Number"),
    "serial": (1, "Serial Number"),
    "uuid": (1, "UUID"),
    "asset_tag": (3, "Asset Tag"),
    "chassis_serial": (3, "Serial Number"),
    "board_make": (2, "Manufacturer"),
    "board_model": (2, "Product Name"),
    "board_version": (2, "Version"),
    "board_serial": (2, "Serial Number"),
}
VIRTUAL_MAKES = ("qemu", "innotek", "vmware", "xen", "bochs", "parallels")
VIRTUAL_MODELS = ("virtualbox", "virtual machine", "kvm", "bochs", "hvm domu")
APPLES = {
    "imac": facts.Chassis.ALL_IN_ONE,
    "macmini": facts.Chassis.MINI,
    "macpro": facts.Chassis.DESKTOP,
    "macbook": facts.Chassis.LAPTOP,
}


def machine(around: Around, told: Tables | None = None) -> Seen[facts.Machine]:
    """`told` fills in what sysfs does not say."""
    dmi = around.sys / "class/dmi/id"
    words, unseen = _of_sysfs(dmi)
    others = {**_of_device_tree(around), **(_of_tables(told) if told else {})}
    filled = {**others, **words}
    kind = _kind(told, dmi)
    found = facts.Machine(chassis=_chassis(kind, filled), chassis_type=kind, **filled)
    known = {*filled, "dmi"} if others else set(filled)
    return Seen(found, tuple(each for each in unseen if each.about not in known))


def _of_sysfs(dmi: Path) -> tuple[dict[str, str], list[facts.Unseen]]:
    if not dmi.is_dir():
        return {}, [_unseen(facts.Why.NOT_OFFERED, "")]
    words: dict[str, str] = {}
    unseen: list[facts.Unseen] = []
    for field, name in FILES.items():
        try:
            words[field] = text(dmi / name)
        except FileNotFoundError:
            continue  # an older kernel, or a firmware that leaves it out
        except OSError as exc:
            unseen.append(_unseen(why(exc), field))
    return {field: word for field, word in words.items() if word}, unseen


def _of_device_tree(around: Around) -> dict[str, str]:
    """Boards without a BIOS (ARM) are described by the one who started them."""
    tree = around.sys / "firmware/devicetree/base"
    words = {"model": said(tree / "model"), "serial": said(tree / "serial-number")}
    return {field: bare for field, word in words.items() if (bare := word.strip("\0"))}


def _of_tables(told: Tables) -> dict[str, str]:
    """The same words from the firmware's tables, where sysfs has none."""
    if told.dmi:
        words = {
            field: told.dmi.board.said(name)
            if kind == 2
            else told.dmi.first(kind).said(name)
            for field, (kind, name) in TABLES.items()
        }
    elif told.lshw:
        said = told.lshw
        words = {
            "make": said.make,
            "model": said.model,
            "version": said.version,
            "serial": said.serial,
            "uuid": said.uuid,
            "board_make": said.board_make,
            "board_model": said.board_model,
            "board_serial": said.board_serial,
        }
    else:
        return {}
    return {field: word for field, word in words.items() if word}


def _kind(told: Tables | None, dmi: Path) -> int | None:
    """The number of the case; dmidecode says its name."""
    word = said(dmi / "chassis_type")
    if word.isascii() and word.isdigit() and int(word[:9]) < 128:
        return int(word)
    name = told.dmi.first(3).said("Type").lower() if told and told.dmi else ""
    return NUMBERS.get(name)


def _chassis(kind: int | None, words: dict[str, str]) -> facts.Chassis:
    make, model = (words.get(field, "").lower() for field in ("make", "model"))
    if make.startswith(VIRTUAL_MAKES) or model in VIRTUAL_MODELS:
        return facts.Chassis.VIRTUAL
    # Apple puts "Laptop" into every machine that it makes
    for name, chassis in APPLES.items():
        if make.startswith("apple") and model.startswith(name):
            return chassis
    return CHASSIS.get(kind or 0, facts.Chassis.UNKNOWN)


def _unseen(reason: facts.Why, about: str) -> facts.Unseen:
    return facts.Unseen(subject=facts.Subject.MACHINE, why=reason, about=about or "dmi")
