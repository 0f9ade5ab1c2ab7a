"""One thread on a real line: what it keeps, and what it answers the scanner."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from typing import Any

import pytest
import serial
from serial import rfc2217

from agent.scanner import listening
from agent.scanner.beeping import SIGNALS, Beep
from agent.scanner.listening import Listening
from agent.scanner.news import News
from agent.scanner.port import Line, open_line
from agent.words import Words
from tests.agent.scanner.lines import SECONDS, Cable, listener

BEL = SIGNALS[Beep.BEL]
# Its stubs know only its own ports.
manager_of: Any = rfc2217.PortManager


class Told(News):
    """News that a test can wait for: opening a line throws away what was said before."""

    heard = threading.Semaphore(0)

    def here(self) -> None:
        super().here()
        self.heard.release()


class Kept:
    """What was kept, for whoever waits for it."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.refusals = 0
        self._heard = threading.Condition()

    def keep(self, codes) -> None:
        with self._heard:
            if self.refusals:
                self.refusals -= 1
                raise OSError(28, "No space left on device")
            self.codes += codes
            self._heard.notify_all()

    def wait(self, count: int) -> list[str]:
        with self._heard:
            assert self._heard.wait_for(lambda: len(self.codes) >= count, SECONDS)
        return self.codes


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def listen(kept, monkeypatch):
    """Stay on a line until the test ends."""
    monkeypatch.setattr(listening, "AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(Told, "heard", threading.Semaphore(0))
    stopping = threading.Event()
    threads = []

    def start(where: object, signals=BEL) -> None:
        opener = functools.partial(open_line, Line(str(where)))
        news = Told(Words(is_french=False), str(where), "Bench 3")
        one = Listening(opener, kept.keep, signals, news, stopping)
        threads.append(threading.Thread(target=one.stay))
        threads[-1].start()

    yield start
    stopping.set()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()


@pytest.fixture
def cable(tmp_path):
    with Cable(tmp_path / "scanner") as cable:
        yield cable


def opened() -> bool:
    return Told.heard.acquire(timeout=SECONDS)


def test_a_kept_code_is_answered_by_a_beep(cable, kept, listen):
    listen(cable.path)
    assert opened()
    cable.say(b"PC004217W\r\n")
    assert kept.wait(1) == ["PC004217W"]
    assert cable.heard(1) == BEL.taken


def test_what_is_no_code_sounds_otherwise_and_is_not_kept(cable, kept, listen):
    listen(cable.path)
    assert opened()
    cable.say(b"PC00\xff4217W\r")
    assert cable.heard(3) == BEL.again
    cable.say(b"PC004217W\r")
    assert kept.wait(1) == ["PC004217W"]


def test_a_modem_is_kept_out_and_sent_nothing(cable, kept, listen, capfd):
    listen(cable.path)
    assert opened()
    cable.say(b"\r\n+CREG: 1\r\n\r\nRING\r\nPC004217W\r")
    assert kept.wait(1) == ["PC004217W"]
    assert cable.is_silent()
    assert "like a modem" in capfd.readouterr().err


def test_a_scanner_is_pulled_and_put_back(cable, kept, listen, capfd):
    listen(cable.path)
    assert opened()
    cable.say(b"A01\rhalf of o")
    kept.wait(1)
    cable.pull()
    time.sleep(0.1)  # long enough to be missed; the line is asked for every 20 ms
    cable.plug()
    assert opened()
    cable.say(b"A02\r")
    assert kept.wait(2) == ["A01", "A02"]
    said = capfd.readouterr().err
    assert said.count("in the middle of a code") == 1
    assert said.count("No scanner at") == 1


def test_a_scanner_may_come_later_than_its_bridge(tmp_path, kept, listen):
    listen(tmp_path / "later")
    with Cable(tmp_path / "later") as cable:
        assert opened()
        cable.say(b"A01\r")
        assert kept.wait(1) == ["A01"]


def test_a_line_is_held_for_nobody_else(cable, kept, listen):
    listen(cable.path)
    assert opened()
    cable.say(b"A01\r")
    kept.wait(1)
    with pytest.raises(serial.SerialException, match="exclusively"):
        serial.Serial(str(cable.path), exclusive=True)


def test_a_full_disk_makes_scanning_wait_and_loses_nothing(cable, kept, listen, capfd):
    kept.refusals = 3
    listen(cable.path)
    assert opened()
    cable.say(b"A01\rA02\r")
    assert kept.wait(2) == ["A01", "A02"]
    assert cable.heard(2) == BEL.taken * 2
    assert capfd.readouterr().err.count("takes no code") == 1


def test_a_scanner_that_ends_no_code_is_told_so(
    cable, kept, listen, capfd, monkeypatch
):
    monkeypatch.setattr(listening, "ENDLESS_SECONDS", 0.05)
    listen(cable.path)
    assert opened()
    cable.say(b"A01")
    end = time.monotonic() + SECONDS
    said = ""
    while "suffix" not in said and time.monotonic() < end:
        said += capfd.readouterr().err
    assert "Set its suffix to CR" in said
    cable.say(b"\r")
    assert kept.wait(1) == ["A01"]


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # pyserial's own
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_line_on_the_network_comes_in_pieces_and_comes_back(kept, listen):
    with listener() as server:
        listen(f"socket://127.0.0.1:{server.getsockname()[1]}")
        line, _address = server.accept()
        with line:
            assert opened()
            line.sendall(b"\x02A0")
            line.sendall(b"1\x03")
            kept.wait(1)
            assert line.recv(1) == BEL.taken
        line, _address = server.accept()
        with line:
            assert opened()
            line.sendall(b"A02\r\n")
            assert kept.wait(2) == ["A01", "A02"]


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's
def test_a_line_of_a_serial_server_is_negotiated(kept, listen):
    """A server of RFC 2217 over pyserial’s loop, which has the lines of a modem."""
    with listener() as server, serial.serial_for_url("loop://", timeout=0.1) as port:
        listen(f"rfc2217://127.0.0.1:{server.getsockname()[1]}", SIGNALS[Beep.NONE])
        line, _address = server.accept()
        with line:
            line.settimeout(0.05)
            manager = manager_of(port, Outgoing(line))
            end = time.monotonic() + SECONDS
            while len(kept.codes) < 2 and time.monotonic() < end:
                _serve(line, manager)
                if Told.heard.acquire(blocking=False):
                    port.write(b"A01\rA02\r")
                if waiting := port.read(port.in_waiting):
                    line.sendall(b"".join(manager.escape(waiting)))
            assert kept.codes[:2] == ["A01", "A02"]
            assert port.baudrate == 9600


class Outgoing:
    """Where the serial server writes its side of the negotiation."""

    def __init__(self, line) -> None:
        self.write = line.sendall


def _serve(line, manager) -> None:
    """Answer what is negotiated."""
    with contextlib.suppress(TimeoutError):
        list(manager.filter(line.recv(1024)))
