"""What the settings promise of the database is in force on the real connection."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.sources import ROOT

on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="about SQLite, the suite runs on another"
)
on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="about PostgreSQL, the suite runs on another",
)


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {name}").fetchone()[0]


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_sqlite_survives_a_power_cut_and_lets_readers_read() -> None:
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1
    assert pragma("busy_timeout") == 20_000


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_sqlite_transactions_start_as_writers() -> None:
    """Two that start as readers cannot both become the writer: most would fail."""
    connection.ensure_connection()
    assert getattr(connection, "transaction_mode", None) == "IMMEDIATE"


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_connections_come_from_a_pool() -> None:
    pool = getattr(connection, "pool", None)
    assert pool is not None
    assert pool.max_size == 12


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_compiles_no_statement_of_a_page() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_a_first_start_makes_a_secret_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    shown = (
        "from backoffice import settings; print(settings.SECRET_KEY, settings.DEBUG)"
    )

    def start() -> str:
        environment = {"PATH": os.environ["PATH"], "STATE_DIR": str(tmp_path / "state")}
        command = [sys.executable, "-c", shown]
        return subprocess.check_output(command, env=environment, cwd=ROOT, text=True)

    first = start()
    secret, debug = first.split()
    assert len(secret) >= 50
    assert debug == "False"
    assert start() == first
    assert (tmp_path / "state" / "secret_key").stat().st_mode & 0o077 == 0


def database_settings(address: str, tmp_path: Path) -> dict[str, Any]:
    shown = (
        "import json; from backoffice import settings;"
        " print(json.dumps(settings.DATABASES['default']['OPTIONS']))"
    )
    environment = {"PATH": os.environ["PATH"], "STATE_DIR": str(tmp_path)}
    environment |= {"DATABASE_URL": address}
    said = subprocess.check_output(
        [sys.executable, "-c", shown], env=environment, cwd=ROOT
    )
    options: dict[str, Any] = json.loads(said)
    return options


def test_what_the_address_of_postgresql_asks_for_stands_beside_the_pool(
    tmp_path: Path,
) -> None:
    asked = "?sslmode=verify-full&sslrootcert=/etc/ssl/ours.pem&application_name=r"
    options = database_settings(f"postgresql://u:p@db.example/r{asked}", tmp_path)
    assert options["sslmode"] == "verify-full"
    assert options["sslrootcert"] == "/etc/ssl/ours.pem"
    assert (options["options"], options["pool"]["min_size"]) == ("-c jit=off", 1)


def test_the_address_of_sqlite_may_ask_for_patience_and_not_for_less_safety(
    tmp_path: Path,
) -> None:
    asked = "?timeout=40&transaction_mode=DEFERRED"
    options = database_settings(f"sqlite:////{tmp_path}/a.sqlite3{asked}", tmp_path)
    assert (options["timeout"], options["transaction_mode"]) == (40, "IMMEDIATE")
    assert "synchronous=FULL" in options["init_command"]
