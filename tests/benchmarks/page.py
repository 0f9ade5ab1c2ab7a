"""docs/benchmarks.md, written from the figures."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.benchmarks.bounds import verdicts
from tests.benchmarks.measure import CROWD_OF, Figures, Sample

INTRODUCTION = """\
# Benchmarks

How fast the back office answers, and how much memory it takes. Written by
`make bench` (`python -m tests.benchmarks`; `--quick` for a short look that writes
nothing); the figures below are those of the machine and the day named here.

Two installations are filled by the same seeder, one with {small} devices and one with
{large}, each device with a drive, a proof of erasure and a chained history that
`verify_journal` accepts. Each is served by a process of its own (`manage.py serve`:
waitress, eight threads, durable commits) and asked over one kept-alive connection,
everything in turns in the same run, so that what disturbs the machine disturbs every
figure. Times are milliseconds at the client; statements are counted by the server for
one answer. *Empty authenticated view*: somebody is signed in and gets nothing.
*One-row durable write*: the same, and one row is committed to the disk. *Reports per
second of one core*: reports taken in, by second of processor that the server process used.
"""


# Below this heading stands what other commands print.
APART = "\n## Measured apart\n"


def written(
    measured: Mapping[str, Figures], small: str, large: str, rounds: int
) -> str:
    parts = [INTRODUCTION.format(small=small, large=large), _machine(rounds)]
    for database, figures in measured.items():
        parts += [
            f"## {database}\n",
            "\n".join(_bounds(figures, small, large)) + "\n",
            "\n".join(_figures(figures, small, large)) + "\n",
            _sizes(figures),
        ]
    return "\n".join(parts)


def measured_apart(page: str) -> str:
    """What a page holds that other commands measured: it outlives a new page."""
    _, heading, rest = page.partition(APART)
    return heading + rest


def _machine(rounds: int) -> str:
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return (
        f"{today} · {_processor()} · {os.cpu_count()} cores · {_memory()} GiB of memory"
        f" · Linux {platform.release()} · Python {platform.python_version()}"
        f" · {rounds} rounds\n"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> int:
    [total] = [
        int(line.split()[1])
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    ]
    return round(total / 2**20)


def _bounds(figures: Figures, small: str, large: str) -> Iterator[str]:
    yield "| promised | figure | bound | |"
    yield "|---|---|---|---|"
    for found in verdicts(figures, small, large):
        mark = "kept" if found.kept else "**missed**"
        yield f"| {found.what} | {found.figure} | {found.bound} | {mark} |"


def _figures(figures: Figures, small: str, large: str) -> Iterator[str]:
    yield f"| asked | {small}: p50 | p95 | {large}: p50 | p95 | statements |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, by_stock in figures.samples.items():
        times = f"{_times(by_stock[small])} | {_times(by_stock[large])}"
        yield f"| {name} | {times} | {by_stock[large].queries} |"


def _times(sample: Sample) -> str:
    return f"{sample.p50:.1f} | {sample.p95:.1f}"


def _sizes(figures: Figures) -> str:
    seeded = ", ".join(
        f"{stock}: {seconds:.0f} s, {figures.events[stock]} events"
        for stock, seconds in figures.seeded.items()
    )
    rates = ", ".join(
        f"{stock}: {rate:.0f} a second"
        for stock, rate in figures.reports_per_second.items()
    )
    return (
        f"A report holds {figures.report_kibibytes:.0f} KiB. Reported all at once by"
        f" {CROWD_OF} machines to one server process, the client on the same machine:"
        f" {rates}. Filled, verified included, in {seeded}.\n"
    )
