"""kill -9 in the middle of work: what was acknowledged is there, nothing is half done."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser.server import ROOT
from tests.faults.installation import Installation

pytestmark = pytest.mark.server
UNDER_LOAD = 3.0  # seconds of writing before the plug is pulled, and after
DEADLINE = 30.0
POLL = 0.05


@dataclass
class Client:
    """A client process, and the file in which it notes what was acknowledged."""

    kind: str
    notes: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self, orders: dict[str, Any]) -> None:
        with self.notes.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.clients", self.kind],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=out,
            )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(orders).encode() + b"\n")
        self.process.stdin.close()

    @property
    def noted(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.notes.read_text().splitlines()]

    def end(self) -> None:
        self.process.terminate()
        assert self.process.wait(timeout=DEADLINE) == 0


@contextmanager
def writing(installation: Installation, folder: Path) -> Iterator[list[Client]]:
    """Machines that report, people who receive and people who move, all at once."""
    clients: list[Client] = []
    for number, (kind, orders) in enumerate(_orders(installation)):
        client = Client(kind, folder / f"{number}-{kind}.jsonl")
        client.start({"port": installation.port, **orders})
        clients.append(client)
    try:
        yield clients
    finally:
        for client in clients:
            client.process.kill()
            client.process.wait()


def _orders(installation: Installation) -> Iterator[tuple[str, dict[str, Any]]]:
    world = installation.world
    for machine in world["machines"]:
        yield "reporter", machine
    for number, person in enumerate(world["people"][:2]):
        asked = {"token": person["token"], "lot": world["lot"]}
        yield "receiver", {**asked, "prefix": f"KILL{number}X"}
    for number, person in enumerate(world["people"][2:4]):
        tags = world["received"][number::2]
        asked = {"sessions": person["sessions"], "places": world["places"]}
        yield "mover", {**asked, "tags": tags}


def write_through_a_kill(installation: Installation, folder: Path) -> list[Client]:
    """Write, lose everything at once, come back, write on, end in order."""
    with writing(installation, folder) as clients:
        _wait_until_all_have_written(clients, more_than=3)
        time.sleep(UNDER_LOAD)
        installation.pull_the_plug()
        written = [len(client.noted) for client in clients]
        installation.plug_in()
        for client, before in zip(clients, written, strict=True):
            _wait_until_all_have_written([client], more_than=before + 3)
        for client in clients:
            client.end()
    return clients


def _wait_until_all_have_written(clients: list[Client], *, more_than: int) -> None:
    deadline = time.monotonic() + DEADLINE
    while any(len(client.noted) <= more_than for client in clients):
        assert time.monotonic() < deadline, [client.noted[-2:] for client in clients]
        assert all(client.process.poll() is None for client in clients)
        time.sleep(POLL)


@pytest.fixture
def clients(installation: Installation, tmp_path: Path) -> list[Client]:
    return write_through_a_kill(installation, tmp_path)


def acknowledged(clients: list[Client], kind: str) -> list[dict[str, Any]]:
    return [
        note
        for client in clients
        if client.kind == kind
        for note in client.noted
        if "cut" not in note
    ]


def test_a_kill_loses_nothing_acknowledged_and_leaves_nothing_half_done(
    installation: Installation, clients: list[Client]
) -> None:
    assert sum(client.noted[-1]["cut"] for client in clients) > 0
    found = json.loads(installation.run("-m", "tests.faults.audit"))
    assert found["half_done"] == []
    reports_are_kept_once(acknowledged(clients, "reporter"), found)
    receptions_are_kept_once(acknowledged(clients, "receiver"), found)
    moves_are_kept_once(acknowledged(clients, "mover"), found)
    assert "History holds" in installation.run("manage.py", "verify_journal")


def reports_are_kept_once(acks: list[dict[str, Any]], found: dict[str, Any]) -> None:
    assert {ack["status"] for ack in acks} <= {200, 201}
    kept = Counter((agent, seq, sha256) for agent, seq, sha256 in found["reports"])
    assert set(kept.values()) == {1}
    assert {(a["agent"], a["seq"], a["sha256"]) for a in acks} <= set(kept)


def receptions_are_kept_once(acks: list[dict[str, Any]], found: dict[str, Any]) -> None:
    assert {ack["status"] for ack in acks} == {201}
    assert {ack["serial"]: ack["tag"] for ack in acks}.items() <= found[
        "devices"
    ].items()
    born = Counter(tag for tag, verb in found["events"] if verb == "received")
    assert set(born.values()) == {1}


def moves_are_kept_once(acks: list[dict[str, Any]], found: dict[str, Any]) -> None:
    assert {ack["status"] for ack in acks} == {200}
    scans = found["scans"]
    for ack in acks:
        tag, verb, data = scans[ack["nonce"]]
        assert (tag, verb, data["to_place"]) == (ack["tag"], "moved", ack["place"])
    moved = [verb for _tag, verb in found["events"]].count("moved")
    assert moved == len(scans)
