"""A wedge scanner: keys pressed in a real browser, at the places of a US keyboard.

What appears depends on the layout of the computer: on a French one, a scanner left
on its US layout types `PC)àà'é&è)W` for `PC-004217-W`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page

US_ROWS = {
    "Backquote": "`~",
    "Minus": "-_",
    "Equal": "=+",
    "BracketLeft": "[{",
    "BracketRight": "]}",
    "Backslash": "\\|",
    "Semicolon": ";:",
    "Quote": "'\"",
    "Comma": ",<",
    "Period": ".>",
    "Slash": "/?",
    "Space": "  ",
} | {f"Digit{n}": f"{n}{')!@#$%^&*('[n]}" for n in range(10)}
FRENCH_ROWS = {
    "Backquote": "²²",
    "Minus": ")°",
    "Equal": "=+",
    "BracketLeft": "^¨",
    "BracketRight": "$£",
    "Backslash": "*µ",
    "Semicolon": "mM",
    "Quote": "ù%",
    "Comma": ";.",
    "Period": ":/",
    "Slash": "!§",
    "Space": "  ",
    "KeyM": ",?",
    "KeyA": "qQ",
    "KeyQ": "aA",
    "KeyZ": "wW",
    "KeyW": "zZ",
} | {f"Digit{n}": f"{sign}{n}" for n, sign in enumerate("à&é\"'(-è_ç")}
SHIFT = 8
FAST = 0.008  # seconds between two keys of a scanner
SLOW = 0.150  # of a person, or of a scanner told to be patient


@dataclass(frozen=True)
class Key:
    code: str
    shift: bool
    text: str


def keys(text: str, *, french: bool) -> Iterator[Key]:
    """The keys a US scanner presses for `text`, and what each types."""
    for character in text:
        code, shift = _place(character)
        shown = US_ROWS.get(code, f"{code[-1].lower()}{code[-1]}")
        if french:
            shown = FRENCH_ROWS.get(code, shown)
        yield Key(code, shift, shown[1] if shift else shown[0])


def _place(character: str) -> tuple[str, bool]:
    if character.isascii() and character.isalpha():
        return f"Key{character.upper()}", character.isupper()
    for code, row in US_ROWS.items():
        if character in row:
            return code, row.index(character) == 1
    message = f"a US scanner has no key for {character!r}"
    raise ValueError(message)


class Scanner:
    """Types into whatever has the focus, like the real thing."""

    def __init__(
        self, page: Page, *, french: bool = False, gap: float = FAST, end: str = "Enter"
    ) -> None:
        self.page = page
        self.french = french
        self.gap = gap
        self.end = end
        self.wire = page.context.new_cdp_session(page)

    def scan(self, text: str) -> None:
        # The moment is part of the event: speed does not depend on this machine's.
        moment = time.time()
        for key in keys(text, french=self.french):
            self._press(key, moment)
            moment += self.gap
        self._end(moment)

    def _press(self, key: Key, moment: float) -> None:
        event = {
            "code": key.code,
            "key": key.text,
            "modifiers": SHIFT if key.shift else 0,
            "timestamp": moment,
        }
        self.wire.send(
            "Input.dispatchKeyEvent", {"type": "keyDown", "text": key.text, **event}
        )
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    def _end(self, moment: float) -> None:
        number = {"Enter": 13, "Tab": 9}[self.end]
        event = {
            "code": self.end,
            "key": self.end,
            "windowsVirtualKeyCode": number,
            "timestamp": moment,
        }
        text = {"text": "\r"} if self.end == "Enter" else {}
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyDown", **event, **text})
        self.wire.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
