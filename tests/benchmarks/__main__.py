"""Measure speed and memory on both databases, and write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.bounds import verdicts
from tests.benchmarks.installation import filled, serving
from tests.benchmarks.measure import Figures, measure
from tests.benchmarks.page import measured_apart, written
from tools.postgres import Cluster

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
SMALL, LARGE, LARGE_IF_QUICK = 1_000, 100_000, 10_000
ROUNDS, ROUNDS_IF_QUICK = 60, 20
DATABASES = ("SQLite", "PostgreSQL")


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller; writes nothing")
    parser.add_argument(
        "--only", choices=DATABASES, help="one database; writes nothing"
    )
    asked = parser.parse_args()
    # Told to end, it still stops its servers.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    large = LARGE_IF_QUICK if asked.quick else LARGE
    rounds = ROUNDS_IF_QUICK if asked.quick else ROUNDS
    wanted = [asked.only] if asked.only else DATABASES
    measured = _measured(wanted, (SMALL, large), rounds)
    names = f"{SMALL // 1000} k", f"{large // 1000} k"
    page = written(measured, *names, rounds)
    print(page)  # noqa: T201
    if not (asked.quick or asked.only):
        PAGE.write_text(page + measured_apart(PAGE.read_text()))
    kept = [v.kept for figures in measured.values() for v in verdicts(figures, *names)]
    return 0 if all(kept) else 1


def _measured(
    databases: Sequence[str], sizes: tuple[int, int], rounds: int
) -> dict[str, Figures]:
    """Filled side by side, since that is most of the time; measured one by one."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rebond-bench-")))
        clusters = {
            name: stack.enter_context(Cluster()) if name == "PostgreSQL" else None
            for name in databases
        }
        with ThreadPoolExecutor() as pool:
            filling = {
                name: pool.submit(filled, folder / name, cluster, sizes)
                for name, cluster in clusters.items()
            }
        figures: dict[str, Figures] = {}
        for name, stocks in filling.items():
            with serving(stocks.result()):
                figures[name] = measure(stocks.result(), rounds)
        return figures


if __name__ == "__main__":
    sys.exit(main())
