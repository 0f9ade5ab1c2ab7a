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
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.faults.installation import Installation
from tools.postgres import Cluster

SETTINGS = "tests.benchmarks.settings"
FILL = 1800.0  # seconds that filling a stock may take


class Benched(Installation):
    """One process of waitress, whatever the database: what differs is the database."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.environment["DJANGO_SETTINGS_MODULE"] = SETTINGS

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
    folder: Path, cluster: Cluster | None, sizes: tuple[int, ...]
) -> list[Stock]:
    """One installation of each size, none of them served yet."""
    folder.mkdir()
    return [_fill(folder / str(size), cluster, size) for size in sizes]


def _fill(folder: Path, cluster: Cluster | None, size: int) -> Stock:
    folder.mkdir()
    made = Benched(folder, folder / "static", cluster, _database(cluster, size), {})
    made.run("manage.py", "migrate", "-v0")
    made.run("manage.py", "collectstatic", "--noinput", "-v0")
    begun = time.monotonic()
    world = json.loads(made.run("-m", "tests.benchmarks.stock", str(size), within=FILL))
    return Stock(size, replace(made, world=world), time.monotonic() - begun)


def _database(cluster: Cluster | None, size: int) -> str:
    if cluster is None:
        return ""
    name = f"stock_{size}"
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlunsplit(urlsplit(cluster.url)._replace(path=f"/{name}"))
