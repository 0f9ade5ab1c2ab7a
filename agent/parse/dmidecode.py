"""Read `dmidecode`: the firmware's tables (SMBIOS), as text.

Versions 2.0 to 3.6, from Linux, BSD or Windows, whole or cut short.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from agent.parse import loose

HANDLE = re.compile(
    r"^Handle\s+(0x[0-9A-Fa-f]+)(?:,\s*DMI type\s+(\d+))?", re.IGNORECASE
)
OLD_TYPE = re.compile(r"^\s*DMI type (\d+),")
BROKEN = re.compile(
    r"<TRUNCATED>|Wrong DMI structures|Invalid entry length|<BAD INDEX>"
)

SYSTEM_MEMORY = ("system memory", "")
NO_MEMORY = frozenset({"flash", "rom", "eprom", "eeprom", "feprom", "cdram", "3dram"})


class Structure(NamedTuple):
    """One table of the firmware. `lists` holds the values that take several lines."""

    handle: str
    type: int
    title: str = ""
    fields: Mapping[str, str] = MappingProxyType({})
    lists: Mapping[str, list[str]] = MappingProxyType({})

    def said(self, field: str) -> str:
        return self.fields.get(field, "")


class Slot(NamedTuple):
    """One place for a memory module; `size_bytes` is 0 for an empty one."""

    structure: Structure
    size_bytes: int | None

    @property
    def type(self) -> str:
        return self.structure.said("Type")


class Dmi(NamedTuple):
    """Everything that was printed."""

    structures: tuple[Structure, ...]
    broken: bool

    def of(self, kind: int) -> list[Structure]:
        return [each for each in self.structures if each.type == kind]

    def first(self, kind: int) -> Structure:
        """The first of a type, or an empty one."""
        return next(iter(self.of(kind)), Structure("", kind))

    @property
    def board(self) -> Structure:
        """The machine's main board, where there are others too."""
        boards = self.of(2)
        main = (each for each in boards if each.said("Type") == "Motherboard")
        return next(main, self.first(2))

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Places for the system's own memory; Flash, cache and video are none."""
        arrays = {each.handle: each.said("Use").lower() for each in self.of(16)}
        devices = [
            each
            for each in self.of(17)
            if arrays.get(each.said("Array Handle").lower(), "") in SYSTEM_MEMORY
            and each.said("Type").lower() not in NO_MEMORY
        ]
        if devices:
            return tuple(Slot(each, size_of(each.said("Size"))) for each in devices)
        old = [each for each in self.of(6) if "Installed Size" in each.fields]
        return tuple(Slot(each, size_of(each.said("Installed Size"))) for each in old)

    @property
    def modules(self) -> tuple[Slot, ...]:
        """The places that hold something."""
        return tuple(slot for slot in self.slots if slot.size_bytes)

    @property
    def memory_bytes(self) -> int | None:
        """What is fitted; None where no module says its size."""
        return sum(slot.size_bytes or 0 for slot in self.modules) or None

    @property
    def arrays(self) -> list[Structure]:
        """The arrays that hold the system's own memory."""
        return [
            each for each in self.of(16) if each.said("Use").lower() in SYSTEM_MEMORY
        ]


def size_of(text: str) -> int | None:
    """Bytes out of `8 GB`, `8192 MB`, `512 MB (Single-bank Connection)`; 0 for none.

    None where it is not known.
    """
    if re.search(r"(?i)no module installed|not installed|^none\b", text):
        return 0
    return loose.size(text)


def parse(text: str) -> Dmi:
    """Every structure of dmidecode's text; none where it is something else."""
    blocks: list[tuple[str, int, list[str]]] = []
    for line in loose.lines(text):
        found, old = HANDLE.match(line), OLD_TYPE.match(line)
        if found:
            blocks.append((found[1].lower(), int((found[2] or "-1")[:9]), []))
        elif old and blocks and blocks[-1][1] < 0:
            blocks[-1] = (blocks[-1][0], int(old[1][:9]), [])
        elif blocks:
            blocks[-1][2].append(line)
    structures = tuple(_structure(*block) for block in blocks)
    return Dmi(structures, broken=bool(BROKEN.search(text)))


def _structure(handle: str, kind: int, block: list[str]) -> Structure:
    body = [line for line in block if line.strip() and not line.startswith("Wrong DMI")]
    title = body[0].strip() if body else ""
    fields: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    indents = [_indent(line) for line in body[1:] if ":" in line]
    level, last = min(indents, default=0), ""
    for line in body[1:]:
        if _indent(line) > level and last:
            lists.setdefault(last, []).append(line.strip())
            continue
        key, colon, value = line.partition(":")
        if not colon and _indent(line) < level:
            break  # text after the last structure
        last = key.strip()
        if colon:
            fields.setdefault(last, value.strip())
    return Structure(handle, kind, title, fields, lists)


def _indent(line: str) -> int:
    wide = line.expandtabs(8)
    return len(wide) - len(wide.lstrip())
