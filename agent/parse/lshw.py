"""Read `lshw -json`: the second source where dmidecode or sysfs are silent.

One object, a list of them, or objects one after the other, as its versions differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from agent.parse import Unreadable, loose

SYSTEM = re.compile(r"(?i)system memory|mémoire système")
OTHER = re.compile(r"(?i)flash|rom\b|video|vidéo|cache")


class Disk(NamedTuple):
    """One drive. `is_usb`: something above it hangs on USB."""

    path: str
    model: str
    serial: str
    size_bytes: int | None
    is_usb: bool


class Bank(NamedTuple):
    """One place for a memory module; `size_bytes` is None for an empty one."""

    slot: str
    description: str
    make: str
    part: str
    serial: str
    size_bytes: int | None


class Lshw(NamedTuple):
    """What lshw says of a machine; "" and None where it does not."""

    make: str
    model: str
    version: str
    serial: str
    uuid: str
    chassis: str
    board_make: str
    board_model: str
    board_serial: str
    cpu: str
    banks: tuple[Bank, ...]
    memory_node_bytes: int | None
    disks: tuple[Disk, ...]

    @property
    def banks_bytes(self) -> int | None:
        return sum(bank.size_bytes or 0 for bank in self.banks) or None

    @property
    def memory_bytes(self) -> int | None:
        """What is fitted: the banks where they say it, else the whole."""
        return self.banks_bytes or self.memory_node_bytes


class Node(NamedTuple):
    """One entry of the tree, with those above it."""

    raw: dict[str, Any]
    above: tuple[dict[str, Any], ...]

    def said(self, key: str) -> str:
        return loose.word(self.raw, key)

    @property
    def kind(self) -> str:
        """Its id without the number: `bank:0` is a bank."""
        return self.said("id").partition(":")[0]


def parse(output: bytes) -> Lshw:
    """Raises Unreadable where it is nothing of lshw's."""
    nodes = list(_nodes(output))
    if not any(node.said("class") for node in nodes):
        raise Unreadable("no class of anything")
    system = _first(nodes, "system")
    board = next((node for node in nodes if node.kind == "core"), Node({}, ()))
    details = loose.part(system.raw.get("configuration"))
    memory = _memory(nodes)
    return Lshw(
        make=system.said("vendor"),
        model=system.said("product"),
        version=system.said("version"),
        serial=system.said("serial"),
        uuid=loose.word(details, "uuid"),
        chassis=loose.word(details, "chassis"),
        board_make=board.said("vendor"),
        board_model=board.said("product"),
        board_serial=board.said("serial"),
        cpu=_cpu(nodes),
        banks=tuple(_bank(node) for node in nodes if _is_bank(node)),
        memory_node_bytes=_size(memory.raw),
        disks=tuple(_disks(nodes)),
    )


def _nodes(output: bytes) -> Iterator[Node]:
    waiting = [Node(root, ()) for root in _roots(output.decode(errors="replace"))]
    while waiting:
        node = waiting.pop(0)
        yield node
        above = (*node.above, node.raw)
        children = loose.several(node.raw, "children")
        waiting[:0] = [Node(loose.part(child), above) for child in children]


def _roots(text: str) -> list[dict[str, Any]]:
    """Every object at the top: alone, in a list, or one after the other."""
    found: list[dict[str, Any]] = []
    decoder, place = json.JSONDecoder(), 0
    while (place := _next_value(text, place)) < len(text):
        if text[place] not in "{[":
            raise Unreadable("no object")
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as exc:
            raise Unreadable("no JSON") from exc
        found += [
            loose.part(each) for each in (value if isinstance(value, list) else [value])
        ]
    return found


def _next_value(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,":
        place += 1
    return place


def _first(nodes: list[Node], kind: str) -> Node:
    return next((node for node in nodes if node.said("class") == kind), Node({}, ()))


def _cpu(nodes: list[Node]) -> str:
    named = (
        node.said("product") or node.said("version")
        for node in nodes
        if node.said("class") == "processor" and node.kind in ("cpu", "processor")
    )
    return next((name for name in named if name), "")


def _memory(nodes: list[Node]) -> Node:
    """The system's memory as a whole; its description is in the language of lshw."""
    wholes = [node for node in nodes if _is_memory(node.raw) and node.kind == "memory"]
    named = (node for node in wholes if SYSTEM.search(node.said("description")))
    sized = (node for node in wholes if "size" in node.raw)
    return next(named, None) or next(sized, Node({}, ()))


def _is_memory(raw: dict[str, Any]) -> bool:
    """Memory of the system's own; controllers hang on a bus, Flash is the firmware's."""
    is_own = loose.word(raw, "class") == "memory" and "businfo" not in raw
    return is_own and not OTHER.search(loose.word(raw, "description"))


def _is_bank(node: Node) -> bool:
    is_bank = _is_memory(node.raw) and node.kind == "bank"
    return is_bank and bool(node.above) and _is_memory(node.above[-1])


def _bank(node: Node) -> Bank:
    return Bank(
        slot=node.said("slot"),
        description=node.said("description"),
        make=node.said("vendor"),
        part=node.said("product"),
        serial=node.said("serial"),
        size_bytes=_size(node.raw) or None,
    )


def _size(raw: dict[str, Any]) -> int | None:
    """Bytes, in whatever `units` it counts."""
    units, number = loose.word(raw, "units"), loose.whole(raw.get("size"))
    is_scaled = number is not None and units.lower() not in ("", "bytes")
    return loose.size(f"{number} {units}" if is_scaled else raw.get("size"))


def _disks(nodes: list[Node]) -> Iterator[Disk]:
    for node in nodes:
        disk = _disk(node)
        is_main = node.said("class") == "disk" and node.kind not in ("cdrom", "medium")
        # an empty slot of a card reader is no drive: neither a size nor a number
        if is_main and disk.path and (disk.size_bytes or disk.serial):
            yield disk


def _disk(node: Node) -> Disk:
    media = [loose.part(child) for child in loose.several(node.raw, "children")]
    sizes = [
        _size(raw) for raw in (node.raw, *media) if loose.word(raw, "class") == "disk"
    ]
    path = node.raw.get("logicalname")
    names = path if isinstance(path, list) else [path]
    return Disk(
        path=next((name for name in names if isinstance(name, str)), ""),
        model=node.said("product"),
        serial=node.said("serial"),
        size_bytes=next((size for size in sizes if size), None),
        is_usb=any(
            loose.word(raw, "businfo").startswith("usb@")
            for raw in (*node.above, node.raw)
        ),
    )
