"""A desk with a pipe for its keys and a text for its screen."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.checks.desk import Desk
from agent.checks.terminal import NAMES, Keys
from tests.agent.checks.benches import bench
from tests.agent.trees import Tools


@dataclasses.dataclass(frozen=True)
class Sheet:
    """What was shown at a desk, and the end of the pipe that presses keys."""

    desk: Desk
    screen: io.StringIO
    write: int

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self.write, key.encode())

    @property
    def shown(self) -> str:
        return self.screen.getvalue()


class Patient(Keys):
    """Keys that are pressed when they are waited for; then waiting takes no time.

    A question waits for minutes, and gets the next of `answers`; what a test
    watches for in short looks comes from the pipe.
    """

    def __init__(
        self,
        descriptor: int,
        answers: Sequence[str],
        sleep: Callable[[float], None],
    ) -> None:
        super().__init__(descriptor)
        self._answers = list(answers)
        self._sleep = sleep

    def next(self, seconds: float | None = None) -> str:
        if seconds is None or seconds > 1:
            return NAMES.get(self._answers[0], self._answers.pop(0))
        key = super().next(0)
        if not key:
            self._sleep(seconds)
        return key

    def drop(self) -> None:
        """Nobody here presses a key too early."""


class Room:
    """Desks to sit at; their pipes are closed when the test is over."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: list[int] = []

    def __call__(
        self, *answers: str, tools: Tools | None = None, **changes: Any
    ) -> Sheet:
        """A desk 80 columns wide. `answers`: one key per question, in their order."""
        read, write = os.pipe()
        self._open += [read, write]
        screen = io.StringIO()
        console = Console(
            file=screen,
            width=80,
            height=25,
            force_terminal=True,
            color_system=None,
            _environ={"TERM": "linux"},
        )
        each = bench(self.root, tools, **changes)
        return Sheet(
            Desk(each, Patient(read, answers, each.sleep), console), screen, write
        )

    def close(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)
