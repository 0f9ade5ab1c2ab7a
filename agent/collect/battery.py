"""The machine's own batteries, as the kernel reads their gauges.

upower reads the same gauges; it is asked where the kernel gave no capacity. acpi is
asked where the kernel has no folder of gauges: it also reads what came before that.
"""

from __future__ import annotations

from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, at_most, entries, said
from agent.parse import power
from agent.parse.power import Supply

UPOWER = ("upower", "--dump")
UPOWER_SECONDS = 10.0
ACPI = ("acpi", "-V")
ACPI_SECONDS = 10.0
MOST = 16


def batteries(around: Around) -> Seen[tuple[facts.Battery, ...]]:
    supplies = around.sys / "class/power_supply"
    if not supplies.is_dir():
        found = _of_acpi(around)
        unseen = facts.Unseen(
            subject=facts.Subject.BATTERIES, why=facts.Why.NOT_OFFERED
        )
        return _told(found) if found else Seen((), (unseen,))
    found = [_supply(each) for each in entries(supplies) if _is_own_battery(each)]
    found = [supply for supply in found if supply.is_present is not False]
    if any(supply.full is None for supply in found):
        found = _with_upower(around, found)
    return _told(found)


def _told(found: list[Supply]) -> Seen[tuple[facts.Battery, ...]]:
    kept = at_most(MOST, [_battery(each) for each in found], facts.Subject.BATTERIES)
    silent = [_silent(each.name) for each in kept.what if each.full is None]
    return Seen(kept.what, (*kept.unseen, *silent))


def _is_own_battery(supply: Path) -> bool:
    """A mouse, a keyboard and a phone have a battery too: their scope says so."""
    return (
        said(supply / "type") == "Battery"
        and said(supply / "scope") != "Device"
        and said(supply / "present") != "0"
    )


def _supply(folder: Path) -> Supply:
    """Its `uevent`; where that is empty (a gauge that answers late), file by file."""
    words = said(folder / "uevent")
    if "POWER_SUPPLY_PRESENT" not in words:
        files = [each for each in entries(folder) if each.is_file()]
        words = "\n".join(
            f"POWER_SUPPLY_{each.name.upper()}={said(each)}" for each in files
        )
    return power.uevent(words)._replace(name=folder.name)


def _with_upower(around: Around, found: list[Supply]) -> list[Supply]:
    ran = around.run(UPOWER, UPOWER_SECONDS)
    others = {
        supply.name: supply
        for supply in power.upower(ran.stdout.decode(errors="replace"))
        if supply.kind == "battery" and supply.full
    }
    return [
        others.get(supply.name, supply) if supply.full is None else supply
        for supply in found
    ]


def _of_acpi(around: Around) -> list[Supply]:
    told = around.run(ACPI, ACPI_SECONDS).stdout.decode(errors="replace")
    capacities = power.acpi(told)
    return [
        Supply(
            name=f"Battery {number}",
            unit=facts.Charge.MICROAMPERE_HOURS if capacity else facts.Charge.UNKNOWN,
            full=capacity.full_mah * 1000 if capacity else None,
            design=capacity.design_mah * 1000 or None if capacity else None,
        )
        for number in power.acpi_names(told)
        for capacity in [capacities.get(number)]
    ]


def _battery(supply: Supply) -> facts.Battery:
    percent = None if supply.percent is None else round(supply.percent)
    return facts.Battery(
        name=supply.name,
        make=supply.make,
        model=supply.model,
        serial=supply.serial,
        technology=supply.technology,
        unit=supply.unit,
        now=supply.now,
        full=supply.full,
        design=supply.design,
        cycles=supply.cycles,
        percent=percent if percent is not None and percent < 256 else None,
        state=supply.state,
        microvolts=supply.microvolts,
    )


def _silent(name: str) -> facts.Unseen:
    return facts.Unseen(
        subject=facts.Subject.BATTERIES,
        why=facts.Why.NOT_OFFERED,
        about=name,
        detail="no capacity",
    )
