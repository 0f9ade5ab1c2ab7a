"""A database that was migrated once, to copy from: migrating takes seconds, copying none.

It is made anew when a migration changed, a module that one uses, the settings or the
requirements. What follows from the models alone (permissions) Django adds to each copy.
`build/migrated/` holds the one of SQLite, and what pg_dump said of PostgreSQL's: each
server takes that in once, and copies its own.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.sources import ROOT, SERVER
from tools.postgres import binaries

KEPT = ROOT / "build" / "migrated"


def copy_sqlite(to: Path) -> None:
    """Put a migrated SQLite database there."""
    with _alone():
        path = _place("sqlite3")
        if not path.exists():
            with tempfile.TemporaryDirectory(dir=KEPT) as state:
                _migrate(state, "")
                (Path(state) / "rebond.sqlite3").replace(path)
        shutil.copyfile(path, to)


def on_postgresql(url: str) -> str:
    """The name of a migrated database on this PostgreSQL server, for `TEMPLATE`."""
    name = f"rebond_migrated_{_digest()}"
    draft = f"{name}_draft"
    with _alone(), psycopg.connect(url, autocommit=True) as server:
        known = server.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if known.rowcount:
            return name
        for statement in ("DROP DATABASE IF EXISTS {}", "CREATE DATABASE {}"):
            server.execute(sql.SQL(statement).format(sql.Identifier(draft)))
        _fill(_database(url, draft))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        server.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def copy_postgresql(url: str, name: str) -> str:
    """Make a migrated database of this name on this server; its address."""
    command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    names = map(sql.Identifier, (name, on_postgresql(url)))
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(command.format(*names))
    return _database(url, name)


def _fill(database: str) -> None:
    """Migrate this empty database of PostgreSQL's, or say what such a one said."""
    said = _place("sql")
    if said.exists():
        taken = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={said}"]
        _run("psql", *taken, "--output=/dev/null", f"--dbname={database}")
        return
    with tempfile.TemporaryDirectory(dir=KEPT) as state:
        _migrate(state, database)
        draft = Path(state) / "said.sql"
        _run("pg_dump", "--no-owner", f"--file={draft}", f"--dbname={database}")
        draft.replace(said)


def _run(program: str, *arguments: str) -> None:
    subprocess.run([binaries() / program, *arguments], check=True)


def _database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _place(kind: str) -> Path:
    """Where a migrated database is kept; what is outdated goes."""
    for kept in KEPT.glob(f"*.{kind}"):
        if kept.stem != _digest():
            kept.unlink()
    return KEPT / f"{_digest()}.{kind}"


@contextmanager
def _alone() -> Iterator[None]:
    """Of several processes one migrates, and the others wait for it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(state: str, database_url: str) -> None:
    settings = {
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "STATE_DIR": state,
        "DATABASE_URL": database_url,
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=True)


@cache
def _digest() -> str:
    migrations = [
        path for folder in SERVER for path in (ROOT / folder).rglob("migrations/*.py")
    ]
    used = {module for path in migrations for module in _imported(path)}
    others = {ROOT / "requirements" / "base.txt", ROOT / "backoffice" / "settings.py"}
    digest = hashlib.sha256()
    for path in sorted(others.union(migrations, used)):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _imported(path: Path) -> Iterator[Path]:
    """The project's own modules that a migration names."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
        for name in filter(None, names):
            module = ROOT.joinpath(*name.split(".")).with_suffix(".py")
            if module.is_file():
                yield module
