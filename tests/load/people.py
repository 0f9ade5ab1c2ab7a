"""Two hundred social workers in the portal and twenty technicians at their benches.

    python -m tests.load.people [--seconds 120]

gunicorn with two workers, PostgreSQL with its durable settings, everything on one
machine; each signs in once, all within the first third of the time.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.load.browser import Browser, Wrong
from tests.load.crowd import Loaded
from tests.load.laptop import Asked
from tests.load.walks import Walk, social_worker, technician, walk
from tests.migrated import copy_postgresql
from tools.postgres import Cluster

PARTNERS, TECHNICIANS, SECONDS = 200, 20, 120.0
FILL = 900.0
ENDED_BY = 60.0


@dataclass(frozen=True)
class Walked:
    """What everybody asked, what was answered otherwise than it should be, the journal."""

    seconds: float
    asked: list[Asked]
    wrong: list[str]
    history: str
    load: float

    @property
    def failed(self) -> list[str]:
        broken = [f"{each.what} {each.status}" for each in self.asked]
        return [each for each in broken if each[-3:] >= "500"] + self.wrong

    def of(self, what: str) -> list[float]:
        return [each.seconds * 1000 for each in self.asked if each.what == what]


def main() -> int:
    parser = argparse.ArgumentParser(prog="people", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="rebond-load-") as folder:
        walked = run(Path(folder), asked.seconds)
    print(told(walked))  # noqa: T201
    return 1 if walked.failed else 0


def told(walked: Walked) -> str:
    """A table for docs/benchmarks.md, and whatever went wrong."""
    rate = len(walked.asked) / walked.seconds
    head = (
        f"{len(walked.asked)} answers in {walked.seconds:.0f} s ({rate:.0f} a second),"
        f" {len(walked.failed)} errors, load average {walked.load:.1f} at the end."
    )
    rows = [
        head,
        "",
        "| asked | times | p50, ms | p95, ms |",
        "|---|--:|--:|--:|",
    ]
    for what in sorted({each.what for each in walked.asked}):
        took = walked.of(what)
        p95 = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
        rows.append(
            f"| {what} | {len(took)} | {statistics.median(took):.0f} | {p95:.0f} |"
        )
    return "\n".join([*rows, *walked.failed[:20]])


def run(
    folder: Path,
    seconds: float,
    partners: int = PARTNERS,
    technicians: int = TECHNICIANS,
    pace: float = 1.0,
) -> Walked:
    """Everything from an empty database on; with `pace` 0.5 they take half the time."""
    with Cluster() as cluster:
        url = copy_postgresql(cluster.url, "people")
        server = Loaded(folder, folder / "static", cluster, url, {})
        server.environment["TRUSTED_PROXIES"] = "1"
        server.run("manage.py", "migrate", "-v0")
        server.run("manage.py", "collectstatic", "--noinput", "-v0")
        wanted = (str(partners), str(technicians))
        known = json.loads(
            server.run("-m", "tests.load.seed_people", *wanted, within=FILL)
        )
        server.start()
        try:
            browsers, took = _walk_all(server.port, known, seconds, pace)
            load = os.getloadavg()[0]
            assert "Traceback" not in server.server.log, server.server.log
        finally:
            server.server.kill()
        history = server.run("manage.py", "verify_journal", within=FILL)
    return Walked(
        seconds=took,
        asked=[asked for each in browsers for asked in each.asked],
        wrong=[wrong for each in browsers for wrong in each.wrong],
        history=history,
        load=load,
    )


def _walk_all(
    port: int, known: dict[str, Any], seconds: float, pace: float
) -> tuple[list[Browser], float]:
    """Everybody at once, each in a thread, until the time is over."""
    walks: list[tuple[dict[str, Any], Walk]]
    walks = [(each, social_worker) for each in known["partners"]]
    walks += [(each, technician) for each in known["technicians"]]
    browsers = [Browser(port, number) for number in range(len(walks))]
    ending, began = threading.Event(), time.monotonic()

    def one(number: int) -> None:
        orders, steps = walks[number]
        begins = seconds / 3 * number / len(walks)
        orders = {
            **orders,
            "password": known["password"],
            "begins": begins,
            "pace": pace,
        }
        with suppress(Wrong):  # it is told in the browser’s own list
            walk(browsers[number], orders, steps, ending)

    with ThreadPoolExecutor(len(walks)) as pool:
        running = [pool.submit(one, number) for number in range(len(walks))]
        ending.wait(seconds)
        took = time.monotonic() - began
        ending.set()
        for each in running:
            each.result(timeout=ENDED_BY)
    return browsers, took


if __name__ == "__main__":
    sys.exit(main())
