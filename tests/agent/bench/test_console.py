"""The screen as a process on a real terminal, before a server that really listens."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import identity
from agent.erase import confirming
from agent.jobs import Jobs
from tests.agent.erase.test_job import order
from tests.agent.server import CODE, Server

ROOT = Path(__file__).resolve().parents[3]
WAIT = 30.0


class Console:
    """What a terminal shows of a program, and the keys that are typed there."""

    def __init__(self, stick: Path, state: Path) -> None:
        self.own, theirs = pty.openpty()
        self.shown = ""
        words = ["screen", "--stick", stick, "--state", state]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "agent.bench", *map(str, words)],
            cwd=ROOT,
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LANG": "en_GB.UTF-8"},
        )
        os.close(theirs)

    def wait_for(self, words: str) -> None:
        deadline = time.monotonic() + WAIT
        while words not in self.shown:
            assert time.monotonic() < deadline, self.shown
            if select.select([self.own], [], [], 0.1)[0]:
                self.shown += os.read(self.own, 65536).decode(errors="replace")

    def type(self, text: str) -> None:
        self.shown = ""
        os.write(self.own, text.encode())


@pytest.fixture
def stick(tmp_path: Path, server: Server) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "rebond-agent.toml").write_text(f'server = "{server.address}"')
    return folder


@contextlib.contextmanager
def console(stick: Path, state: Path) -> Iterator[Console]:
    shown = Console(stick, state)
    try:
        yield shown
    finally:
        shown.process.kill()
        shown.process.wait()
        os.close(shown.own)


def test_a_machine_joins_with_the_code_that_is_typed(server, stick, tmp_path):
    with console(stick, tmp_path / "state") as shown:
        shown.wait_for("Ask for a join code")
        shown.type("k7qm-3xpa\n")
        shown.wait_for("This machine is known")
    known = identity.load(tmp_path / "state")
    assert [known.agent_id] == list(server.agents.values())


@pytest.mark.parametrize("typed", ["7777-7777", "--help", "é\x00\x1b[2J", "x" * 4000])
def test_what_is_no_code_is_refused_in_words_and_asked_again(stick, tmp_path, typed):
    with console(stick, tmp_path / "state") as shown:
        shown.wait_for("> ")
        shown.type(f"{typed}\n")
        shown.wait_for("> ")
        assert shown.process.poll() is None
        shown.type(f"{CODE}\n")
        shown.wait_for("This machine is known")


def test_guided_tests_begin_where_the_machine_has_joined(stick, tmp_path):
    with console(stick, tmp_path / "state") as shown:
        shown.wait_for("> ")
        shown.type(f"{CODE}\n")
        shown.wait_for("Guided tests: type t")
        shown.type("t\n")
        shown.wait_for("skip: not tested")


def test_an_order_to_erase_begins_with_the_tag_of_its_device(stick, tmp_path):
    state = tmp_path / "state"
    with console(stick, state) as shown:
        shown.wait_for("> ")
        shown.type(f"{CODE}\n")
        shown.wait_for("Guided tests: type t")
        Jobs(state / "jobs.json").take(order(device="PC004217W"))
        shown.wait_for("ERASE ")
        shown.type("PC-004218-W\n")
        shown.wait_for("Not the tag of the order")
        assert confirming.waiting(state)
        shown.type("pc-004217-w\n")
        shown.wait_for("Guided tests: type t")
    assert confirming.waiting(state) is None


def test_the_end_of_its_terminal_ends_it(stick, tmp_path):
    with console(stick, tmp_path / "state") as shown:
        shown.wait_for("> ")
        shown.type("\x04")
        assert shown.process.wait(WAIT) == 0
