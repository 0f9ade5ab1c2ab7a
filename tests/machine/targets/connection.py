"""Connections of both transports: bytes that come whole, and the drive's power."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Protocol


class Powered(Protocol):
    def power_on(self) -> None: ...

    def power_off(self) -> None: ...


class Power:
    """A drive has power while a host is connected; its host's end cuts it."""

    def __init__(self, drive: Powered) -> None:
        self._drive = drive
        self._lock = threading.Lock()
        self._hosts = 0

    def cut(self) -> None:
        """For a moment, as a machine does that sleeps; hosts stay connected."""
        with self._lock:
            if self._hosts:
                self._drive.power_off()
                self._drive.power_on()

    @contextmanager
    def held(self) -> Iterator[None]:
        with self._lock:
            self._hosts += 1
            if self._hosts == 1:
                self._drive.power_on()
        try:
            yield
        finally:
            with self._lock:
                self._hosts -= 1
                if not self._hosts:
                    self._drive.power_off()


def exactly(connection: socket.socket, length: int) -> bytes:
    """So many bytes. Raises ConnectionError where the other side ends before."""
    came = bytearray()
    while len(came) < length:
        part = connection.recv(length - len(came))
        if not part:
            raise ConnectionResetError
        came += part
    return bytes(came)


def serve(listening: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    """Talk with everybody who connects, each in a thread, until the process ends."""
    while True:
        connection, _address = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_talk, args=(connection, talk), daemon=True).start()


def _talk(connection: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    with connection, suppress(ConnectionError):
        talk(connection)
