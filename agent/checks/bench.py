"""What a test may use, and what it found. Everything is handed in."""

from __future__ import annotations

import dataclasses
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

from agent import wire
from agent.checks.gauges import Gauges, read_gauges
from agent.checks.words import Spoken
from agent.collect.around import Around
from agent.run import Ran, Stopped, never, run
from agent.vocabulary import Check, Judge, Result

# In the order in which they are run: what a person waits for comes first.
GUIDED = (
    Check.KEYBOARD,
    Check.TOUCHPAD,
    Check.SCREEN,
    Check.SPEAKERS,
    Check.MICROPHONE,
    Check.CAMERA,
    Check.USB_PORTS,
    Check.BATTERY_DISCHARGE,  # the last: it takes half an hour
)
ALONE = (
    Check.CLOCK,
    Check.WIFI,
    Check.DRIVE_SELF_TEST,
    Check.CPU_LOAD,
    Check.MEMORY,
)

LongRunner = Callable[[Sequence[str], float, Stopped], Ran]


class Left(Exception):
    """A person leads out of a test: skips it, stops here, closes the terminal."""


class Cancelled(Exception):
    """Nobody wants this test any more."""


def run_long(argv: Sequence[str], timeout_seconds: float, stopped: Stopped) -> Ran:
    return run(argv, timeout_seconds, stopped=stopped)


def silent(percent: int) -> None:
    """Progress that nobody watches."""


def no_offset() -> int | None:
    """Nobody told what time it is."""
    return None


@dataclasses.dataclass(frozen=True)
class Bench:
    """The machine and the clock that a test works with.

    `offset_seconds` asks for server minus agent, None where no server answers.
    `progress` is told the percent of the running test.
    """

    around: Around
    words: Spoken
    cancelled: Stopped = never
    progress: Callable[[int], None] = silent
    run_long: LongRunner = run_long
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    read_gauges: Callable[[], Gauges] = read_gauges
    offset_seconds: Callable[[], int | None] = no_offset
    load_seconds: int = 300
    memory_seconds: int = 600
    battery_seconds: int = 1800

    def tick(self, since: float, expected_seconds: float) -> None:
        """Say how far a test is; raise Cancelled where nobody wants it any more."""
        if self.cancelled():
            raise Cancelled
        share = (self.monotonic() - since) / max(expected_seconds, 1)
        self.progress(min(99, int(100 * share)))

    def patiently(
        self, argv: Sequence[str], expected_seconds: float, most_seconds: float
    ) -> Ran:
        """Run a long program, with its progress, until its end or a cancellation."""
        since = self.monotonic()

        def stopped() -> bool:
            try:
                self.tick(since, expected_seconds)
            except Cancelled:
                return True
            return False

        ran = self.run_long(argv, most_seconds, stopped)
        if self.cancelled():
            raise Cancelled
        return ran


@dataclasses.dataclass(frozen=True)
class Found:
    """What a test found: a result, its reason in a sentence, the numbers behind."""

    result: Result
    reason: str
    numbers: Mapping[str, float] = dataclasses.field(default_factory=dict)
    tool: str = ""
    by: Judge = Judge.MEASURED


def conclude(check: Check, trial: Callable[[], Found], bench: Bench) -> wire.Test:
    """Run one test to its end, whatever that is."""
    since = bench.monotonic()
    words = bench.words
    try:
        found = trial()
    except Cancelled:
        reason = words("The test was stopped before its end.")
        found = Found(Result.NOT_TESTED, reason)
    except Left:
        raise
    except OSError as exc:
        reason = words("The test could not be run: {why}", why=exc)
        found = Found(Result.UNKNOWN, reason)
    except Exception as exc:  # noqa: BLE001  # the other tests' results survive it
        traceback.print_exc(file=sys.stderr)
        name = type(exc).__name__
        reason = words("The test broke off: {why}", why=f"{name} {exc}".strip())
        found = Found(Result.UNKNOWN, reason)
    return wire.Test(
        name=check,
        result=found.result,
        by=found.by,
        reason=found.reason,
        numbers=dict(found.numbers),
        tool=found.tool,
        seconds=max(0, round(bench.monotonic() - since)),
        at=bench.around.now(),
    )


def not_tested(check: Check, reason: str, bench: Bench, by: Judge) -> wire.Test:
    """A test that was not made is said, never left out."""
    return wire.Test(
        name=check,
        result=Result.NOT_TESTED,
        by=by,
        reason=reason,
        at=bench.around.now(),
    )
