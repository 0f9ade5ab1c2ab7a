"""The thresholds, as data that a workshop lead may change.

Sources of the first version: the NVMe specification; Backblaze's failure rates by
attribute; a few are a refurbisher's judgement (hours, temperatures, battery).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Self

from django.utils.translation import gettext as _

from inventory.health.facts import FALLING, OF_DRIVES, DriveSort, Reading

R = Reading
HDD, SSD, NVME, SCSI = (
    DriveSort.HDD,
    DriveSort.SSD,
    DriveSort.NVME,
    DriveSort.SCSI,
)
_MOST = 2**53  # what JSON carries safely
# A signal is told in decibels below a milliwatt; all else counts from nothing.
_LEAST = {Reading.WIFI_DBM: -200}


class RulesRefused(ValueError):
    """Thresholds that contradict themselves; the sentence says which."""


@dataclasses.dataclass(frozen=True)
class Limit:
    """From which number on a reading warns, and from which it fails; None: never.

    `sort` is the kind of drive it is for, "" for what is no drive's. Readings of
    which less is worse warn and fail below their number.
    """

    reading: Reading
    sort: DriveSort | str
    warn: int | None
    fail: int | None

    @property
    def key(self) -> str:
        """How a form and a comparison name this limit."""
        return f"{self.sort}.{self.reading.value}" if self.sort else self.reading.value

    @property
    def is_falling(self) -> bool:
        return self.reading in FALLING

    @property
    def least(self) -> int:
        """The smallest number that makes sense as a limit."""
        return _LEAST.get(self.reading, 0)

    def warns(self, number: int) -> bool:
        return self._reached(number, self.warn)

    def fails(self, number: int) -> bool:
        return self._reached(number, self.fail)

    def refuse_nonsense(self) -> None:
        """Raises RulesRefused where the numbers contradict themselves."""
        name = {"name": self.reading.label}
        if self.sort and self.reading not in OF_DRIVES:
            raise RulesRefused(_("%(name)s is not read from a drive.") % name)
        for number in (self.warn, self.fail):
            if number is not None and not self.least <= number <= _MOST:
                raise RulesRefused(_("%(name)s: the limit is out of range.") % name)
        if self.warn is None or self.fail is None:
            return
        later = self.warn > self.fail if self.is_falling else self.warn < self.fail
        if not later:
            raise RulesRefused(_("%(name)s has to warn before it fails.") % name)

    def _reached(self, number: int, limit: int | None) -> bool:
        if limit is None:
            return False
        return number < limit if self.is_falling else number >= limit


@dataclasses.dataclass(frozen=True)
class Rules:
    """One version of the thresholds. Raises RulesRefused where they make no sense."""

    limits: tuple[Limit, ...]

    def __post_init__(self) -> None:
        keys = [limit.key for limit in self.limits]
        if len(set(keys)) != len(keys):
            raise RulesRefused(_("A reading is limited twice."))
        for limit in self.limits:
            limit.refuse_nonsense()

    def limit(self, reading: Reading, sort: DriveSort | str = "") -> Limit | None:
        wanted = (reading, sort)
        found = (one for one in self.limits if (one.reading, one.sort) == wanted)
        return next(found, None)

    def of(self, sort: DriveSort) -> tuple[Limit, ...]:
        """The limits that one kind of drive is judged by."""
        return tuple(limit for limit in self.limits if limit.sort == sort)

    def changed(self, limits: Mapping[str, tuple[int | None, int | None]]) -> Rules:
        """The same rules with other numbers, by `Limit.key`: warn and fail."""
        return Rules(
            tuple(
                dataclasses.replace(
                    one, warn=limits[one.key][0], fail=limits[one.key][1]
                )
                if one.key in limits
                else one
                for one in self.limits
            )
        )

    def to_json(self) -> dict[str, Any]:
        return {
            limit.key: {"warn": limit.warn, "fail": limit.fail} for limit in self.limits
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; limits that are no longer known are left out.

        They stand in the order of `DEFAULT`: a database need not keep one.
        """
        return cls(
            tuple(
                dataclasses.replace(
                    limit, warn=raw[limit.key]["warn"], fail=raw[limit.key]["fail"]
                )
                for limit in DEFAULT.limits
                if limit.key in raw
            )
        )


DEFAULT = Rules(
    (
        Limit(R.REALLOCATED_SECTORS, HDD, warn=1, fail=17),
        Limit(R.PENDING_SECTORS, HDD, warn=None, fail=1),
        Limit(R.OFFLINE_UNCORRECTABLE, HDD, warn=None, fail=1),
        Limit(R.REPORTED_UNCORRECTABLE, HDD, warn=None, fail=1),
        Limit(R.SPIN_RETRIES, HDD, warn=1, fail=None),
        Limit(R.POWER_ON_HOURS, HDD, warn=50_000, fail=None),
        Limit(R.TEMPERATURE_CELSIUS, HDD, warn=51, fail=61),
        Limit(R.REALLOCATED_SECTORS, SSD, warn=1, fail=None),
        Limit(R.REPORTED_UNCORRECTABLE, SSD, warn=1, fail=None),
        Limit(R.PERCENTAGE_USED, SSD, warn=80, fail=100),
        Limit(R.TEMPERATURE_CELSIUS, SSD, warn=61, fail=71),
        Limit(R.PERCENTAGE_USED, NVME, warn=80, fail=100),
        Limit(R.MEDIA_ERRORS, NVME, warn=1, fail=10),
        Limit(R.TEMPERATURE_CELSIUS, NVME, warn=61, fail=71),
        Limit(R.GROWN_DEFECTS, SCSI, warn=1, fail=17),
        Limit(R.POWER_ON_HOURS, SCSI, warn=50_000, fail=None),
        Limit(R.TEMPERATURE_CELSIUS, SCSI, warn=51, fail=61),
        Limit(R.BATTERY_PERCENT, "", warn=80, fail=50),
        Limit(R.BATTERY_CYCLES, "", warn=501, fail=None),
        Limit(R.CLOCK_SECONDS, "", warn=86_400, fail=None),
        Limit(R.LOAD_HEADROOM_CELSIUS, "", warn=10, fail=1),
        Limit(R.LOAD_CLOCK_PERCENT, "", warn=90, fail=70),
        Limit(R.LOAD_THROTTLES, "", warn=1, fail=None),
        Limit(R.LOAD_COOLDOWN_SECONDS, "", warn=180, fail=None),
        Limit(R.WIFI_DBM, "", warn=-65, fail=None),
    )
)
