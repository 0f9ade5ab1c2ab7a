"""The portal and the coordinators’ lists with 500 structures, beside ten of them.

    python -m tests.benchmarks.portal [--quick] [--only SQLite]

Every structure has a hundred requests, forty packs and two hundred devices: 50,000,
20,000 and 100,000 in the large database. Each page is asked of both in turns, over one
kept-alive connection, from one process of waitress each. `--quick`: fifty structures.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.installation import Stock, filled, serving
from tests.benchmarks.measure import WARM_UP, Sample
from tests.benchmarks.scenarios import Connection, Request, signed_in
from tools.postgres import Cluster

# With ten, every list but that of the structures fills its first page.
SMALL, LARGE, LARGE_IF_QUICK = 10, 500, 50
ROUNDS, ROUNDS_IF_QUICK = 25, 10
MOST_TIMES, MOST_STATEMENTS = 1.5, 15
DATABASES = ("SQLite", "PostgreSQL")
# Who asks, and the name of the page.
Name = tuple[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="portal", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fifty structures")
    parser.add_argument("--only", choices=DATABASES, help="one database")
    asked = parser.parse_args()
    sizes = SMALL, LARGE_IF_QUICK if asked.quick else LARGE
    rounds = ROUNDS_IF_QUICK if asked.quick else ROUNDS
    wanted = [asked.only] if asked.only else DATABASES
    kept = [_on(name, sizes, rounds) for name in wanted]
    return 0 if all(kept) else 1


def _on(database: str, sizes: tuple[int, int], rounds: int) -> bool:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rebond-bench-")))
        is_postgresql = database == "PostgreSQL"
        cluster = stack.enter_context(Cluster()) if is_postgresql else None
        program = "tests.benchmarks.lending.stock"
        stocks = filled(folder / database, cluster, sizes, program)
        with serving(stocks):
            samples = measure(stocks, rounds)
    kept = True
    print(f"\n### {database}\n\n{_head(stocks)}\n")  # noqa: T201
    for line, is_kept in verdicts(samples, sizes):
        print(line)  # noqa: T201
        kept = kept and is_kept
    return kept


def measure(stocks: list[Stock], rounds: int) -> dict[Name, dict[int, Sample]]:
    """Each page of each stock, in turns."""
    pages = {stock.size: _pages(stock) for stock in stocks}
    lines = {stock.size: Connection(stock.installation.port) for stock in stocks}
    samples = {
        name: {stock.size: Sample() for stock in stocks}
        for name in pages[stocks[0].size]
    }
    for turn in range(WARM_UP + rounds):
        for name, by_size in samples.items():
            for size, sample in by_size.items():
                took = lines[size].milliseconds(pages[size][name])
                if turn >= WARM_UP:
                    sample.milliseconds.append(took)
    for name, by_size in samples.items():
        for size, sample in by_size.items():
            sample.queries = lines[size].queries(pages[size][name])
    return samples


def _pages(stock: Stock) -> dict[Name, Request]:
    world = stock.installation.world
    return {
        (who, name): Request(path, headers=signed_in(world["sessions"][who]))
        for who, pages in world["pages"].items()
        for name, path in pages.items()
    }


def verdicts(
    samples: dict[Name, dict[int, Sample]], sizes: tuple[int, int]
) -> Iterator[tuple[str, bool]]:
    """A table for docs/benchmarks.md, and whether each of its rows keeps its bound."""
    small, large = sizes
    yield f"| asked | {small}: p50 | {large}: p50 | p95 | times | statements | |", True
    yield "|---|--:|--:|--:|--:|--:|---|", True
    for (who, name), by_size in samples.items():
        one, many = by_size[small], by_size[large]
        times = many.p50 / one.p50
        kept = times <= MOST_TIMES and many.queries <= MOST_STATEMENTS
        mark = "kept" if kept else "**missed**"
        figures = f"{one.p50:.1f} | {many.p50:.1f} | {many.p95:.1f} | {times:.2f}×"
        yield f"| {who}: {name} | {figures} | {many.queries} | {mark} |", kept


def _head(stocks: list[Stock]) -> str:
    told = ", ".join(
        f"{stock.size} structures: {stock.seconds:.0f} s,"
        f" {stock.installation.world['events']} events"
        for stock in stocks
    )
    load = os.getloadavg()[0]
    return f"Filled, verified included, in {told}. Load average {load:.1f}."


if __name__ == "__main__":
    sys.exit(main())
