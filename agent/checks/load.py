"""Work every core for minutes and watch temperature, clock and fan."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Sequence

from agent.checks.bench import Bench, Cancelled, Found
from agent.checks.gauges import Gauges
from agent.checks.heat import COOL_SECONDS, Watched, judge
from agent.collect.around import entries, number, said
from agent.run import Ran
from agent.vocabulary import Result, Why

LOOK_SECONDS = 1.0
COOLED_DEGREES = 10
SURPLUS_SECONDS = 30

NAMED_CLOCK = re.compile(r"^model name\s*:.*@ *(\d+(?:\.\d+)?) *GHz", re.MULTILINE)
# Ends with its time, and with the agent: nobody else would end it.
BURN = """
import hashlib, os, sys, time
end, data = time.monotonic() + float(sys.argv[1]), bytes(2**16)
agent = os.getppid()
while time.monotonic() < end and os.getppid() == agent:
    data = hashlib.sha512(data).digest() * 1024
"""


def cpu_load(bench: Bench) -> Found:
    words = bench.words
    before = _throttled(bench)
    load = _Load(bench)
    looks = _watch(load, bench)
    tool = load.tool
    if load.has_failed:
        reason = words("The load ended before its time: {why}", why=load.why)
        return Found(Result.UNKNOWN, reason, {"looks": len(looks)}, tool)
    watched = Watched(
        seconds=bench.load_seconds,
        looks=looks,
        base_mhz=_base_mhz(bench),
        throttled=max(0, _throttled(bench) - before),
        cooldown_seconds=_cool(looks, bench),
    )
    result, reason = judge(watched, bench)
    return Found(result, reason, watched.numbers(), tool)


class _Load:
    """Programs that keep every core busy, each waited for by a thread."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._over = threading.Event()
        self._ran: list[Ran] = []
        seconds = str(bench.load_seconds)
        stress_ng = ("stress-ng", "--matrix", "0", "-t", f"{seconds}s")
        has_one = bench.around.run(("stress-ng", "--version"), 10).exit_code == 0
        own = (sys.executable, "-I", "-c", BURN, seconds)
        cores = 1 if has_one else bench.around.counted().threads or 1
        self.tool = "stress-ng" if has_one else "rebond"
        self._threads = [
            threading.Thread(target=self._burn, args=(stress_ng if has_one else own,))
            for _ in range(cores)
        ]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _burn(self, argv: Sequence[str]) -> None:
        most = self._bench.load_seconds + SURPLUS_SECONDS
        self._ran.append(self._bench.run_long(argv, most, self._over.is_set))

    @property
    def has_failed(self) -> bool:
        return any(
            ran.why is not Why.TIMEOUT and ran.exit_code != 0 for ran in self._ran
        )

    @property
    def why(self) -> str:
        errors = (ran.stderr.decode(errors="replace").strip() for ran in self._ran)
        return next((error[-120:] for error in errors if error), f"{self.tool}")


def _watch(load: _Load, bench: Bench) -> list[Gauges]:
    """Look every second until the time is over; a cancellation ends the load too."""
    looks = [bench.read_gauges()]
    since = bench.monotonic()
    with load:
        while bench.monotonic() - since < bench.load_seconds:
            bench.sleep(LOOK_SECONDS)
            bench.tick(since, bench.load_seconds)
            looks.append(bench.read_gauges())
            if load.has_failed:
                break
    return looks


def _cool(looks: Sequence[Gauges], bench: Bench) -> int:
    """Seconds until it is nearly as cool as before, or the most that is waited."""
    if looks[0].celsius is None:
        return 0
    enough = looks[0].celsius + COOLED_DEGREES
    since = bench.monotonic()
    while (waited := bench.monotonic() - since) < COOL_SECONDS:
        celsius = bench.read_gauges().celsius
        if celsius is None or celsius <= enough:
            break
        if bench.cancelled():
            raise Cancelled
        bench.sleep(LOOK_SECONDS)
    return round(waited)


def _throttled(bench: Bench) -> int:
    """How often the cores slowed down because of heat since the kernel started."""
    cores = entries(bench.around.sys / "devices/system/cpu")
    return sum(
        number(core / "thermal_throttle/core_throttle_count") or 0 for core in cores
    )


def _base_mhz(bench: Bench) -> float | None:
    """The clock that the maker promises under load; the turbo clock is no promise."""
    frequencies = bench.around.sys / "devices/system/cpu/cpu0/cpufreq"
    kilohertz = number(frequencies / "base_frequency")
    if kilohertz:
        return kilohertz / 1000
    named = NAMED_CLOCK.search(said(bench.around.proc / "cpuinfo"))
    return float(named[1]) * 1000 if named else None
