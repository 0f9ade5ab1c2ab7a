"""How long it takes to propose a machine out of 20,000 free ones, on both databases.

    python -m tests.benchmarks.proposal [--devices 50000]

Two in five of the devices are free. Each request asks for something else, twenty times
in turns; what counts is the median of each, and the slowest of them is the verdict.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.server import environment, run
from tests.migrated import copy_postgresql, copy_sqlite
from tools.postgres import Cluster

DEVICES = 50_000
MOST_MILLISECONDS = 100.0
MOST_STATEMENTS = 4


def main() -> int:
    parser = argparse.ArgumentParser(prog="proposal", description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES)
    asked = parser.parse_args()
    kept = [_on_sqlite(asked.devices), _on_postgresql(asked.devices)]
    return 0 if all(kept) else 1


def _on_sqlite(devices: int) -> bool:
    with TemporaryDirectory(prefix="rebond-bench-") as name:
        folder = Path(name)
        copy_sqlite(folder / "rebond.sqlite3")
        return _measure("SQLite", environment(folder, folder / "static", ""), devices)


def _on_postgresql(devices: int) -> bool:
    with TemporaryDirectory(prefix="rebond-bench-") as name, Cluster() as cluster:
        url = copy_postgresql(cluster.url, "bench")
        folder = Path(name)
        return _measure(
            "PostgreSQL", environment(folder, folder / "static", url), devices
        )


def _measure(database: str, wanted: dict[str, str], devices: int) -> bool:
    run(wanted, "manage.py", "migrate", "-v0")
    told = run(wanted, "-m", "tests.benchmarks.proposing", str(devices), within=900)
    kept = True
    for asked, (free, milliseconds, statements) in json.loads(told).items():
        is_kept = milliseconds <= MOST_MILLISECONDS and statements <= MOST_STATEMENTS
        verdict = "kept" if is_kept else "**missed**"
        print(  # noqa: T201
            f"| proposal of {asked} among {free} free, {database} | {milliseconds:.0f} ms,"
            f" {statements} statements | ≤ {MOST_MILLISECONDS:.0f} ms | {verdict} |"
        )
        kept = kept and is_kept
    return kept


if __name__ == "__main__":
    sys.exit(main())
