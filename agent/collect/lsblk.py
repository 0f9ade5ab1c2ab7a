"""Read `lsblk -J -b`: what udev knows of the drives, and what stands on them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any

from agent.collect import loose

COLUMNS = "NAME,KNAME,TYPE,TRAN,VENDOR,MODEL,REV,SERIAL,WWN,FSTYPE,MOUNTPOINTS"
ARGV = ("lsblk", "-J", "-b", "-o", COLUMNS)


@dataclasses.dataclass(frozen=True)
class Disk:
    """One entry of type disk, and what is found on it or above it."""

    name: str = ""
    bus: str = ""
    vendor: str = ""
    model: str = ""
    revision: str = ""
    serial: str = ""
    wwn: str = ""
    mount_points: tuple[str, ...] = ()
    file_systems: frozenset[str] = frozenset()


def parse(output: bytes) -> list[Disk]:
    """Every disk of lsblk's JSON, of any version since 2.27.

    Raises ValueError where it is no such JSON.
    """
    said = loose.part(json.loads(output.decode(errors="replace")))
    if not isinstance(said.get("blockdevices"), list):
        raise ValueError("no blockdevices")
    return [
        _disk(loose.part(each))
        for each in said["blockdevices"]
        if loose.part(each).get("type") == "disk"
    ]


def _disk(raw: dict[str, Any]) -> Disk:
    family = list(_with_all_above(raw))
    return Disk(
        name=(loose.word(raw, "kname") or loose.word(raw, "name")).rpartition("/")[2],
        bus=loose.word(raw, "tran").lower(),
        vendor=loose.word(raw, "vendor"),
        model=loose.word(raw, "model"),
        revision=loose.word(raw, "rev"),
        serial=_bare_serial(loose.word(raw, "serial"), loose.word(raw, "model")),
        wwn=loose.word(raw, "wwn"),
        mount_points=tuple(point for each in family for point in _mount_points(each)),
        file_systems=frozenset(loose.word(each, "fstype") for each in family) - {""},
    )


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
