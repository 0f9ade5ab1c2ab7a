"""One word said over a bus: to a real daemon elsewhere, and here to a wilful one."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from agent.modem import bus, managed
from agent.modem.bus import Method
from agent.modem.ports import Unavailable

SIM = "/org/freedesktop/ModemManager1/SIM/0"
SAY = Method("org.example", "/org/example", "org.example.Sim", "SendPin")
REFUSED = "org.freedesktop.ModemManager1.Error.MobileEquipment.IncorrectPassword"
BUSY = "org.freedesktop.ModemManager1.Error.Core.Unauthorized"


def answer(kind: int, serial: int, error: str = "", body: bytes = b"") -> bytes:
    """A message of the daemon's, in the other order of bytes."""
    head = struct.pack(">BB2sI", bus.IN_REPLY, 1, b"u\0", serial)
    if error:
        said = error.encode()
        head += struct.pack(">BB2sI", bus.ERROR_NAME, 1, b"s\0", len(said))
        head += said + b"\0"
    start = struct.pack(">cBBBIII", b"B", kind, 0, 1, len(body), 9, len(head))
    raw = start + head
    return raw + bytes(-len(raw) % 8) + body


SIGNAL = answer(4, 77, body=b"\0" * 12)
HELLO = answer(bus.ANSWER, 1, body=b"\0\0\0\4:1.7\0") + SIGNAL


class Daemon:
    """Says what it is told to say, whatever it hears."""

    def __init__(self, path: str) -> None:
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.line.bind(path)
        self.line.listen()
        self.heard = b""
        self.greeting, self.said = b"OK 0123456789abcdef\r\n", b""
        self.thread = threading.Thread(target=self._serve)

    def says(self, said: bytes, greeting: bytes = b"") -> None:
        self.said, self.greeting = said, greeting or self.greeting
        self.thread.start()

    def _serve(self) -> None:
        caller, _ = self.line.accept()
        with caller, contextlib.suppress(ConnectionError):  # it hangs up on nonsense
            self.heard += caller.recv(4096)
            caller.sendall(self.greeting + self.said)
            caller.shutdown(socket.SHUT_WR)
            while some := caller.recv(4096):
                self.heard += some


@pytest.fixture
def daemon(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    path = str(tmp_path / "bus")
    monkeypatch.setattr(bus, "BUS", path)
    there = Daemon(path)
    yield there
    if there.thread.is_alive():
        there.thread.join()
    there.line.close()


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        (answer(bus.ANSWER, 2), True),
        (SIGNAL + answer(bus.ANSWER, 2), True),
        (answer(bus.ERROR, 2, REFUSED, b"\0\0\0\1x\0"), False),
        (answer(bus.ERROR, 2, BUSY), None),
        (answer(bus.ERROR, 2), None),
        (b"", None),
    ],
)
def test_only_the_modem_s_own_word_is_a_refusal_of_the_card(daemon, said, taken):
    daemon.says(HELLO + said)
    assert managed.enter(SIM, "0451") is taken


def test_where_there_is_no_bus_nothing_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(bus, "BUS", str(tmp_path / "nowhere"))
    assert managed.enter(SIM, "0451") is None


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        (b"REJECTED EXTERNAL\r\n", b""),
        (b"OK" * 400, b""),
        (b"", HELLO[:20]),
        (b"", struct.pack(">cBBBIII", b"B", 2, 0, 1, 2**31, 1, 2**31)),
        (b"", struct.pack(">cBBBIII", b"B", 2, 0, 1, 0, 1, 8) + b"\5\1x\0\0\0\0\0"),
        (b"", struct.pack(">cBBBIII", b"B", 2, 0, 1, 0, 1, 8) + b"\0" * 7 + b"\5"),
    ],
)
def test_a_bus_that_makes_no_sense_hears_no_word(daemon, greeting, said):
    daemon.says(said, greeting)
    with pytest.raises(Unavailable, match="D-Bus"):
        bus.call(SAY, "0451", 5.0)
    assert b"0451" not in daemon.heard


@pytest.mark.usefixtures("daemon")  # that never begins to serve
def test_a_bus_that_says_nothing_is_not_waited_for_for_ever():
    with pytest.raises(Unavailable):
        bus.call(SAY, "0451", 0.2)
