"""Lead a person through the tests, one screen each, and keep every result."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from rich.table import Table
from rich.text import Text

from agent import wire
from agent.checks.alone import expected_seconds
from agent.checks.bench import GUIDED
from agent.checks.desk import Desk, Skipped
from agent.checks.sitting import Sitting
from agent.checks.steps import alone, died, guided, skipped, title
from agent.checks.words import Spoken
from agent.vocabulary import Check, Result

Keep = Callable[[Sitting], None]
STYLES = {
    Result.PASS: "green",
    Result.WARN: "yellow",
    Result.FAIL: "red bold",
    Result.NOT_TESTED: "reverse",
    Result.UNKNOWN: "magenta",
}


class Tour:
    """A sitting, test by test. `keep` writes it down, and is done when it returns."""

    def __init__(self, sitting: Sitting, desk: Desk, keep: Keep) -> None:
        self.sitting = sitting
        self._desk = desk
        self._keep = keep

    def walk(self) -> Sitting:
        """All that is left, then the summary. Raises Stopped for another time."""
        if self.sitting.left:
            self._welcome()
        self._settle_what_was_cut_off()
        while left := self.sitting.left:
            self._test(left[0])
        self._show_summary()
        return self.sitting

    def _test(self, name: Check) -> None:
        self._save(self.sitting.begin(name, self._desk.bench.around))
        test = guided(name, self._desk) if name in GUIDED else alone(name, self._desk)
        self._save(self.sitting.end(test))
        if name in GUIDED and self._wants_it_again(test):
            self._save(self.sitting.again(name))

    def _save(self, sitting: Sitting) -> None:
        self._keep(sitting)
        self.sitting = sitting

    def _welcome(self) -> None:
        desk, words = self._desk, self._desk.words
        left = self.sitting.left
        seconds = sum(
            expected_seconds(name, desk.bench) for name in left if name not in GUIDED
        )
        people = [words.of(name) for name in left if name in GUIDED]
        machine = [words.of(name) for name in left if name not in GUIDED]
        desk.show(words("Tests of this machine"))
        if people:
            desk.say(words("With you: {names}.", names=", ".join(people)))
        if machine:
            sentence = "By itself, in about {minutes} min: {names}."
            minutes = max(1, round(seconds / 60))
            desk.say(words(sentence, minutes=minutes, names=", ".join(machine)))
        with contextlib.suppress(Skipped):
            desk.begin(words("begin"))

    def _settle_what_was_cut_off(self) -> None:
        """A machine that died under load is a finding, unless somebody pulled the plug."""
        desk, words, name = self._desk, self._desk.words, self.sitting.running
        if name is None or not self.sitting.was_cut_off(desk.bench.around):
            return
        desk.show(
            words("The machine stopped during a test"),
            words("It was started anew since: {name}.", name=words.of(name)),
        )
        answers = [
            words("somebody switched it off: test again"),
            words("it froze or switched itself off"),
        ]
        try:
            if desk.choose(words("What happened?"), answers) == 1:
                self._save(self.sitting.end(died(name, Result.FAIL, desk.bench)))
        except Skipped:
            self._save(self.sitting.end(skipped(name, desk.bench)))

    def _wants_it_again(self, test: wire.Test) -> bool:
        desk, words = self._desk, self._desk.words
        if test.result in (Result.PASS, Result.NOT_TESTED):
            return False
        desk.show(title(test.name, words), verdict(test, words), test.reason)
        with contextlib.suppress(Skipped):
            answers = [words("go on"), words("test it again")]
            return desk.choose(words("Is that right?"), answers) == 1
        return False

    def _show_summary(self) -> None:
        desk = self._desk
        desk.show(desk.words("Result"))
        desk.say(table(self.sitting.done, desk.words))
        with contextlib.suppress(Skipped):
            desk.begin(desk.words("send the results"))


def verdict(test: wire.Test, words: Spoken) -> Text:
    return Text(words.of(test.result), style=STYLES[test.result])


def table(tests: tuple[wire.Test, ...], words: Spoken) -> Table:
    shown = Table(show_header=False)
    for test in tests:
        shown.add_row(words.of(test.name), verdict(test, words), Text(test.reason))
    return shown
