"""Fill the free memory with patterns and read them back."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path

from agent.checks import pattern
from agent.checks.bench import Bench, Found
from agent.collect.around import entries, number, said
from agent.run import Ran
from agent.vocabulary import Result, Why

MIB = 2**20
SHARE = 0.9
LEFT_TO_SYSTEM = 200 * MIB
LEAST = 16 * MIB
SURPLUS_SECONDS = 120
# One loop of memtester over a large memory takes far longer than stressapptest.
MEMTESTER_FACTOR = 6

KERNEL_ERROR = re.compile(rb"\[Hardware Error\]|EDAC MC\d+: \d+ [CU]E")


@dataclasses.dataclass(frozen=True)
class Asked:
    """How much is tested, of how much, and what the kernel had seen before."""

    tested_bytes: int
    total_bytes: int
    kernel_errors: int

    @property
    def mib(self) -> int:
        return self.tested_bytes // MIB

    @property
    def percent(self) -> int:
        return 100 * self.tested_bytes // max(self.total_bytes, 1)


def memory(bench: Bench) -> Found:
    """The best tool that is there: stressapptest, memtester, else our own patterns."""
    words = bench.words
    total, free = _sizes(bench)
    tested = min(int(free * SHARE), free - LEFT_TO_SYSTEM)
    if tested < LEAST:
        reason = words("Too little memory is free to test anything.")
        return Found(Result.UNKNOWN, reason, {"free_bytes": free})
    asked = Asked(tested, total, _kernel_errors(bench))
    for trial in (_stressapptest, _memtester, _own):
        found = trial(asked, bench)
        if found:
            return found
    return Found(Result.UNKNOWN, words("No program that tests memory could be run."))


def _stressapptest(asked: Asked, bench: Bench) -> Found | None:
    seconds = bench.memory_seconds
    argv = ("stressapptest", "-W", "-s", str(seconds), "-M", str(asked.mib))
    ran = bench.patiently(argv, seconds, seconds + SURPLUS_SECONDS)
    if ran.why is Why.TOOL_MISSING:
        return None
    is_failing = b"Status: FAIL" in ran.stdout and b"hardware incident" in ran.stdout
    return _judge(ran, is_failing, asked, bench, "stressapptest")


def _memtester(asked: Asked, bench: Bench) -> Found | None:
    seconds = bench.memory_seconds * MEMTESTER_FACTOR
    argv = ("memtester", f"{asked.mib}M", "1")
    ran = bench.patiently(argv, seconds, seconds)
    if ran.why is Why.TOOL_MISSING:
        return None
    return _judge(ran, b"FAILURE" in ran.stdout + ran.stderr, asked, bench, "memtester")


def _own(asked: Asked, bench: Bench) -> Found | None:
    """Patterns from a program of our own, in a process that may be ended first."""
    seconds = bench.memory_seconds
    program = str(Path(pattern.__file__).resolve())
    argv = (sys.executable, "-I", program, str(asked.mib), str(seconds))
    ran = bench.patiently(argv, seconds, seconds + SURPLUS_SECONDS)
    told = _told(ran)
    filled = dataclasses.replace(asked, tested_bytes=told.get("bytes", 0))
    if ran.exit_code == 0 and not filled.tested_bytes:
        return None
    found = _judge(ran, told.get("errors", 0) > 0, filled, bench, "")
    numbers = {**found.numbers, "locked_bytes": told.get("locked", 0)}
    return dataclasses.replace(found, numbers=numbers)


def _told(ran: Ran) -> dict[str, int]:
    try:
        told = json.loads(ran.stdout)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _judge(ran: Ran, is_failing: bool, asked: Asked, bench: Bench, tool: str) -> Found:
    """An error is an error even where the program did not come to its end."""
    words = bench.words
    seen = max(0, _kernel_errors(bench) - asked.kernel_errors)
    numbers = {
        "tested_bytes": asked.tested_bytes,
        "total_bytes": asked.total_bytes,
        "percent": asked.percent,
        "kernel_errors": seen,
        "exit_code": -1 if ran.exit_code is None else ran.exit_code,
    }
    if is_failing or seen:
        reason = words("The memory gave back other data than was written to it.")
        return Found(Result.FAIL, reason, numbers, tool or "rebond")
    if ran.exit_code != 0:
        reason = words("The memory test ended before its time; no error until then.")
        return Found(Result.UNKNOWN, reason, numbers, tool or "rebond")
    facts = {"percent": asked.percent, "seconds": round(ran.seconds)}
    if tool:
        sentence = "No error in {percent} % of the memory within {seconds} s."
        return Found(Result.PASS, words(sentence, **facts), numbers, tool)
    reason = words(
        "No error in {percent} % of the memory within {seconds} s, by simple patterns "
        "only: stressapptest finds more.",
        **facts,
    )
    return Found(Result.PASS, reason, numbers, "rebond")


def _sizes(bench: Bench) -> tuple[int, int]:
    """Total and available memory, in bytes."""
    lines = said(bench.around.proc / "meminfo").splitlines()
    sizes = {
        name: int(rest.split()[0]) * 1024
        for name, _, rest in (line.partition(":") for line in lines)
        if rest.split() and rest.split()[0].isdigit()
    }
    return sizes.get("MemTotal", 0), sizes.get("MemAvailable", 0)


def _kernel_errors(bench: Bench) -> int:
    """Memory errors that the kernel has counted or logged since it started."""
    controllers = entries(bench.around.sys / "devices/system/edac/mc")
    counted = sum(
        number(folder / name) or 0
        for folder in controllers
        for name in ("ce_count", "ue_count")
    )
    return counted + len(KERNEL_ERROR.findall(bench.around.run(("dmesg",), 10).stdout))
