"""What a test measured that a rule may limit.

Other numbers of a test are its own affair: one wrong bit of memory is one too many,
whatever a workshop decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from inventory.health.facts import CheckFacts, Reading

Numbers = Mapping[str, float]


def measured(test: CheckFacts) -> Mapping[Reading, int]:
    """The readings of one test, whole; those it does not tell are left out."""
    told = {
        reading: read(test.numbers)
        for reading, (name, read) in _READ.items()
        if name == test.name
    }
    return {
        reading: math.floor(number)
        for reading, number in told.items()
        if number is not None
    }


def _headroom(numbers: Numbers) -> float | None:
    """How far the hottest moment stayed below what the processor stops at."""
    hottest, critical = numbers.get("max_celsius"), numbers.get("critical_celsius")
    return None if hottest is None or critical is None else critical - hottest


def _deviation(numbers: Numbers) -> float | None:
    off = numbers.get("offset_seconds")
    return None if off is None else abs(off)


_R = Reading
_READ: Mapping[Reading, tuple[str, Callable[[Numbers], float | None]]] = {
    _R.LOAD_HEADROOM_CELSIUS: ("cpu_load", _headroom),
    _R.LOAD_CLOCK_PERCENT: ("cpu_load", lambda said: said.get("clock_percent")),
    _R.LOAD_THROTTLES: ("cpu_load", lambda said: said.get("throttled")),
    _R.LOAD_COOLDOWN_SECONDS: ("cpu_load", lambda said: said.get("cooldown_seconds")),
    _R.WIFI_DBM: ("wifi", lambda said: said.get("best_dbm")),
    _R.CLOCK_SECONDS: ("clock", _deviation),
}
