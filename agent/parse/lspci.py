"""Read `lspci -Dvmmnnk`: the names of what sits on PCI."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.parse import loose

ARGV = ("lspci", "-Dvmmnnk")
NUMBERED = re.compile(r"(.*?)\s*\[([0-9a-fA-F]{4})\]$")


class Named(NamedTuple):
    """One device. `id` is `vendor:device`, hexadecimal, "" where it is not told."""

    slot: str
    kind: str
    id: str
    make: str
    model: str
    driver: str


def parse(text: str) -> dict[str, Named]:
    """Every device by its slot, such as 0000:00:02.0; a short slot gets its domain."""
    found: dict[str, Named] = {}
    for block in re.split(r"\n\s*\n", "\n".join(loose.lines(text))):
        said: dict[str, str] = {}
        for key, value in loose.pairs(block):
            said.setdefault(key, value)
        slot = said.get("Slot", "")
        slot = slot if slot.count(":") == 2 else f"0000:{slot}"
        if "Slot" in said and "Device" in said:
            found[slot] = _named(slot, said)
    return found


def _named(slot: str, said: dict[str, str]) -> Named:
    make, vendor_id = _split(said.get("Vendor", ""))
    model, device_id = _split(said["Device"])
    kind, _ = _split(said.get("Class", ""))
    return Named(
        slot=slot,
        kind=kind,
        id=f"{vendor_id}:{device_id}" if vendor_id and device_id else "",
        make=make,
        model=model,
        driver=said.get("Driver", ""),
    )


def _split(text: str) -> tuple[str, str]:
    """A name and the number in brackets behind it."""
    found = NUMBERED.fullmatch(text)
    return (found[1], found[2].lower()) if found else (text, "")
