"""The clock that runs while the machine is off: a flat battery shows there."""

from __future__ import annotations

from agent.checks.bench import Bench, Found
from agent.collect.around import number
from agent.vocabulary import Result

DAY_SECONDS = 86_400
# No machine that runs this agent was switched on before 2020.
FIRST_SECONDS = 1_577_836_800


def clock(bench: Bench) -> Found:
    """Compare the hardware's clock, else the system's, with the server's."""
    words = bench.words
    hardware = number(bench.around.sys / "class/rtc/rtc0/since_epoch")
    system = round(bench.around.now().timestamp())
    shown = system if hardware is None else hardware
    offset = bench.offset_seconds()
    if offset is None:
        return _without_server(shown, bench)
    off = system + offset - shown
    numbers = {"offset_seconds": off, "system_offset_seconds": offset}
    if abs(off) < DAY_SECONDS:
        reason = words("The clock is {seconds} s away from the server’s.", seconds=off)
        return Found(Result.PASS, reason, numbers)
    reason = words(
        "The clock is away from the server’s (days: {days}): its battery is probably flat.",
        days=abs(off) // DAY_SECONDS,
    )
    return Found(Result.WARN, reason, numbers)


def _without_server(shown: int, bench: Bench) -> Found:
    words = bench.words
    if shown < FIRST_SECONDS:
        reason = words(
            "The clock stands before the year 2020: its battery is probably flat."
        )
        return Found(Result.WARN, reason, {"clock_seconds": shown})
    reason = words("No server answered, so nothing says whether the clock is right.")
    return Found(Result.UNKNOWN, reason, {"clock_seconds": shown})
