"""`python -m agent scanner` as a process, on a pty, against a server that listens."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent import wire
from agent.scanner.belonging import BELONGS, JOINING, folder_of
from agent.tell import Exit
from tests.agent.scanner.lines import SECONDS, Cable
from tests.agent.scanner.station import Station
from tests.agent.server import CODE, HANG_UP, problem

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def station() -> Iterator[Station]:
    with Station() as station:
        yield station


@pytest.fixture
def cable(tmp_path) -> Iterator[Cable]:
    with Cable(tmp_path / "line") as cable:
        yield cable


class Bridge:
    """One process; `said` is all that it printed so far."""

    def __init__(self, state: Path, port: object, *words: str) -> None:
        command = [sys.executable, "-m", "agent", "--state", str(state), "scanner"]
        line = ["--port", str(port), "--station", "Bench 3"]
        self.process = subprocess.Popen(
            [*command, *line, *words],
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = ""

    def until(self, words: str) -> None:
        """Read what it says up to a line with these words."""
        assert self.process.stderr
        for line in self.process.stderr:
            self.said += line
            if words in line:
                return
        raise AssertionError(self.said)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        _out, said = self.process.communicate(timeout=SECONDS)
        self.said += said
        return self.process.returncode

    def ends(self) -> int:
        _out, said = self.process.communicate(timeout=SECONDS)
        self.said += said
        return self.process.returncode


@contextmanager
def bridge(state: Path, cable: Cable, *words: str) -> Iterator[Bridge]:
    running = Bridge(state, cable.path, *words)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def joined(station: Station) -> tuple[str, ...]:
    return ("--server", station.address, "--code", CODE)


def arrived(station: Station, count: int) -> list[str]:
    end = time.monotonic() + SECONDS
    while len(station.read) < count and time.monotonic() < end:
        time.sleep(0.01)
    return station.codes


def test_it_joins_once_and_brings_each_code(tmp_path, cable, station):
    with bridge(tmp_path, cable, *joined(station), "--beep", "honeywell") as running:
        running.until("is heard")
        cable.say(b"PC004217W\r\n")
        assert arrived(station, 1) == ["PC004217W"]
        assert cable.heard(3) == b"\x1b7,"
        assert running.end() == Exit.DONE
    (age,) = station.ages
    assert age is not None
    assert age < 5000
    folder = folder_of(tmp_path, "Bench 3")
    assert (folder / BELONGS).stat().st_mode & 0o777 == 0o600
    assert not (folder / JOINING).exists()


def test_the_same_code_is_not_used_again_at_the_next_start(tmp_path, cable, station):
    for _start in range(2):
        with bridge(tmp_path, cable, *joined(station)) as running:
            running.until("is heard")
            assert running.end() == Exit.DONE
    assert sum(path.endswith("/scanner/") for _how, path in station.asked) == 1


def test_an_answer_that_is_lost_while_joining_costs_no_code(tmp_path, cable, station):
    station.script = [lambda true: true, lambda _joined: HANG_UP]
    with bridge(tmp_path, cable, *joined(station)) as running:
        assert running.ends() == Exit.WAITING
    with bridge(tmp_path, cable, *joined(station)) as running:
        running.until("is heard")


def test_codes_wait_while_the_server_is_away_and_are_sent_in_order(
    tmp_path, cable, station
):
    with bridge(tmp_path, cable, *joined(station)) as running:
        running.until("is heard")
        station.script = [HANG_UP, lambda _kept: HANG_UP]  # lost before, and after
        cable.say(b"A01\r")
        running.until("Codes waiting here: 1")
        cable.say(b"A02\rA03\r")
        assert arrived(station, 3) == ["A01", "A02", "A03"]
        running.until("answers again")


def test_a_bridge_that_is_killed_loses_nothing(tmp_path, cable, station):
    with bridge(tmp_path, cable, *joined(station)) as running:
        running.until("is heard")
        station.script = [HANG_UP] * 50
        cable.say(b"A01\rA02\r")
        running.until("Codes waiting here")
        running.end(signal.SIGKILL)
    assert station.codes == []
    station.script = []
    with bridge(tmp_path, cable) as running:
        assert arrived(station, 2) == ["A01", "A02"]


def test_a_scanner_that_was_revoked_stops_and_keeps_its_codes(tmp_path, cable, station):
    with bridge(tmp_path, cable, *joined(station)) as running:
        running.until("is heard")
        station.script = [problem(wire.Code.TOKEN_INVALID)]
        cable.say(b"A01\r")
        assert running.ends() == Exit.ENROL_AGAIN
        assert "Make a new code on the page of the station" in running.said
        assert "Codes waiting here: 1" in running.said
    assert station.codes == []


def test_one_process_for_each_station(tmp_path, cable, station):
    with bridge(tmp_path, cable, *joined(station)) as running:
        running.until("is heard")
        with bridge(tmp_path, cable) as second:
            assert second.ends() == Exit.USAGE
            assert "already running" in second.said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "belongs to no station yet"),
        (
            ("--code", "K7QM", "--server", "http://127.0.0.1:1"),
            "does not look like a join",
        ),
        (("--code", CODE, "--server", "http://office.example"), "Without encryption"),
    ],
)
def test_it_says_what_it_cannot_begin_with(tmp_path, cable, words, why):
    with bridge(tmp_path, cable, *words) as running:
        assert running.ends() == Exit.USAGE
        assert why in running.said


def test_a_wrong_code_is_refused_in_words(tmp_path, cable, station):
    words = ("--server", station.address, "--code", "AAAA-AAAA")
    with bridge(tmp_path, cable, *words) as running:
        assert running.ends() == Exit.ENROL_AGAIN
        assert "unknown, used, or older than 15 minutes" in running.said
    assert not (folder_of(tmp_path, "Bench 3") / BELONGS).exists()


def test_codes_of_one_server_never_go_to_another(tmp_path, cable, station):
    with bridge(tmp_path, cable, *joined(station)) as running:
        running.until("is heard")
    with bridge(tmp_path, cable, "--server", "https://elsewhere.example") as running:
        assert running.ends() == Exit.USAGE
        assert f"belongs to {station.address}" in running.said


def test_a_port_that_can_be_none_is_refused(tmp_path):
    running = Bridge(tmp_path, "gopher://somewhere")
    assert running.ends() == Exit.USAGE
    assert "This is no port of a scanner" in running.said
