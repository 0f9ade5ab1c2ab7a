"""The commands of docs/operations.md, run as they stand there; and a stop in order."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.server import POLL, ROOT
from tests.faults.installation import STOP, Installation, Prepared, Process
from tests.migrated import copy_sqlite
from tools.postgres import free_port

pytestmark = pytest.mark.server
MINUTE = 60.0


def get(url: str) -> tuple[int, dict[str, str], bytes]:
    with urllib.request.urlopen(url, timeout=STOP) as answer:
        return answer.status, dict(answer.headers), answer.read()


def wait_until_it_says(process: Process, words: str) -> None:
    deadline = time.monotonic() + MINUTE
    while words not in process.log:
        assert time.monotonic() < deadline, process.log
        assert not process.ended, process.log
        time.sleep(POLL)


def wait_for_a_checkpoint(installation: Installation, process: Process) -> None:
    deadline = time.monotonic() + MINUTE
    while not list((installation.state / "journal").glob("checkpoint-*.txt")):
        assert time.monotonic() < deadline, process.log
        assert not process.ended, process.log
        time.sleep(POLL)


def workers_of(process: Process) -> list[int]:
    children = Path(f"/proc/{process.process.pid}/task/{process.process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def test_the_documented_command_is_the_one_tested(shared: Installation) -> None:
    told = (ROOT / "docs" / "operations.md").read_text()
    program, *arguments = shared.server.command[1:]
    if program == "-m":
        program, *arguments = arguments
    listen = f"127.0.0.1:{shared.port}"
    said = [program, *(a.replace(listen, "127.0.0.1:8000") for a in arguments)]
    assert " ".join(said) in told


def test_every_worker_answers_with_its_database(shared: Installation) -> None:
    status, headers, body = get(f"{shared.url}/health/")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert headers["Content-Type"].startswith("application/json")
    workers = workers_of(shared.server)
    assert len(workers) == (3 if shared.cluster else 0)


def test_collected_files_are_served_for_good(shared: Installation) -> None:
    _status, _headers, page = get(f"{shared.url}/account/login/")
    style = re.findall(r'href="(/static/[^"]+\.css)"', page.decode())[0]
    status, headers, body = get(f"{shared.url}{style}")
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert b"{" in body


def test_the_small_server_runs_its_jobs_itself(
    embedded: Prepared, tmp_path: Path
) -> None:
    with embedded.installation(tmp_path / "installation") as running:
        wait_for_a_checkpoint(running, running.server)


@pytest.mark.postgres
def test_the_jobs_run_beside_several_workers_and_end_in_order(
    production: Prepared, tmp_path: Path
) -> None:
    with production.installation(tmp_path / "installation") as running:
        jobs = running.process("manage.py", "run_jobs", log="jobs.log")
        jobs.start()
        wait_for_a_checkpoint(running, jobs)
        assert jobs.terminate() == 0, jobs.log
        assert "Traceback" not in jobs.log
        assert "1 checkpoints" in running.run("manage.py", "verify_journal")


@pytest.mark.parametrize("ends", [Process.terminate, Process.interrupt])
def test_a_server_told_to_end_ends_in_order(installation, ends) -> None:
    server = installation.server
    wait_until_it_says(server, f"127.0.0.1:{installation.port}")
    workers = workers_of(server)
    assert ends(server) == 0
    assert "Traceback" not in server.log
    assert [pid for pid in workers if Path(f"/proc/{pid}").exists()] == []


def test_the_demo_ends_in_order(embedded: Prepared, tmp_path: Path) -> None:
    state = tmp_path / "state"
    port = free_port()
    installed = Installation(tmp_path, embedded.folder / "static", None, "", {}, port)
    state.mkdir(mode=0o700)
    copy_sqlite(state / "rebond.sqlite3")
    installed.run("manage.py", "migrate", "-v0")
    demo = installed.process("-m", "backoffice.demo", f"127.0.0.1:{port}", log="log")
    demo.start()
    try:
        wait_until_it_says(demo, "Ctrl-C")
        assert get(f"{installed.url}/health/")[0] == 200
        assert demo.interrupt() == 0, demo.log
    finally:
        demo.kill()
    assert "Traceback" not in demo.log
