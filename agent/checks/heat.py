"""What a load showed, and which of it is too hot, too slow or too still."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from agent.checks.bench import Bench
from agent.checks.gauges import Gauges
from agent.vocabulary import Result

COOL_SECONDS = 180
# Where the sensor names no limit: what processors usually stop at.
USUAL_CRITICAL = 100


@dataclasses.dataclass(frozen=True)
class Watched:
    """What was seen during the load."""

    seconds: int
    looks: Sequence[Gauges]
    base_mhz: float | None = None
    throttled: int = 0
    cooldown_seconds: int = 0

    @property
    def celsius(self) -> list[float]:
        return [each.celsius for each in self.looks if each.celsius is not None]

    @property
    def critical(self) -> float:
        known = [each.critical for each in self.looks if each.critical is not None]
        return min(known, default=USUAL_CRITICAL)

    @property
    def clock_percent(self) -> int | None:
        """The clock once it is warm, in percent of what the maker promises."""
        late = self.looks[len(self.looks) // 2 :]
        known = [each.mhz for each in late if each.mhz is not None]
        if not known or not self.base_mhz:
            return None
        return round(100 * sum(known) / len(known) / self.base_mhz)

    @property
    def hottest(self) -> float:
        return max(self.celsius, default=0)

    def is_slower_than(self, percent: int) -> bool:
        return self.clock_percent is not None and self.clock_percent < percent

    @property
    def has_dead_fan(self) -> bool:
        return any(
            each.fan_rpm == 0 and (each.celsius or 0) > 70 for each in self.looks
        )

    def numbers(self) -> dict[str, float]:
        known: dict[str, float | None] = {
            "seconds": self.seconds,
            "start_celsius": self.celsius[0] if self.celsius else None,
            "max_celsius": max(self.celsius, default=None),
            "critical_celsius": self.critical,
            "clock_percent": self.clock_percent,
            "base_mhz": self.base_mhz,
            "throttled": self.throttled,
            "cooldown_seconds": self.cooldown_seconds,
        }
        return {name: value for name, value in known.items() if value is not None}


@dataclasses.dataclass(frozen=True)
class Rule:
    """What is said of a load where `applies`."""

    result: Result
    sentence: str
    applies: Callable[[Watched], bool]


# The gravest first; the last one always applies.
RULES = (
    Rule(
        Result.FAIL,
        "The processor reached {celsius} °C, its limit is {critical} °C.",
        lambda watched: watched.hottest >= watched.critical,
    ),
    Rule(
        Result.FAIL,
        "The fan stands still although the processor is at {celsius} °C.",
        lambda watched: watched.has_dead_fan,
    ),
    Rule(
        Result.FAIL,
        "Under load the clock falls to {percent} % of what the maker promises.",
        lambda watched: watched.is_slower_than(70),
    ),
    Rule(
        Result.WARN,
        "The processor reached {celsius} °C, close to its limit of {critical} °C.",
        lambda watched: watched.hottest >= watched.critical - 10,
    ),
    Rule(
        Result.WARN,
        "The processor slowed itself down because of the heat ({celsius} °C).",
        lambda watched: watched.throttled > 0,
    ),
    Rule(
        Result.WARN,
        "Under load the clock is at {percent} % of what the maker promises.",
        lambda watched: watched.is_slower_than(90),
    ),
    Rule(
        Result.WARN,
        "Three minutes after the load the processor is still hot.",
        lambda watched: watched.cooldown_seconds >= COOL_SECONDS,
    ),
    Rule(
        Result.UNKNOWN,
        "The load ran {seconds} s to its end, but no temperature is shown.",
        lambda watched: not watched.celsius,
    ),
    Rule(
        Result.UNKNOWN,
        "The temperature did not move under load: its sensor tells nothing.",
        lambda watched: len(watched.celsius) > 9 and len(set(watched.celsius)) == 1,
    ),
    Rule(
        Result.PASS,
        "At most {celsius} °C in {seconds} s of full load; the limit is {critical} °C.",
        lambda watched: True,
    ),
)


def judge(watched: Watched, bench: Bench) -> tuple[Result, str]:
    rule = next(rule for rule in RULES if rule.applies(watched))
    reason = bench.words(
        rule.sentence,
        celsius=round(watched.hottest),
        critical=round(watched.critical),
        percent=watched.clock_percent,
        seconds=watched.seconds,
    )
    return rule.result, reason
