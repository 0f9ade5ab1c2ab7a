"""One test of a tour: with a person, or by the machine alone under a person's eyes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from agent import wire
from agent.checks.alone import run_one
from agent.checks.bench import Bench, Found, conclude, not_tested
from agent.checks.desk import SKIP, Desk, Skipped
from agent.checks.words import Spoken
from agent.vocabulary import Check, Judge, Result


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
        battery,
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
        Check.BATTERY_DISCHARGE: battery.battery_discharge,
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
            desk.bar(percent)

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
