"""Sweep and click on the touchpad until every zone and every button has answered."""

from __future__ import annotations

import dataclasses

from agent.checks import evdev
from agent.checks.bench import Found
from agent.checks.desk import Desk
from agent.vocabulary import Result

X, Y = 0, 1
MT_X, MT_Y = 53, 54
LEFT_BUTTON, RIGHT_BUTTON = 272, 273
FINGER = 325
POINTER, BUTTON_PAD = 0, 2
LOOK_SECONDS = 0.2
# Of the width that the finger has been seen to use.
SIDE = 0.35
LEAST_SWEEP = 200


@dataclasses.dataclass
class Touched:
    """What has answered until now. Places are in the pad's own units."""

    is_pad: bool
    horizontal: list[int] = dataclasses.field(default_factory=list)
    vertical: list[int] = dataclasses.field(default_factory=list)
    clicks: set[int] = dataclasses.field(default_factory=set)
    clicked_at: list[int] = dataclasses.field(default_factory=list)

    def take(self, event: evdev.Event) -> None:
        if event.kind == evdev.ABS:
            places = {X: self.horizontal, Y: self.vertical}
            places |= {MT_X: self.horizontal, MT_Y: self.vertical}
            places.get(event.code, []).append(event.value)
        elif event.kind == evdev.REL and event.code in (X, Y):
            sweep = self.vertical if event.code == Y else self.horizontal
            sweep += [(sweep or [0])[-1], (sweep or [0])[-1] + event.value]
        elif event.kind == evdev.KEY and event.value == evdev.PRESSED:
            self._click(event.code)

    def _click(self, button: int) -> None:
        if button in (LEFT_BUTTON, RIGHT_BUTTON):
            self.clicks.add(button)
            self.clicked_at += self.horizontal[-1:]

    def answered(self) -> dict[str, bool]:
        """What is asked of it, and whether it was done."""
        left, right = self._zones()
        return {
            "sweep from side to side": spread(self.horizontal) >= LEAST_SWEEP,
            "sweep up and down": spread(self.vertical) >= LEAST_SWEEP,
            "click on the left": left,
            "click on the right": right,
        }

    def _zones(self) -> tuple[bool, bool]:
        """Buttons where there are two; a pad that is one button, by where it is hit."""
        if not self.is_pad:
            return LEFT_BUTTON in self.clicks, RIGHT_BUTTON in self.clicks
        width = spread(self.horizontal)
        low = min(self.horizontal, default=0)
        shares = [(each - low) / max(1, width) for each in self.clicked_at]
        return any(s < SIDE for s in shares), any(s > 1 - SIDE for s in shares)


def spread(places: list[int]) -> int:
    return max(places, default=0) - min(places, default=0)


def is_touchpad(device: evdev.Input) -> bool:
    """A pad by its fingers; an old one looks like a mouse and says so in its name."""
    by_finger = FINGER in device.keys and X in device.absolute
    named = any(
        word in device.name.lower() for word in ("touchpad", "trackpad", "glide")
    )
    return by_finger or (named and LEFT_BUTTON in device.keys)


def touchpad(desk: Desk) -> Found:
    words = desk.words
    found = [each for each in evdev.inputs(desk.bench.around) if is_touchpad(each)]
    if not found:
        return Found(Result.NOT_TESTED, words("No touchpad is seen."), {"touchpads": 0})
    touched = Touched(is_pad=BUTTON_PAD in found[0].properties)
    with evdev.ears(found[:1]) as ears:
        _draw(touched, desk)
        before = touched.answered()
        while not all(before.values()):
            for event in ears.listen(LOOK_SECONDS):
                touched.take(event)
            if touched.answered() != before:
                before = touched.answered()
                _draw(touched, desk)
            if desk.heed(0) == "1":
                break
    return judge(touched, desk)


def judge(touched: Touched, desk: Desk) -> Found:
    words = desk.words
    answered = touched.answered()
    missing = [words(what) for what, is_done in answered.items() if not is_done]
    numbers = {"asked": len(answered), "answered": len(answered) - len(missing)}
    if not missing:
        return Found(
            Result.PASS, words("Both sweeps and both clicks answered."), numbers
        )
    reason = words(
        "The touchpad did not answer to: {missing}.", missing=", ".join(missing)
    )
    return Found(Result.FAIL, reason, numbers)


def _draw(touched: Touched, desk: Desk) -> None:
    words = desk.words
    lines = [
        f"  {'[x]' if is_done else '[ ]'} {words(what)}"
        for what, is_done in touched.answered().items()
    ]
    desk.show(
        words("Touchpad"),
        words("Do with your finger:"),
        *lines,
        "",
        f"  [1] {words('the rest does not answer')}",
        f"  [s] {words('skip: not tested')}",
        f"  [q] {words('stop here, go on later')}",
    )
