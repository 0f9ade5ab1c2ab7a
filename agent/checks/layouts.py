"""Which keys a keyboard has, where they are, and what is printed on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator

# Codes of linux/input-event-codes.h. The numbers of a row are mostly consecutive.
ESCAPE, ENTER, SPACE, BACKSPACE, TAB, CAPS = 1, 28, 57, 14, 15, 58
LEFT_SHIFT, RIGHT_SHIFT, LEFT_CTRL = 42, 54, 29
LEFT_ALT, RIGHT_ALT, LEFT_META, EXTRA = 56, 100, 125, 86
UP, LEFT, RIGHT, DOWN = 103, 105, 106, 108
INSERT, DELETE, HOME, END, PAGE_UP, PAGE_DOWN = 110, 111, 102, 107, 104, 109
FUNCTIONS = (*range(59, 69), 87, 88)

NAMED = {
    ESCAPE: "Esc",
    ENTER: "Enter",
    SPACE: "Space",
    BACKSPACE: "<--",
    TAB: "Tab",
    CAPS: "Caps",
    LEFT_SHIFT: "Shift",
    RIGHT_SHIFT: "Shift",
    LEFT_CTRL: "Ctrl",
    LEFT_ALT: "Alt",
    RIGHT_ALT: "AltGr",
    LEFT_META: "Super",
    UP: "↑",
    LEFT: "←",
    RIGHT: "→",
    DOWN: "↓",
    INSERT: "Ins",
    DELETE: "Del",
    HOME: "Home",
    END: "End",
    PAGE_UP: "PgUp",
    PAGE_DOWN: "PgDn",
    **{code: f"F{n}" for n, code in enumerate(FUNCTIONS, start=1)},
}
KEYPAD = {
    69: "Num",
    98: "/",
    55: "*",
    74: "-",
    71: "7",
    72: "8",
    73: "9",
    78: "+",
    75: "4",
    76: "5",
    77: "6",
    79: "1",
    80: "2",
    81: "3",
    96: "Enter",
    82: "0",
    83: ".",
}
# Of these one or two may be weak, or not be there at all on a small laptop.
SPARE = frozenset(
    {*FUNCTIONS, *KEYPAD, CAPS, RIGHT_SHIFT, LEFT_META, INSERT, HOME, END}
) | {PAGE_UP, PAGE_DOWN}
# A terminal is told only of keys that write something.
SILENT = frozenset({LEFT_SHIFT, RIGHT_SHIFT, LEFT_CTRL, LEFT_ALT, RIGHT_ALT})
SILENT |= {LEFT_META, CAPS, 69}


@dataclasses.dataclass(frozen=True)
class Layout:
    """A keyboard's rows as they are printed, without and with Shift."""

    name: str
    digits: str
    upper: str
    middle: str
    lower: str
    shifted: tuple[str, str, str, str]

    @property
    def has_extra_key(self) -> bool:
        """The key between the left Shift and its neighbour, on European boards."""
        return len(self.lower) == 11

    def rows(self, keypad: bool) -> list[list[int]]:
        """The codes as they stand on the keyboard, row by row."""
        rows = [
            [ESCAPE, *FUNCTIONS],
            [*self._codes(0), BACKSPACE],
            [TAB, *self._codes(1)],
            [CAPS, *self._codes(2), ENTER],
            [LEFT_SHIFT, *self._codes(3), RIGHT_SHIFT],
            [LEFT_CTRL, LEFT_META, LEFT_ALT, SPACE, RIGHT_ALT],
            [UP, LEFT, DOWN, RIGHT, INSERT, DELETE, HOME, END, PAGE_UP, PAGE_DOWN],
        ]
        return [*rows, list(KEYPAD)] if keypad else rows

    def keys(self, keypad: bool) -> frozenset[int]:
        return frozenset(code for row in self.rows(keypad) for code in row)

    def label(self, code: int) -> str:
        return self._labels.get(code) or KEYPAD.get(code) or f"#{code}"

    def code_of(self, typed: str) -> int | None:
        """The key that writes a character, or that a terminal calls by a name."""
        for row, printed in enumerate(self._printed):
            for characters in (printed, self.shifted[row], printed.upper()):
                if len(typed) == 1 and typed in characters:
                    return self._codes(row)[characters.index(typed)]
        return TYPED.get(typed)

    @property
    def _printed(self) -> tuple[str, str, str, str]:
        return (self.digits, self.upper, self.middle, self.lower)

    @property
    def _labels(self) -> dict[int, str]:
        return NAMED | dict(self._labelled())

    def _labelled(self) -> Iterator[tuple[int, str]]:
        for row, printed in enumerate(self._printed):
            yield from zip(self._codes(row), printed, strict=True)

    def _codes(self, row: int) -> list[int]:
        return [
            [41, *range(2, 14)],
            [*range(16, 28), *([] if self.has_extra_key else [43])],
            [*range(30, 41), *([43] if self.has_extra_key else [])],
            [*([EXTRA] if self.has_extra_key else []), *range(44, 54)],
        ][row]


TYPED = {
    "escape": ESCAPE,
    "enter": ENTER,
    "space": SPACE,
    "backspace": BACKSPACE,
    "tab": TAB,
    "up": UP,
    "left": LEFT,
    "right": RIGHT,
    "down": DOWN,
    "insert": INSERT,
    "delete": DELETE,
    "home": HOME,
    "end": END,
    "pageup": PAGE_UP,
    "pagedown": PAGE_DOWN,
    **{f"f{n}": code for n, code in enumerate(FUNCTIONS, start=1)},
}

AZERTY = Layout(
    name="AZERTY",
    digits="²&é\"'(-è_çà)=",
    upper="azertyuiop^$",
    middle="qsdfghjklmù*",
    lower="<wxcvbn,;:!",
    shifted=("~1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%µ", ">WXCVBN?./§"),
)
QWERTY_US = Layout(
    name="QWERTY US",
    digits="`1234567890-=",
    upper="qwertyuiop[]\\",
    middle="asdfghjkl;'",
    lower="zxcvbnm,./",
    shifted=("~!@#$%^&*()_+", "QWERTYUIOP{}|", 'ASDFGHJKL:"', "ZXCVBNM<>?"),
)
QWERTY_UK = Layout(
    name="QWERTY UK",
    digits="`1234567890-=",
    upper="qwertyuiop[]",
    middle="asdfghjkl;'#",
    lower="\\zxcvbnm,./",
    shifted=('¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?"),
)
LAYOUTS = (AZERTY, QWERTY_US, QWERTY_UK)


def in_order(codes: Iterable[int], layout: Layout, keypad: bool) -> list[int]:
    """The same keys in the order in which they stand on the keyboard."""
    wanted = set(codes)
    return [code for row in layout.rows(keypad) for code in row if code in wanted]
