"""Measure speed and memory on both databases, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.bounds import verdicts
from tests.benchmarks.installation import stocked
from tests.benchmarks.measure import Figures, measure
from tests.benchmarks.page import written
from tools.postgres import Cluster

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
SMALL, LARGE, LARGE_IF_QUICK = 1_000, 100_000, 10_000
ROUNDS, ROUNDS_IF_QUICK = 100, 20
DATABASES = ("SQLite", "PostgreSQL")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller; writes nothing")
    parser.add_argument(
        "--only", choices=DATABASES, help="one database; writes nothing"
    )
    asked = parser.parse_args()
    large = LARGE_IF_QUICK if asked.quick else LARGE
    rounds = ROUNDS_IF_QUICK if asked.quick else ROUNDS
    wanted = [asked.only] if asked.only else DATABASES
    measured = {name: _measured(name, (SMALL, large), rounds) for name in wanted}
    names = f"{SMALL // 1000} k", f"{large // 1000} k"
    page = written(measured, *names, rounds)
    print(page)  # noqa: T201
    if not (asked.quick or asked.only):
        PAGE.write_text(page)
    kept = [v.kept for figures in measured.values() for v in verdicts(figures, *names)]
    return 0 if all(kept) else 1


def _measured(database: str, sizes: tuple[int, int], rounds: int) -> Figures:
    with tempfile.TemporaryDirectory(prefix="rebond-bench-") as folder:
        if database == "SQLite":
            with stocked(Path(folder), None, sizes) as stocks:
                return measure(stocks, rounds)
        with Cluster() as cluster, stocked(Path(folder), cluster, sizes) as stocks:
            return measure(stocks, rounds)


if __name__ == "__main__":
    sys.exit(main())
