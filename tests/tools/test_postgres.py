from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tools import postgres
from tools.postgres import Cluster, PostgresMissing

RUN = [sys.executable, "-m", "tools.postgres", "--no-fsync", "--"]


@pytest.mark.postgres
def test_a_cluster_keeps_what_was_written_when_it_stops_abruptly() -> None:
    with Cluster() as cluster:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
        cluster.stop(abruptly=True)
        cluster.start()
        with psycopg.connect(cluster.url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (42,)


@pytest.mark.postgres
def test_a_cluster_is_private_and_leaves_nothing_behind() -> None:
    with Cluster(durable=False) as cluster:
        folder = cluster.folder
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(cluster.url.replace(cluster.password, "guessed"))
    assert not folder.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", cluster.port)) != 0


@pytest.mark.postgres
@pytest.mark.parametrize("status", [0, 7])
def test_a_command_sees_the_database_and_its_status_is_passed_on(status: int) -> None:
    seen = f"import os; print(os.environ['DATABASE_URL']); raise SystemExit({status})"
    done = subprocess.run(
        [*RUN, sys.executable, "-c", seen], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("postgres://rebond:")
    assert done.returncode == status


@pytest.mark.postgres
def test_a_run_that_is_told_to_end_takes_its_server_along() -> None:
    script = "import os; print(os.environ['DATABASE_URL'], flush=True); input()"
    command = [*RUN, sys.executable, "-c", script]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as run:
        assert run.stdout is not None
        url = run.stdout.readline().strip()
        run.terminate()
    assert run.returncode == 143
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(url)


def test_a_missing_server_is_said_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    monkeypatch.setattr(postgres, "DEBIAN_BINARIES", tmp_path)
    with pytest.raises(PostgresMissing, match="apt-get install postgresql"):
        Cluster()
