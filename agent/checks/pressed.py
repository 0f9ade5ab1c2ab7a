"""Which keys were pressed until now, which are awaited, which stay down."""

from __future__ import annotations

import dataclasses

from agent.checks import evdev, layouts
from agent.checks.layouts import Layout

STUCK_SECONDS = 3


@dataclasses.dataclass
class Pressed:
    """What was pressed until now. `held`: since when a key is down."""

    layout: Layout
    keypad: bool
    silent: frozenset[int] = frozenset()
    seen: set[int] = dataclasses.field(default_factory=set)
    held: dict[int, float] = dataclasses.field(default_factory=dict)
    device: evdev.Input | None = None
    last: int = 0
    is_over: bool = False

    @property
    def expected(self) -> frozenset[int]:
        return self.layout.keys(self.keypad) - self.silent

    @property
    def missing(self) -> list[int]:
        codes = self.expected - self.seen
        return layouts.in_order(codes, self.layout, self.keypad)

    @property
    def has_way_out(self) -> bool:
        """Whether Escape works, and can mean nothing but the end any more."""
        return layouts.ESCAPE in self.seen

    def take(self, event: evdev.Event, now: float) -> bool:
        """Whether a key of the keyboard under test went down: the first that was.

        A key that was stuck before anybody listened only ever repeats itself.
        """
        is_other = event.kind != evdev.KEY or self.device not in (None, event.device)
        if is_other or self.is_over:
            return False
        if event.value == evdev.PRESSED:
            self.device = event.device
            self.press(event.code, now)
        elif event.value == evdev.REPEATED:
            self.held.setdefault(event.code, now)
        elif event.value == evdev.RELEASED:
            self.held.pop(event.code, None)
        return event.value == evdev.PRESSED

    def press(self, code: int, now: float) -> None:
        """Escape ends the test once it was seen itself; where it is dead, Enter twice."""
        is_twice = code == self.last == layouts.ENTER
        self.is_over |= is_twice or (code == layouts.ESCAPE and self.has_way_out)
        self.last = code
        self.seen.add(code)
        self.held[code] = now

    def stuck(self, now: float) -> list[int]:
        held = {
            code for code, since in self.held.items() if now - since > STUCK_SECONDS
        }
        return layouts.in_order(held, self.layout, self.keypad)
