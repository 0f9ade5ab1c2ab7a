"""The back office as a real server process, on a database of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from playwright.sync_api import Page
from psycopg import sql

from tests.migrated import copy_sqlite
from tools.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
START = 30.0  # seconds that a server may take to answer
POLL = 0.05
LANGUAGE = "django_language"


class ServerDied(RuntimeError):
    """The server process ended, or never answered; the message is its log."""


def run(environment: dict[str, str], *arguments: str, within: float = 180.0) -> str:
    """What a command of the project prints, run as the server will be run."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    if done.returncode:
        raise ServerDied(f"{arguments}: {done.stdout}\n{done.stderr}")
    return done.stdout


@dataclass(frozen=True)
class Template:
    """A migrated, seeded state folder (and database) from which each test starts."""

    folder: Path
    database_url: str
    world: dict[str, Any]

    @property
    def state(self) -> Path:
        return self.folder / "state"


def environment(state: Path, static: Path, database_url: str) -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    wanted = {name: os.environ[name] for name in kept if name in os.environ}
    wanted |= {
        "STATE_DIR": str(state),
        "STATIC_ROOT": str(static),
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "PYTHONPATH": str(ROOT),
    }
    return wanted | ({"DATABASE_URL": database_url} if database_url else {})


@contextmanager
def template(folder: Path, seed: str = "tests.browser.seed") -> Iterator[Template]:
    """Migrate, seed and collect once, for as many servers as there are tests."""
    with _database(_given_url(), copy_of="") as url:
        wanted = environment(folder / "state", folder / "static", url)
        if not url:
            (folder / "state").mkdir(parents=True)
            copy_sqlite(folder / "state" / "rebond.sqlite3")
        run(wanted, "manage.py", "migrate", "-v0")
        run(wanted, "manage.py", "collectstatic", "--noinput", "-v0")
        world = json.loads(run(wanted, "-m", seed))
        yield Template(folder, url, world)


class Server:
    """One process of `manage.py serve` with its own copy of the template."""

    def __init__(self, source: Template, state: Path, database_url: str) -> None:
        shutil.copytree(source.state, state)
        self.world = source.world
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log_file = state / "server.log"
        self.environment = environment(state, source.folder / "static", database_url)
        self.environment["BASE_URL"] = self.url

    def start(self) -> None:
        command = ["manage.py", "serve", "--listen", urlsplit(self.url).netloc]
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def sign_in(
        self, page: Page, who: str = "technician", language: str = "en"
    ) -> None:
        """Somebody of the seeded world, signed in on this page's browser."""
        cookies = {"sessionid": self.world["people"][who], LANGUAGE: language}
        page.context.add_cookies(
            [{"name": n, "value": v, "url": self.url} for n, v in cookies.items()]
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + START
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/health/", timeout=5):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(POLL)
        self.stop()
        raise ServerDied(self.log)

    @cached_property
    def devices(self) -> dict[str, dict[str, str]]:
        """Tag, shown tag, serial and drive of one device per step of the main line."""
        found: dict[str, dict[str, str]] = self.world["devices"]
        return found


@contextmanager
def serving(source: Template, folder: Path) -> Iterator[Server]:
    """A server from `with` to its end; a failure in the server fails the test."""
    with _database(_given_url(), copy_of=source.database_url) as url:
        server = Server(source, folder / "state", url)
        server.start()
        try:
            yield server
        finally:
            server.stop()
            print(server.log)  # shown by pytest beside a failure  # noqa: T201
        # A refused person leaves a warning with a traceback; only faults are faults.
        assert not re.search(r" ERROR | CRITICAL |Exception in thread", server.log)


def _given_url() -> str:
    return os.environ.get("DATABASE_URL", "")


@contextmanager
def _database(given: str, *, copy_of: str) -> Iterator[str]:
    """A database of PostgreSQL's for this run, or "" where SQLite is tested."""
    if not given:
        yield ""
        return
    name = f"browser_{uuid4().hex[:12]}"
    source = urlsplit(copy_of).path.lstrip("/") or "template0"
    make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(make.format(sql.Identifier(name), sql.Identifier(source)))
        try:
            yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
