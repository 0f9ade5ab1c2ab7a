"""A person at a real terminal: a pty with the agent's own process on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 20
STYLE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Person:
    """Reads what the terminal shows and presses keys."""

    def __init__(self, *argv: str, size: tuple[int, int] = (25, 80)) -> None:
        self._argv = argv
        self._size = size
        self._seen = ""
        self._place = 0

    def __enter__(self) -> Self:
        self.terminal, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", *self._size, 0, 0))
        self.before = termios.tcgetattr(other)
        self.process = subprocess.Popen(
            [sys.executable, *self._argv],
            stdin=other,
            stdout=other,
            stderr=other,
            cwd=ROOT,
            env={**os.environ, "TERM": "linux", "LC_ALL": "C.UTF-8"},
            preexec_fn=_own_terminal,
        )
        self._other = other
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _exc: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        for descriptor in (self.terminal, self._other):
            os.close(descriptor)

    def sees(self, text: str) -> str:
        """Wait until `text` is shown, after what was seen last; all that came before."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (found := self._seen.find(text, self._place)) < 0:
            assert time.monotonic() < deadline, f"no {text!r} in {self.unread!r}"
            self._read(0.2)
        before = self._seen[self._place : found]
        self._place = found + len(text)
        return before

    def presses(self, *keys: str) -> None:
        for key in keys:
            os.write(self.terminal, key.encode())

    def ends(self) -> int:
        """Wait until the process has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still runs after {self.unread!r}"
            self._read(0.1)
        self._read(0.1)
        return self.process.returncode

    def dies(self) -> None:
        """The power fails."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    @property
    def unread(self) -> str:
        return self._seen[self._place :]

    @property
    def terminal_now(self) -> list[object]:
        return termios.tcgetattr(self._other)

    def _read(self, seconds: float) -> None:
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if ready:
            shown = os.read(self.terminal, 65536).decode(errors="replace")
            self._seen += STYLE.sub("", shown).replace("\r\n", "\n")


def _own_terminal() -> None:
    """A session of its own, so that Ctrl-C on the pty reaches it alone.

    Where the tests run in the background, the shell has them ignore it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
