"""Lead a person through the tests, one screen each, and keep every result."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable

from rich.table import Table
from rich.text import Text

from agent import wire
from agent.checks.alone import expected_seconds, run_one
from agent.checks.bench import GUIDED, Bench, Found, conclude, not_tested
from agent.checks.desk import SKIP, Desk, Skipped
from agent.checks.sitting import Sitting
from agent.checks.words import Spoken
from agent.vocabulary import Check, Judge, Result

Keep = Callable[[Sitting], None]
BAR = 40
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
        desk.show(
            words("Tests of this machine"),
            words("With you: {names}.", names=", ".join(people) or "–"),
            words(
                "Then by itself, in about {minutes} minutes: {names}.",
                minutes=max(1, round(seconds / 60)),
                names=", ".join(machine) or "–",
            ),
        )
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


def guided(name: Check, desk: Desk) -> wire.Test:
    """One test with a person."""
    try:
        return conclude(name, lambda: trial_of(name)(desk), desk.bench)
    except Skipped:
        return skipped(name, desk.bench)


def skipped(name: Check, bench: Bench) -> wire.Test:
    reason = bench.words("The person at the machine skipped it.")
    return not_tested(name, reason, bench, Judge.PERSON)


def died(name: Check, result: Result, bench: Bench) -> wire.Test:
    """A test during which the machine itself stopped."""
    reason = bench.words("The machine froze or switched itself off during this test.")
    judge = Judge.PERSON if result is Result.FAIL else Judge.MEASURED
    test = not_tested(name, reason, bench, judge)
    return dataclasses.replace(test, result=result)


def trial_of(name: Check) -> Callable[[Desk], Found]:
    """The test of a name, loaded only now."""
    from agent.checks import (
        camera,
        keyboard,
        microphone,
        screen,
        sound,
        touchpad,
        usb_ports,
    )

    return {
        Check.KEYBOARD: keyboard.keyboard,
        Check.TOUCHPAD: touchpad.touchpad,
        Check.SCREEN: screen.screen,
        Check.SPEAKERS: sound.speakers,
        Check.MICROPHONE: microphone.microphone,
        Check.CAMERA: camera.camera,
        Check.USB_PORTS: usb_ports.usb_ports,
    }[name]


def alone(name: Check, desk: Desk) -> wire.Test:
    """One test that needs nobody, with its bar; a person may skip it all the same."""
    words = desk.words
    desk.show(
        title(name, words),
        words("The machine works by itself."),
        f"  [{SKIP}] {words('skip: not tested')}",
        "",
    )
    shown = -1

    def progress(percent: int) -> None:
        nonlocal shown
        if percent != shown:
            shown = percent
            full = BAR * percent // 100
            desk.console.file.write(
                f"\r  {'█' * full}{'·' * (BAR - full)} {percent} % "
            )
            desk.console.file.flush()

    def cancelled() -> bool:
        try:
            desk.heed(0)
        except Skipped:
            return True
        return False

    bench = dataclasses.replace(desk.bench, progress=progress, cancelled=cancelled)
    return run_one(name, bench)


def title(name: Check, words: Spoken) -> str:
    said = words.of(name)
    return said[:1].upper() + said[1:]


def verdict(test: wire.Test, words: Spoken) -> Text:
    return Text(words.of(test.result), style=STYLES[test.result])


def table(tests: tuple[wire.Test, ...], words: Spoken) -> Table:
    shown = Table(show_header=False)
    for test in tests:
        shown.add_row(words.of(test.name), verdict(test, words), Text(test.reason))
    return shown
