"""Serial lines that a test holds the other end of."""

from __future__ import annotations

import os
import select
import socket
import time
import tty
from pathlib import Path
from typing import Self

SECONDS = 10.0


class Cable:
    """A scanner on a pty, plugged in under one name; pulled, it is gone for the kernel."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug()

    def plug(self) -> None:
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        self.path.symlink_to(os.ttyname(self.theirs))

    def pull(self) -> None:
        self.path.unlink()
        os.close(self.theirs)
        os.close(self.ours)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.pull()

    def say(self, data: bytes) -> None:
        """All of it, as fast as the other side takes it."""
        while data:
            data = data[os.write(self.ours, data[:1024]) :]

    def heard(self, count: int) -> bytes:
        """What was sent to the scanner, as soon as it is so many bytes."""
        found = b""
        end = time.monotonic() + SECONDS
        while len(found) < count and select.select(
            [self.ours], [], [], max(0.0, end - time.monotonic())
        ):
            found += os.read(self.ours, 100)
        return found

    def is_silent(self) -> bool:
        return not select.select([self.ours], [], [], 0)[0]


def listener() -> socket.socket:
    """A server of a serial line on the network, for one who asks."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(SECONDS)
    return server
