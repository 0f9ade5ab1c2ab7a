"""One key at a time from a terminal that really is one, or from a pipe."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import select
import sys
import termios
from collections.abc import Iterator

from agent.checks.bench import Left

# What terminals send for keys that have no character (ECMA-48, xterm, Linux).
SEQUENCES = {
    "[A": "up",
    "[B": "down",
    "[C": "right",
    "[D": "left",
    "[H": "home",
    "[F": "end",
    "[1~": "home",
    "[2~": "insert",
    "[3~": "delete",
    "[4~": "end",
    "[5~": "pageup",
    "[6~": "pagedown",
    **{f"O{letter}": f"f{n}" for n, letter in enumerate("PQRS", start=1)},
    **{f"[[{letter}": f"f{n}" for n, letter in enumerate("ABCDE", start=1)},
    **{
        f"[{number}~": f"f{n}"
        for n, number in zip(
            range(1, 13), (11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24), strict=True
        )
    },
}
NAMES = {
    "\r": "enter",
    "\n": "enter",
    " ": "space",
    "\t": "tab",
    "\x7f": "backspace",
    "\x08": "backspace",
    "\x1b": "escape",
}
SEQUENCE = re.compile(r"\x1b(\[\[[A-E]|\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
REST_SECONDS = 0.05


class Hangup(Left):
    """The terminal is gone, and whoever sat there with it."""


class Keys:
    """The keys of a terminal, by name ("enter", "f1") or as the character."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._typed = ""
        # keeps the first half of a character until its second half comes
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def next(self, seconds: float | None = None) -> str:
        """The next key, or "" where none came in time. None waits for ever."""
        if not self._typed and not self._read(seconds):
            return ""
        if self._typed[0] == "\x1b":
            return self._escaped()
        return self._take(1)

    def drop(self) -> None:
        """Forget what was typed until now."""
        self._typed = ""
        while self._read(0):
            self._typed = ""

    def _escaped(self) -> str:
        """A sequence, or the Escape key itself, which nothing follows."""
        if len(self._typed) == 1:
            self._read(REST_SECONDS)
        match = SEQUENCE.match(self._typed)
        if not match:
            return self._take(1)
        self._typed = self._typed[match.end() :]
        return SEQUENCES.get(match[1], "unknown")

    def _take(self, count: int) -> str:
        taken, self._typed = self._typed[:count], self._typed[count:]
        return NAMES.get(taken, taken)

    def _read(self, seconds: float | None) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], seconds)
        if not ready:
            return False
        try:
            chunk = os.read(self._descriptor, 1024)
        except OSError as exc:
            raise Hangup from exc
        if not chunk:
            raise Hangup
        self._typed += self._decoder.decode(chunk)
        return bool(self._typed)


@contextlib.contextmanager
def listening(descriptor: int) -> Iterator[Keys]:
    """The keys of a terminal, each as it is pressed and none shown.

    Ctrl-C still interrupts. The terminal is given back as it was.
    """
    if not os.isatty(descriptor):
        yield Keys(descriptor)
        return
    before = termios.tcgetattr(descriptor)
    single = termios.tcgetattr(descriptor)
    single[0] &= ~termios.IXON
    single[3] &= ~(termios.ICANON | termios.ECHO)
    single[6][termios.VSUSP] = single[6][termios.VQUIT] = b"\x00"
    termios.tcsetattr(descriptor, termios.TCSADRAIN, single)
    try:
        yield Keys(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def is_console(descriptor: int) -> bool:
    """Whether a person at this terminal sees the machine's own screen as text."""
    try:
        name = os.ttyname(descriptor)
    except OSError:
        return False
    return re.fullmatch(r"/dev/(tty\d+|console)", name) is not None


def somebody_is_there() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()
