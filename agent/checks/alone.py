"""The tests that need nobody, one after the other."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from agent import wire
from agent.checks.bench import ALONE, Bench, Found, conclude, no_offset, not_tested
from agent.checks.words import Spoken
from agent.collect.around import Around
from agent.run import Stopped
from agent.vocabulary import Check, Judge

Progress = Callable[[Check, int, int | None], None]
Trial = Callable[[Bench], Found]


def unattended(
    names: Sequence[Check],
    around: Around,
    progress: Progress,
    cancelled: Stopped,
    *,
    language: str = "fr",
    offset_seconds: Callable[[], int | None] = no_offset,
) -> tuple[wire.Test, ...]:
    """Run `names`, or all that need nobody where none is named; one answer each.

    `progress` is told the running test, the percent of the whole and the seconds
    left. `cancelled` is asked every second or so; what it stops is `not_tested`.
    """
    bench = Bench(
        around=around,
        words=Spoken(is_french=not language.lower().startswith("en")),
        cancelled=cancelled,
        offset_seconds=offset_seconds,
    )
    return run_all(tuple(dict.fromkeys(names)) or ALONE, bench, progress)


def run_all(
    names: Sequence[Check], bench: Bench, progress: Progress
) -> tuple[wire.Test, ...]:
    """One answer for each name, in their order."""
    whole = sum(expected_seconds(name, bench) for name in names)
    done: list[wire.Test] = []
    for name in names:
        before = sum(expected_seconds(test.name, bench) for test in done)
        told = _telling(name, before, whole, bench, progress)
        done.append(run_one(name, dataclasses.replace(bench, progress=told)))
    return tuple(done)


def run_one(name: Check, bench: Bench) -> wire.Test:
    words = bench.words
    if name not in ALONE:
        reason = words("This test needs a person in front of the machine.")
        return not_tested(name, reason, bench, Judge.PERSON)
    if bench.cancelled():
        reason = words("The test was stopped before its end.")
        return not_tested(name, reason, bench, Judge.MEASURED)
    bench.progress(0)
    return conclude(name, lambda: trial_of(name)(bench), bench)


def trial_of(name: Check) -> Trial:
    """The test of a name, loaded only now."""
    from agent.checks import clock, load, memory, self_test, wifi

    return {
        Check.CLOCK: clock.clock,
        Check.WIFI: wifi.wifi,
        Check.DRIVE_SELF_TEST: self_test.drive_self_test,
        Check.CPU_LOAD: load.cpu_load,
        Check.MEMORY: memory.memory,
    }[name]


def expected_seconds(name: Check, bench: Bench) -> int:
    """How long a test usually takes, to say what is left."""
    usual = {
        Check.WIFI: 10,
        Check.DRIVE_SELF_TEST: 120,
        Check.CPU_LOAD: bench.load_seconds + 30,
        Check.MEMORY: bench.memory_seconds,
    }
    return usual.get(name, 1)


def _telling(
    name: Check, before: int, whole: int, bench: Bench, progress: Progress
) -> Callable[[int], None]:
    own = expected_seconds(name, bench)

    def tell(percent: int) -> None:
        done = before + own * percent / 100
        progress(name, int(100 * done / whole), round(whole - done))

    return tell
