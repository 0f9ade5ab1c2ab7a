"""Where a person and the machine meet: a screen, a question, one key per answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rich.console import Console
from rich.control import Control
from rich.panel import Panel
from rich.text import Text

from agent.checks.bench import Bench, Left
from agent.checks.terminal import Keys
from agent.checks.words import Spoken

# A French keyboard writes these on the digits' keys unless Shift is held.
DIGITS = dict(zip("&é\"'(-è_çà", "1234567890", strict=True))
SKIP, STOP = "s", "q"
BAR = 40


class Skipped(Left):
    """The person does not want this test."""


class Stopped(Left):
    """The person wants to go on another time."""


@dataclasses.dataclass(frozen=True)
class Desk:
    """A bench with a person in front of it."""

    bench: Bench
    keys: Keys
    console: Console
    is_console: bool = False

    @property
    def words(self) -> Spoken:
        return self.bench.words

    def show(self, title: str, *lines: str | Text) -> None:
        """A fresh screen. What a machine says of itself is never markup."""
        self.console.clear()
        self.say(Panel(Text(title, style="bold"), expand=False))
        for line in lines:
            self.say(line)

    def say(self, what: object = "") -> None:
        self.console.print(what, markup=False, highlight=False, emoji=False)

    def choose(self, question: str, answers: Sequence[str]) -> int:
        """Which answer, counted from 0. Skipped and Stopped are answers too.

        A key that was pressed before the question stood there answers nothing.
        """
        self.keys.drop()
        self.say()
        self.say(Text(question, style="bold"))
        for number, answer in enumerate(answers, start=1):
            self.say(f"  [{number}] {answer}")
        self._say_ways_out()
        return int(self._wanted("123456789"[: len(answers)])) - 1

    def begin(self, start: str) -> None:
        """Wait for Enter, pressed after this was shown."""
        self.keys.drop()
        self.say()
        self.say(f"  [{self.words('Enter')}] {start}")
        self._say_ways_out()
        self._wanted(("enter", "space"))

    def heed(self, seconds: float | None) -> str:
        """The next key within `seconds`, "" if none; the ways out are taken."""
        key = self.keys.next(seconds)
        key = DIGITS.get(key, key)
        if key.lower() == SKIP:
            raise Skipped
        if key.lower() == STOP:
            raise Stopped
        return key

    def bar(self, percent: int) -> None:
        """How far the test is, over what was shown of it before."""
        full = BAR * percent // 100
        line = f"\r  {'█' * full}{'·' * (BAR - full)} {percent} % "
        self.console.file.write(line)
        self.console.file.flush()

    def home(self) -> None:
        """Write over what is shown instead of clearing it: nothing flickers."""
        self.console.control(Control.home())

    def _wanted(self, keys: Sequence[str]) -> str:
        while True:
            key = self.heed(60)
            if key and key in keys:
                return key

    def _say_ways_out(self) -> None:
        words = self.words
        self.say(f"  [{SKIP}] {words('skip: not tested')}")
        self.say(f"  [{STOP}] {words('stop here, go on later')}")
