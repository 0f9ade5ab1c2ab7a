"""One installation as operations.md runs it: state, database and server processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.browser.server import POLL, ROOT, START, ServerDied, environment, run
from tests.migrated import copy_postgresql, copy_sqlite
from tools.postgres import Cluster, free_port

STOP = 30.0  # seconds that a server may take to end what it was doing


@dataclass
class Process:
    """A server process with a process group of its own, as a service has."""

    command: Sequence[str]
    environment: dict[str, str]
    log_file: Path

    def start(self) -> None:
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def terminate(self) -> int:
        """Asked to end, as a supervisor asks; the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=STOP)

    def interrupt(self) -> int:
        """Ctrl-C: the terminal tells every process of the group."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=STOP)

    def kill(self) -> None:
        """kill -9, workers and all."""
        if not self.ended:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=STOP)

    def wait_for(self, url: str) -> None:
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and not self.ended:
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(POLL)
        self.kill()
        raise ServerDied(self.log)


@dataclass
class Installation:
    """A state folder, a database, and the server in front of them."""

    folder: Path
    static: Path
    cluster: Cluster | None
    database_url: str
    world: dict[str, Any]
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.environment = environment(self.state, self.static, self.database_url)
        self.environment["BASE_URL"] = self.url
        self.server = self.process(*self._serve(), log="server.log")

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def process(self, *arguments: str, log: str) -> Process:
        """A command of the project, to run beside the server."""
        command = [sys.executable, *arguments]
        return Process(command, self.environment, self.folder / log)

    def start(self) -> None:
        self.server.start()
        self.server.wait_for(f"{self.url}/health/")

    def pull_the_plug(self) -> None:
        """Nothing ends in order: neither the server nor its database."""
        self.server.kill()
        if self.cluster:
            self.cluster.stop(abruptly=True)

    def plug_in(self) -> None:
        if self.cluster:
            self.cluster.start()
        self.start()

    def run(self, *arguments: str, within: float = 180.0) -> str:
        """What a command of the project prints here; ServerDied if it fails."""
        return run(self.environment, *arguments, within=within)

    def _serve(self) -> list[str]:
        """The commands of docs/operations.md."""
        listen = f"127.0.0.1:{self.port}"
        if not self.cluster:
            return ["manage.py", "serve", "--listen", listen]
        workers = "--workers 3 --threads 8 --worker-class gthread --no-control-socket"
        return ["-m", "gunicorn", "backoffice.wsgi", "--bind", listen, *workers.split()]


@dataclass(frozen=True)
class Prepared:
    """Migrated, seeded and collected once, for as many installations as tests."""

    folder: Path
    cluster: Cluster | None
    database_url: str
    world: dict[str, Any]

    @contextmanager
    def installation(self, folder: Path) -> Iterator[Installation]:
        """A copy, served until the end of the block and then killed."""
        folder.mkdir()
        shutil.copytree(self.folder / "state", folder / "state")
        static = self.folder / "static"
        with self._copied_database() as url:
            copied = Installation(folder, static, self.cluster, url, self.world)
            copied.start()
            try:
                yield copied
            finally:
                copied.server.kill()
                print(copied.server.log)  # shown beside a failure  # noqa: T201

    @contextmanager
    def _copied_database(self) -> Iterator[str]:
        if not self.cluster:
            yield ""
            return
        name = f"faults_{uuid4().hex[:12]}"
        like = urlsplit(self.database_url).path.strip("/")
        _execute(self.cluster, sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, like)
        # A copied sequence believes that its next values are in the write-ahead log,
        # as the original's are: a crash before the next checkpoint repeats them.
        _execute(self.cluster, sql.SQL("CHECKPOINT"))
        try:
            yield _named(self.cluster, name)
        finally:
            _execute(self.cluster, sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)


def prepare(folder: Path, cluster: Cluster | None) -> Prepared:
    """One installation from nothing, on SQLite or in `cluster`."""
    url = ""
    if cluster:
        url = copy_postgresql(cluster.url, "prepared")
    else:
        (folder / "state").mkdir(parents=True)
        copy_sqlite(folder / "state" / "rebond.sqlite3")
    wanted = environment(folder / "state", folder / "static", url)
    run(wanted, "manage.py", "migrate", "-v0")
    run(wanted, "manage.py", "collectstatic", "--noinput", "-v0")
    world = json.loads(run(wanted, "-m", "tests.faults.seed"))
    return Prepared(folder, cluster, url, world)


def _named(cluster: Cluster, name: str) -> str:
    return urlunsplit(urlsplit(cluster.url)._replace(path=f"/{name}"))


def _execute(cluster: Cluster, command: sql.SQL, *names: str) -> None:
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(command.format(*map(sql.Identifier, names)))
