"""Temperature, clock and fan of the processor, as far as this machine shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# Drivers that measure the processor itself come before those of the case.
PROCESSOR = ("coretemp", "k10temp", "zenpower", "cpu_thermal", "acpitz")


@dataclasses.dataclass(frozen=True)
class Gauges:
    """One look. None where the machine does not show it, or shows nonsense."""

    celsius: float | None = None
    critical: float | None = None
    mhz: float | None = None
    fan_rpm: float | None = None


def read_gauges() -> Gauges:
    """Ask psutil, loaded here because only these tests need it."""
    import psutil

    return gauges(
        psutil.sensors_temperatures(),
        getattr(psutil.cpu_freq(), "current", None),  # virtual machines have none
        psutil.sensors_fans(),
    )


def gauges(
    temperatures: Mapping[str, Sequence[Any]],
    mhz: float | None,
    fans: Mapping[str, Sequence[Any]],
) -> Gauges:
    """The hottest of the processor's sensors, and its lowest critical limit."""
    driver = next((name for name in PROCESSOR if temperatures.get(name)), "")
    sensors = temperatures.get(driver, ())
    turning = [fan.current for group in fans.values() for fan in group]
    return Gauges(
        celsius=max(plausible(each.current for each in sensors), default=None),
        critical=min(plausible(each.critical for each in sensors), default=None),
        mhz=mhz or None,
        fan_rpm=max(turning, default=None),
    )


def plausible(celsius: Iterable[float | None]) -> list[float]:
    """Without the 0, −128 and 127 of sensors that are not connected."""
    return [each for each in celsius if each is not None and 5 < each < 126]
