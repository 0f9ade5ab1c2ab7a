"""Every key is pressed once; the picture shows which were seen and which are missing."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.text import Text

from agent.checks import evdev
from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.checks.layouts import LAYOUTS, SILENT, SPARE, Layout
from agent.checks.pressed import Pressed
from agent.vocabulary import Judge, Result

LETTERS = frozenset({*range(16, 26), *range(30, 39), *range(44, 51)})
LOOK_SECONDS = 0.2
GIVE_UP_SECONDS = 120
FEW = 2
NAMED = 20


def keyboard(desk: Desk) -> Found:
    words = desk.words
    names = [layout.name for layout in LAYOUTS]
    layout = LAYOUTS[desk.choose(words("What is printed on the keyboard?"), names)]
    found = [each for each in evdev.inputs(desk.bench.around) if each.keys >= LETTERS]
    readable = [each for each in found if os.access(each.path, os.R_OK)]
    if not readable:
        return _by_terminal(layout, desk)
    question = words("Does it have a block of digits at its right?")
    keypad = desk.choose(question, [words("yes"), words("no")]) == 0
    with evdev.ears(readable) as ears:  # only now: the answer itself is no test
        return _by_events(ears, Pressed(layout, keypad), desk)


def _by_events(ears: evdev.Ears, pressed: Pressed, desk: Desk) -> Found:
    """The kernel's own events: every key counts, also Shift and Ctrl."""
    now = desk.bench.monotonic
    newest = now()
    _draw(pressed, desk, clear=True)
    while pressed.missing and not pressed.is_over and now() - newest < GIVE_UP_SECONDS:
        for event in ears.listen(LOOK_SECONDS):
            if pressed.take(event, now()):
                newest = now()
                _draw(pressed, desk)
        desk.keys.drop()  # the terminal was told the same keys
    return judge(pressed, pressed.stuck(now()), "evdev", desk)


def _by_terminal(layout: Layout, desk: Desk) -> Found:
    """What a terminal is told: only the keys that write something."""
    pressed = Pressed(layout, keypad=False, silent=SILENT)
    now = desk.bench.monotonic
    newest = now()
    _draw(pressed, desk, clear=True)
    while pressed.missing and not pressed.is_over and now() - newest < GIVE_UP_SECONDS:
        code = layout.code_of(desk.keys.next(LOOK_SECONDS))
        if code is not None:
            newest = now()
            pressed.press(code, newest)
            _draw(pressed, desk)
    return judge(pressed, [], "terminal", desk)


def judge(pressed: Pressed, stuck: list[int], tool: str, desk: Desk) -> Found:
    """One dead key that everybody needs fails; spare keys may not even be there."""
    words = desk.words
    missing = pressed.missing
    needed = [code for code in missing if code not in SPARE]
    numbers: dict[str, float] = {
        "keys": len(pressed.expected),
        "seen": len(pressed.expected & pressed.seen),
        "missing_needed": len(needed),
        "missing_spare": len(missing) - len(needed),
        "stuck": len(stuck),
    }
    facts = {"keys": _names(missing, pressed), "stuck": _names(stuck, pressed)}
    if stuck:
        reason = words("Keys that stay down: {stuck}.", **facts)
        return Found(Result.FAIL, reason, numbers, tool)
    if needed:
        reason = words("Keys that did not answer: {keys}.", **facts)
        return Found(Result.FAIL, reason, numbers, tool)
    if missing:
        return _of_spare(missing, facts, numbers, tool, desk)
    if pressed.silent:
        reason = words(
            "All {count} keys that write something answered. Shift, Ctrl and Alt cannot "
            "be seen from a terminal.",
            count=len(pressed.expected),
        )
        return Found(Result.UNKNOWN, reason, numbers, tool)
    sentence = "All {count} keys answered."
    reason = words(sentence, count=len(pressed.expected))
    return Found(Result.PASS, reason, numbers, tool)


def _of_spare(
    missing: list[int],
    facts: dict[str, str],
    numbers: dict[str, float],
    tool: str,
    desk: Desk,
) -> Found:
    """Only a person can tell a dead key from one that this keyboard does not have."""
    words = desk.words
    desk.keys.drop()
    question = words(
        "These keys did not answer: {keys}. Are they there?", keys=facts["keys"]
    )
    has_them = desk.choose(question, [words("yes"), words("no")]) == 0
    if not has_them:
        sentence = "Every key there is answered; this keyboard has no {keys}."
        return Found(
            Result.PASS,
            words(sentence, keys=facts["keys"]),
            numbers,
            tool,
            Judge.PERSON,
        )
    reason = words("Keys that did not answer: {keys}.", keys=facts["keys"])
    result = Result.WARN if len(missing) <= FEW else Result.FAIL
    return Found(result, reason, numbers, tool)


def _names(codes: Sequence[int], pressed: Pressed) -> str:
    """The first of them by what is printed there; the numbers say how many more."""
    names = [pressed.layout.label(code) for code in codes]
    return " ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])


def _draw(pressed: Pressed, desk: Desk, *, clear: bool = False) -> None:
    """Keys in their rows: [a] was seen, a dot stands for one that is awaited."""
    words = desk.words
    if clear:
        title = words("Keyboard: {layout}", layout=pressed.layout.name)
        ending = words(
            "Press every key once. Where Escape is dead, Enter twice: the end."
        )
        desk.show(title, ending)
    desk.home()
    desk.say("\n" * 3)
    for row in pressed.layout.rows(pressed.keypad):
        desk.say(Text(" ").join(_cell(code, pressed) for code in row))
    count = words(
        "Keys seen: {seen} of {keys}",
        seen=len(pressed.expected & pressed.seen),
        keys=len(pressed.expected),
    )
    desk.say()
    desk.say(count)
    if pressed.has_way_out:
        desk.say(words("Escape: the end."))


def _cell(code: int, pressed: Pressed) -> Text:
    label = pressed.layout.label(code)
    if code in pressed.seen:
        return Text(f"[{label}]", style="reverse")
    if code in pressed.silent:
        return Text(f" {'–' * len(label)} ", style="dim")
    return Text(f"·{label}·")
