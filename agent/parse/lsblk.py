"""Read `lsblk -J -b`: what udev knows of the drives, and what stands on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from agent.parse import Unreadable, loose

COLUMNS = "NAME,KNAME,TYPE,TRAN,VENDOR,MODEL,REV,SERIAL,WWN,FSTYPE,MOUNTPOINTS"
ARGV = ("lsblk", "-J", "-b", "-o", COLUMNS)


class Disk(NamedTuple):
    """One entry at the top, and what is found on it or above it.

    `mounted` names what of it is mounted.
    """

    name: str = ""
    type: str = "disk"
    size_bytes: int | None = None
    rotational: bool | None = None
    removable: bool | None = None
    bus: str = ""
    vendor: str = ""
    model: str = ""
    revision: str = ""
    serial: str = ""
    wwn: str = ""
    mount_points: tuple[str, ...] = ()
    mounted: tuple[str, ...] = ()
    file_systems: frozenset[str] = frozenset()


def parse(output: bytes) -> list[Disk]:
    """Every disk of lsblk's JSON, of any version since 2.27.

    Raises Unreadable where it is no such JSON.
    """
    return [entry for entry in entries(output) if entry.type == "disk"]


def entries(output: bytes) -> list[Disk]:
    """Everything at the top: disks, and also loop devices, optical drives…

    lsblk without its tree (`-l`, or no NAME among the columns) puts partitions there
    too: they are counted to the disk that their name begins with.
    """
    said = loose.json_object(output)
    if not isinstance(said.get("blockdevices"), list):
        raise Unreadable("no blockdevices")
    raws = [loose.part(each) for each in said["blockdevices"]]
    flat = [raw for raw in raws if loose.word(raw, "type") == "part"]
    return [_disk(raw, flat) for raw in raws if raw not in flat]


def _disk(raw: dict[str, Any], flat: list[dict[str, Any]]) -> Disk:
    name = _name(raw)
    parts = [part for part in flat if _is_part_of(_name(part), name)]
    family = [each for root in (raw, *parts) for each in _with_all_above(root)]
    return Disk(
        name=name,
        type=loose.word(raw, "type"),
        size_bytes=loose.size(raw.get("size")),
        rotational=loose.yes(raw, "rota"),
        removable=loose.yes(raw, "rm"),
        bus=loose.word(raw, "tran").lower(),
        vendor=loose.word(raw, "vendor"),
        model=loose.word(raw, "model"),
        revision=loose.word(raw, "rev"),
        serial=_bare_serial(loose.word(raw, "serial"), loose.word(raw, "model")),
        wwn=loose.word(raw, "wwn"),
        mount_points=tuple(point for each in family for point in _mount_points(each)),
        mounted=tuple(_name(each) for each in family if _mount_points(each)),
        file_systems=frozenset(loose.word(each, "fstype") for each in family) - {""},
    )


def _name(raw: dict[str, Any]) -> str:
    return (loose.word(raw, "kname") or loose.word(raw, "name")).rpartition("/")[2]


def _is_part_of(part: str, disk: str) -> bool:
    """sda1 is of sda; nvme0n1p1 is of nvme0n1, and nvme0n10p1 is not."""
    rest = part.removeprefix(disk) if disk and part.startswith(disk) else ""
    number = rest.removeprefix("p") if disk[-1:].isdigit() else rest
    return number.isdigit() and (number != rest or not disk[-1:].isdigit())


def _with_all_above(raw: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An entry and all its descendants, without recursing into a hostile depth."""
    waiting = [raw]
    while waiting:
        entry = waiting.pop(0)
        yield entry
        waiting.extend(loose.part(child) for child in loose.several(entry, "children"))


def _mount_points(raw: dict[str, Any]) -> list[str]:
    """Since 2.37 a list with nulls in it, before that one text or null."""
    points = [*loose.several(raw, "mountpoints"), raw.get("mountpoint")]
    return [point for point in points if isinstance(point, str) and point]


def _bare_serial(serial: str, model: str) -> str:
    """udev's long form puts the model before the serial: MODEL_OF_DRIVE_SERIAL."""
    return serial.removeprefix(f"{model.replace(' ', '_')}_") if model else serial
