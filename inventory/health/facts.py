"""What is judged: numbers as the machine gave them, None or absent where it did not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class DriveSort(models.TextChoices):
    """Drives that are judged alike: their readings mean the same."""

    HDD = "hdd", _("Hard disk (SATA, IDE)")
    SSD = "ssd", _("SSD (SATA)")
    NVME = "nvme", _("SSD (NVMe)")
    SCSI = "scsi", _("SAS or SCSI drive")
    OTHER = "other", _("Other drive")


class Reading(models.TextChoices):
    """A number that a rule may limit. Units are in the name."""

    REALLOCATED_SECTORS = "reallocated_sectors", _("Reallocated sectors")
    PENDING_SECTORS = "pending_sectors", _("Pending sectors")
    OFFLINE_UNCORRECTABLE = "offline_uncorrectable", _("Unreadable sectors")
    REPORTED_UNCORRECTABLE = "reported_uncorrectable", _("Uncorrectable errors")
    SPIN_RETRIES = "spin_retries", _("Attempts to spin up again")
    GROWN_DEFECTS = "grown_defects", _("Grown defects")
    MEDIA_ERRORS = "media_errors", _("Media errors")
    PERCENTAGE_USED = "percentage_used", _("Wear (%)")
    POWER_ON_HOURS = "power_on_hours", _("Time in use (h)")
    TEMPERATURE_CELSIUS = "temperature_celsius", _("Temperature (°C)")
    BATTERY_PERCENT = "battery_percent", _("Battery capacity left (%)")
    BATTERY_CYCLES = "battery_cycles", _("Battery cycles")
    CLOCK_SECONDS = "clock_seconds", _("Clock deviation (s)")
    LOAD_HEADROOM_CELSIUS = (
        "load_headroom_celsius",
        _("Distance to the critical temperature (°C)"),
    )
    LOAD_CLOCK_PERCENT = "load_clock_percent", _("Clock held, of the promised one (%)")
    LOAD_THROTTLES = "load_throttles", _("Slowed down by heat (times)")
    LOAD_COOLDOWN_SECONDS = "load_cooldown_seconds", _("Time to cool down (s)")
    WIFI_DBM = "wifi_dbm", _("Strongest signal heard (dBm)")


# Of these, less is worse.
FALLING = frozenset(
    {
        Reading.BATTERY_PERCENT,
        Reading.LOAD_HEADROOM_CELSIUS,
        Reading.LOAD_CLOCK_PERCENT,
        Reading.WIFI_DBM,
    }
)
# These are read from a drive, under the same names on the wire.
OF_DRIVES = frozenset(
    {
        Reading.REALLOCATED_SECTORS,
        Reading.PENDING_SECTORS,
        Reading.OFFLINE_UNCORRECTABLE,
        Reading.REPORTED_UNCORRECTABLE,
        Reading.SPIN_RETRIES,
        Reading.GROWN_DEFECTS,
        Reading.MEDIA_ERRORS,
        Reading.PERCENTAGE_USED,
        Reading.POWER_ON_HOURS,
        Reading.TEMPERATURE_CELSIUS,
    }
)


class Checked(models.TextChoices):
    """What came of a test; a part that was not tested is never a pass."""

    PASS = "pass", _("Works")  # a result, no secret
    WARN = "warn", _("Works with a reservation")
    FAIL = "fail", _("Does not work")
    NOT_TESTED = "not_tested", _("Not tested")
    UNKNOWN = "unknown", _("Unknown")


@dataclasses.dataclass(frozen=True)
class DriveFacts:
    """One drive. `key` tells it from the others of its machine (its serial).

    `passed` is the drive's own overall verdict. `speaks` is false where it gave no
    readings to judge: no attributes, no health log, no answer. `failing_now` and
    `failed_before` are numbers of SMART attributes. `critical_warning` is NVMe's bit
    field. `self_test` is one of `passed failed aborted running never` or "".
    """

    key: str
    name: str
    sort: DriveSort
    speaks: bool
    passed: bool | None = None
    failing_now: tuple[int, ...] = ()
    failed_before: tuple[int, ...] = ()
    critical_warning: int | None = None
    available_spare: int | None = None
    available_spare_threshold: int | None = None
    self_test: str = ""
    readings: Mapping[Reading, int] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class BatteryFacts:
    """One battery. `full` and `design` in the same unit; `cycles` 0 is not known."""

    key: str
    full: int | None
    design: int | None
    cycles: int | None = None


@dataclasses.dataclass(frozen=True)
class CheckFacts:
    """One test of the machine. `reason` is the tester's own sentence."""

    name: str
    result: Checked
    reason: str = ""
    numbers: Mapping[str, float] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Facts:
    """One machine. `drives_seen` is false where its drives were out of sight.

    `tests` holds the newest result of each; `wanted_tests` names those that a machine
    of this kind should have had. `locks` are signs that somebody keeps a hold on it.
    `clock_seconds` is how far its clock is off, either way.
    """

    drives: tuple[DriveFacts, ...] = ()
    drives_seen: bool = True
    batteries: tuple[BatteryFacts, ...] = ()
    has_battery: bool = False
    locks: tuple[str, ...] = ()
    clock_seconds: int | None = None
    tests: tuple[CheckFacts, ...] = ()
    wanted_tests: tuple[str, ...] = ()
    # Tells one set of memory modules from another.
    memory: str = ""

    def with_readings(self, seen: Facts) -> Facts:
        """What a new inventory says, with the tests made before that still hold.

        A part that was replaced opens again what was tested of the former one.
        """
        replaced = {
            name for name, parts in _PARTS.items() if parts(self) != parts(seen)
        }
        kept = tuple(test for test in self.tests if test.name not in replaced)
        return dataclasses.replace(seen, tests=kept)

    def with_tests(self, made: tuple[CheckFacts, ...]) -> Facts:
        """The same readings, with the newest result of each test."""
        newest = {test.name: test for test in (*self.tests, *made)}
        return dataclasses.replace(self, tests=tuple(newest.values()))


# What each test was made of; the others hold whatever is replaced.
_PARTS: Mapping[str, Callable[[Facts], object]] = {
    "drive_self_test": lambda facts: {drive.key for drive in facts.drives},
    "battery_discharge": lambda facts: {battery.key for battery in facts.batteries},
    "memory": lambda facts: facts.memory,
}
# Tests that say nothing any more once the part is another one.
OF_PARTS = frozenset(_PARTS)
