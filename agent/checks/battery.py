"""Half an hour without the charger: does the battery still carry the machine?"""

from __future__ import annotations

import contextlib
import statistics
import sys
import threading
from functools import partial

from agent.checks.bench import Found, Left
from agent.checks.desk import SKIP, Desk
from agent.checks.load import BURN, SURPLUS_SECONDS
from agent.collect.around import Around, entries, said
from agent.collect.battery import batteries
from agent.collect.meanwhile import Meanwhile
from agent.vocabulary import Judge, Result

HALF_HOUR_SECONDS = 1800
MOST_DROP = 25  # percent in half an hour
LEAST_PERCENT = 50  # below it, a machine that switches itself off proves nothing
UNPLUG_SECONDS = 60
LOOK_SECONDS = 1.0
CHARGERS = ("Mains", "USB")


def battery_discharge(desk: Desk) -> Found:
    """A machine that switches itself off meanwhile is asked about when it is back."""
    words, around = desk.words, desk.bench.around
    percent = level(around)
    if percent is None:
        return _not_tested(words("No battery says what it holds."))
    if percent < LEAST_PERCENT:
        reason = words(
            "The battery holds {percent} % only: charge it first.",
            percent=round(percent),
        )
        return _not_tested(reason)
    minutes = max(1, round(desk.bench.battery_seconds / 60))
    desk.show(
        words("Battery"),
        words("The machine works for {minutes} min on its battery.", minutes=minutes),
        words("Pull out the charger."),
    )
    desk.begin(words("begin"))
    if not _waited_for(False, desk):
        return _not_tested(words("The charger was not pulled out."))
    return _discharged(desk)


def _discharged(desk: Desk) -> Found:
    """One core at work, as for a film; the charger must stay away."""
    bench, over = desk.bench, threading.Event()
    seconds = bench.battery_seconds
    argv = (sys.executable, "-I", "-c", BURN, str(seconds + SURPLUS_SECONDS))
    most = seconds + 2 * SURPLUS_SECONDS
    before = level(bench.around)
    load = Meanwhile(partial(bench.run_long, argv, most, over.is_set))
    try:
        stayed_away = _watch(desk)
    finally:
        over.set()
        load.answer()
    after = level(bench.around)
    if not stayed_away:
        return _not_tested(desk.words("The charger was plugged in during the test."))
    with contextlib.suppress(Left):  # what was found is not given up any more
        desk.show(desk.words("Battery"), desk.words("Plug the charger in again."))
        _waited_for(True, desk)
    if before is None or after is None:
        return Found(Result.UNKNOWN, desk.words("No battery says what it holds."))
    return judge(before, after, desk)


def judge(before: float, after: float, desk: Desk) -> Found:
    """By what it lost, in percent of what it holds when it is full today."""
    words, seconds = desk.words, desk.bench.battery_seconds
    drop = before - after
    numbers = {
        "seconds": seconds,
        "start_percent": round(before, 1),
        "end_percent": round(after, 1),
        "drop_percent": round(drop, 1),
    }
    facts = {"percent": round(drop), "minutes": max(1, round(seconds / 60))}
    if drop <= 0:
        reason = words("The gauge of the battery did not move: it tells nothing.")
        return Found(Result.UNKNOWN, reason, numbers, "rebond")
    reason = words("The battery lost {percent} % in {minutes} min.", **facts)
    keeps_on = drop * HALF_HOUR_SECONDS <= MOST_DROP * seconds
    result = Result.PASS if keeps_on else Result.WARN
    return Found(result, reason, numbers, "rebond")


def level(around: Around) -> float | None:
    """What all batteries together hold, in percent of full; None where none says."""
    told = batteries(around).what
    gauged = [(each.now, each.full) for each in told if each.now is not None]
    full = sum(capacity or 0 for _, capacity in gauged)
    if full and len({each.unit for each in told}) == 1:
        return 100 * sum(now or 0 for now, capacity in gauged if capacity) / full
    percents = [each.percent for each in told if each.percent is not None]
    return statistics.mean(percents) if percents else None


def is_plugged_in(around: Around) -> bool:
    """By the charger's own word; where the kernel shows none, by the batteries'."""
    supplies = entries(around.sys / "class/power_supply")
    online = {
        said(supply / "online")
        for supply in supplies
        if said(supply / "type") in CHARGERS
    } - {""}
    if online:
        return "1" in online
    states = {each.state.lower() for each in batteries(around).what}
    return "discharging" not in states


def _waited_for(wanted: bool, desk: Desk) -> bool:
    """Whether the charger was plugged in, or pulled out, within a minute."""
    since = desk.bench.monotonic()
    while is_plugged_in(desk.bench.around) is not wanted:
        if desk.bench.monotonic() - since > UNPLUG_SECONDS:
            return False
        desk.heed(LOOK_SECONDS)
    return True


def _watch(desk: Desk) -> bool:
    """Whether it ran on its battery until the end; a person may lead out of it."""
    words, seconds = desk.words, desk.bench.battery_seconds
    since = desk.bench.monotonic()
    desk.show(
        words("Battery"),
        words("The machine works by itself. The charger stays out."),
        f"  [{SKIP}] {words('skip: not tested')}",
        "",
    )
    shown = -1
    while (done := desk.bench.monotonic() - since) < seconds:
        if is_plugged_in(desk.bench.around):
            return False
        if (percent := int(100 * done / seconds)) != shown:
            shown = percent
            desk.bar(percent)
        desk.heed(LOOK_SECONDS)
    return True


def _not_tested(reason: str) -> Found:
    return Found(Result.NOT_TESTED, reason, by=Judge.MEASURED)
