"""Two installations side by side on one database: a small stock, and a large one."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.installation import Installation
from tests.migrated import copy_postgresql, copy_sqlite
from tools.postgres import Cluster

SETTINGS = "tests.benchmarks.settings"
FILL = 3600.0  # seconds that filling a stock may take, on a machine with other work


class Benched(Installation):
    """One process of waitress, whatever the database: what differs is the database."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.environment["DJANGO_SETTINGS_MODULE"] = SETTINGS
        # Its own jobs find thousands of loans to remind of: nothing leaves for them.
        self.environment["EMAIL_URL"] = "dummymail://"

    def _serve(self) -> list[str]:
        return ["manage.py", "serve", "--listen", f"127.0.0.1:{self.port}"]

    @property
    def processor_seconds(self) -> float:
        """What the server process has used of processors so far."""
        after_name = Path(f"/proc/{self.server.process.pid}/stat").read_text()
        user, system = after_name.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mebibytes(self) -> float:
        """What the server process holds in memory now."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        [kibibytes] = [
            int(line.split()[1])
            for line in status.splitlines()
            if line.startswith("VmRSS")
        ]
        return kibibytes / 1024


@dataclass(frozen=True)
class Stock:
    """An installation with so many devices, and how long it took to fill it."""

    size: int
    installation: Benched
    seconds: float

    @property
    def name(self) -> str:
        return f"{self.size // 1000} k"


@contextmanager
def serving(stocks: list[Stock]) -> Iterator[None]:
    """All of them at once, from `with` to its end."""
    with ExitStack() as stack:
        for stock in stocks:
            stack.callback(stock.installation.server.kill)
            stock.installation.start()
        try:
            yield
        except BaseException:
            for stock in stocks:
                print(stock.installation.server.log, file=sys.stderr)  # noqa: T201
            raise


def filled(
    folder: Path,
    cluster: Cluster | None,
    sizes: tuple[int, ...],
    program: str = "tests.benchmarks.stock",
) -> list[Stock]:
    """One installation of each size, none of them served yet."""
    folder.mkdir()
    return [_fill(folder / str(size), cluster, size, program) for size in sizes]


def _fill(folder: Path, cluster: Cluster | None, size: int, program: str) -> Stock:
    folder.mkdir()
    url = _database(folder / "state", cluster, size)
    made = Benched(folder, folder / "static", cluster, url, {})
    made.run("manage.py", "migrate", "-v0")
    made.run("manage.py", "collectstatic", "--noinput", "-v0")
    begun = time.monotonic()
    world = json.loads(made.run("-m", program, str(size), within=FILL))
    return Stock(size, replace(made, world=world), time.monotonic() - begun)


def _database(state: Path, cluster: Cluster | None, size: int) -> str:
    if cluster:
        return copy_postgresql(cluster.url, f"stock_{size}")
    state.mkdir(mode=0o700)
    copy_sqlite(state / "rebond.sqlite3")
    return ""
