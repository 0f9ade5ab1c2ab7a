"""Say one secret word to a service of this machine, over the system's message bus.

A program that did it would be told the word among its own, where everybody can read
them; this way it is in the memory of this process and of the two that carry it. Of the
D-Bus Specification (0.43) only what one call with one string needs.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from typing import Final, NamedTuple

from agent.modem.ports import Unavailable

BUS = "/run/dbus/system_bus_socket"
MOST_BYTES: Final = 64 * 1024  # of one message; what is asked here answers in few
MOST_WORDS: Final = 512  # of the greeting

CALL, ANSWER, ERROR = 1, 2, 3
PATH, INTERFACE, MEMBER, ERROR_NAME, IN_REPLY, TO, SIGNATURE = 1, 2, 3, 4, 5, 6, 8
OBJECT, TEXT, SHAPE = b"o", b"s", b"g"
OF_THE_BUS: Final = "org.freedesktop.DBus"


class Method(NamedTuple):
    """A method of an object of a service."""

    service: str
    path: str
    interface: str
    member: str


HELLO = Method(OF_THE_BUS, "/org/freedesktop/DBus", OF_THE_BUS, "Hello")


def call(method: Method, word: str, seconds: float) -> str:
    """Call a method with this one word; the name of the error, or "" where it did it.

    Raises Unavailable where nobody answered.
    """
    deadline = time.monotonic() + seconds
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(seconds)
            line.connect(BUS)
            _greet(line, deadline)
            line.sendall(message(HELLO, 1))
            _answer(line, 1, deadline)
            line.sendall(message(method, 2, word))
            return _answer(line, 2, deadline)
    except (OSError, ValueError, IndexError, struct.error) as exc:
        raise Unavailable(f"D-Bus: {exc}") from exc


def message(method: Method, serial: int, word: str | None = None) -> bytes:
    """A call as it goes over the socket, in the order of bytes that it names first."""
    fields = [
        _field(PATH, OBJECT, method.path),
        _field(INTERFACE, TEXT, method.interface),
        _field(MEMBER, TEXT, method.member),
        _field(TO, TEXT, method.service),
    ]
    body = b""
    if word is not None:
        fields.append(_field(SIGNATURE, SHAPE, "s"))
        body = _text(word)
    head = b"".join(_padded(each) for each in fields[:-1]) + fields[-1]
    start = struct.pack("<cBBBIII", b"l", CALL, 0, 1, len(body), serial, len(head))
    return _padded(start + head) + body


def _greet(line: socket.socket, deadline: float) -> None:
    """Say who this is; the bus sees for itself whether that is so."""
    who = str(os.geteuid()).encode().hex()
    line.sendall(f"\0AUTH EXTERNAL {who}\r\n".encode())
    said = b""
    while not said.endswith(b"\r\n"):
        said += _some(line, 1, deadline)
        if len(said) > MOST_WORDS:
            raise ValueError("the bus does not end its greeting")
    if not said.startswith(b"OK "):
        raise ValueError("the bus lets nobody in")
    line.sendall(b"BEGIN\r\n")


def _answer(line: socket.socket, serial: int, deadline: float) -> str:
    """The error that the call of that number ends with; all else is passed over."""
    while True:
        start = _some(line, 16, deadline)
        order = "<" if start[:1] == b"l" else ">"
        body, _serial, fields = struct.unpack(f"{order}III", start[4:])
        rest = -fields % 8 + body
        if fields + rest > MOST_BYTES:
            raise ValueError("a message that nobody asked for")
        head = _fields(_some(line, fields, deadline), order)
        _some(line, rest, deadline)
        if head.get(IN_REPLY) != serial:
            continue
        if start[1] == ERROR:
            return str(head.get(ERROR_NAME) or "unnamed")
        if start[1] == ANSWER:
            return ""


def _fields(raw: bytes, order: str) -> dict[int, str | int]:
    """The header's fields. All that there are hold a word or a number."""
    found: dict[int, str | int] = {}
    at = 0
    while at < len(raw):
        code, kind = raw[at], raw[at + 2 : at + 3]
        at += 4
        if kind == b"u":
            found[code] = struct.unpack_from(f"{order}I", raw, at)[0]
            at += 4
        elif kind == SHAPE:
            at += 2 + raw[at]
        elif kind in (TEXT, OBJECT):
            size = struct.unpack_from(f"{order}I", raw, at)[0]
            found[code] = raw[at + 4 : at + 4 + size].decode()
            at += 5 + size
        else:
            raise ValueError("a header of another kind")
        at += -at % 8
    return found


def _some(line: socket.socket, size: int, deadline: float) -> bytes:
    """Exactly so many bytes, before it is too late."""
    got = b""
    while len(got) < size:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("nobody answered")
        line.settimeout(left)
        some = line.recv(size - len(got))
        if not some:
            raise ConnectionError("the bus hung up")
        got += some
    return got


def _field(code: int, kind: bytes, value: str) -> bytes:
    said = value.encode()
    if kind == SHAPE:
        return bytes([code, 1]) + kind + b"\0" + bytes([len(said)]) + said + b"\0"
    return bytes([code, 1]) + kind + b"\0" + _text(value)


def _text(value: str) -> bytes:
    said = value.encode()
    return struct.pack("<I", len(said)) + said + b"\0"


def _padded(raw: bytes) -> bytes:
    return raw + bytes(-len(raw) % 8)
