"""A line of AT commands over a port: one at a time, each sent once.

A modem may be slow, or leave its OK out, or never answer. After a soft time-out what
came is the answer; nothing is ever sent again, because a PIN that is sent twice is
two tries. What arrives late is not taken for the answer to the next command.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from agent.modem.parse.answer import Answer, read
from agent.modem.ports import Unavailable, Wire

SOON_SECONDS = 5.0
GREET_SECONDS = 2.0
TICK_SECONDS = 0.2
MOST_BYTES = 65_536
MOST_UNASKED = 200
MOST_SILENT = 3


class Line:
    """A port to which commands are said. `unasked` is what the modem said on its own."""

    def __init__(
        self, port: Wire, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._port = port
        self._monotonic = monotonic
        self._late = ""  # the command whose end has not been seen
        self._silent = 0
        self.unasked: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _exc: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._port.close()

    def ask(self, command: str, seconds: float = SOON_SECONDS) -> Answer:
        """Say a command, once, and hear its answer; without `final` where none came.

        Raises Unavailable where the port went away, or nothing comes any more.
        """
        if self._silent >= MOST_SILENT:
            raise Unavailable("the modem does not answer any more")
        self._hear_out()
        self._port.write(f"{command}\r".encode("latin-1"))
        deadline = self._monotonic() + seconds
        heard = ""
        while True:
            answer = read(heard, command)
            if answer.final and self._late and _is_of_another(answer):
                heard, self._late = answer.rest, ""
                continue
            left = deadline - self._monotonic()
            if answer.final or left <= 0 or len(heard) > MOST_BYTES:
                self._late = "" if answer.final else command
                self._silent = 0 if heard else self._silent + 1
                self._note(answer)
                return answer
            chunk = self._port.read(min(left, TICK_SECONDS))
            heard += chunk.decode("latin-1")

    def rest(self, seconds: float) -> None:
        """Let the modem be for a while."""
        deadline = self._monotonic() + seconds
        while (left := deadline - self._monotonic()) > 0:
            self._note(read(self._port.read(left).decode("latin-1")))

    def _hear_out(self) -> None:
        """What came since the last answer, before anything new is said."""
        heard = ""
        while len(heard) <= MOST_BYTES and (chunk := self._port.read(0)):
            heard += chunk.decode("latin-1")
        if heard:
            late = read(heard, self._late)
            self._late = "" if late.final else self._late
            self._note(late._replace(lines=()))
            self._note(read(late.rest))

    def _note(self, answer: Answer) -> None:
        self.unasked = [*self.unasked, *answer.unasked][-MOST_UNASKED:]


def _is_of_another(answer: Answer) -> bool:
    """An end without an answer, while the end of another command is still to come."""
    return not answer.lines


def greets(line: Line, seconds: float | None = None) -> bool:
    """Whether a modem is there: it says OK. A scanner says what it scans, or nothing."""
    return line.ask("AT", seconds or GREET_SECONDS).final == "OK"
