"""Temperatures, from the files that psutil reads too, below any root."""

from __future__ import annotations

import re
from pathlib import Path

from agent import facts
from agent.collect.around import Around, Seen, at_most, entries, said

INPUT = re.compile(r"temp\d+_input")
MOST = 64
# These ask the drive itself, which blocks where it is dying; smartctl is asked instead,
# in a time that is bounded.
OF_DRIVES = ("nvme", "drivetemp")


def sensors(around: Around) -> Seen[tuple[facts.Sensor, ...]]:
    """Every temperature; where no driver has one, the zones of the firmware."""
    hwmon, zones = around.sys / "class/hwmon", around.sys / "class/thermal"
    if not hwmon.is_dir() and not zones.is_dir():
        unseen = facts.Unseen(subject=facts.Subject.SENSORS, why=facts.Why.NOT_OFFERED)
        return Seen((), (unseen,))
    found = [
        sensor
        for chip in entries(hwmon)
        if said(chip / "name") not in OF_DRIVES
        for file in entries(chip)
        if INPUT.fullmatch(file.name) and (sensor := _sensor(chip, file))
    ]
    found = found or [
        facts.Sensor(name=said(zone / "type") or zone.name, celsius=celsius)
        for zone in entries(zones)
        if (celsius := _celsius(zone / "temp")) is not None
    ]
    return at_most(MOST, found, facts.Subject.SENSORS)


def _sensor(chip: Path, file: Path) -> facts.Sensor | None:
    celsius, stem = _celsius(file), file.name.removesuffix("_input")
    if celsius is None:
        return None
    label = said(chip / f"{stem}_label")
    return facts.Sensor(
        name=f"{said(chip / 'name') or chip.name} {label}".strip(),
        celsius=celsius,
        high=_celsius(chip / f"{stem}_max"),
        critical=_celsius(chip / f"{stem}_crit"),
    )


def _celsius(path: Path) -> int | None:
    """The kernel counts in thousandths; a limit of 65261 °C is no limit."""
    found = re.fullmatch(r"-?\d{1,9}", said(path), re.ASCII)
    degrees = round(int(found[0]) / 1000) if found else None
    return degrees if degrees is not None and -273 <= degrees <= 1000 else None
