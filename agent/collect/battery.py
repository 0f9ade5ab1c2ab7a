"""The machine's own batteries, as the kernel reads their gauges."""

from __future__ import annotations

from pathlib import Path

from agent import wire
from agent.collect.around import Around, Seen, at_most, entries, number, said

UNITS = {
    "energy": wire.Charge.MICROWATT_HOURS,
    "charge": wire.Charge.MICROAMPERE_HOURS,
}


def batteries(around: Around) -> Seen[tuple[wire.Battery, ...]]:
    supplies = around.sys / "class/power_supply"
    if not supplies.is_dir():
        unseen = wire.Unseen(subject=wire.Subject.BATTERIES, why=wire.Why.NOT_OFFERED)
        return Seen((), (unseen,))
    found = [_battery(each) for each in entries(supplies) if _is_own_battery(each)]
    return at_most(16, found, wire.Subject.BATTERIES)


def _is_own_battery(supply: Path) -> bool:
    """A mouse, a keyboard and a phone have a battery too: their scope says so."""
    return (
        said(supply / "type") == "Battery"
        and said(supply / "scope") != "Device"
        and said(supply / "present") != "0"
    )


def _battery(supply: Path) -> wire.Battery:
    offered = (word for word in UNITS if (supply / f"{word}_full").is_file())
    word = next(offered, "")
    return wire.Battery(
        name=supply.name,
        make=said(supply / "manufacturer"),
        model=said(supply / "model_name"),
        serial=said(supply / "serial_number"),
        technology=said(supply / "technology"),
        unit=UNITS.get(word, wire.Charge.UNKNOWN),
        full=number(supply / f"{word}_full"),
        design=number(supply / f"{word}_full_design") or None,
        cycles=number(supply / "cycle_count") or None,
    )
