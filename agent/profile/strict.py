"""What may stand in a signed description: known words only, and nothing repaired."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Self

from agent.kinds import UNFIT, Kind, Malformed, Shape
from agent.message import Message, kinds

# Line breaks and tabs are the only control characters of a text of several lines.
_UNFIT_IN_LINES: Final = re.compile(f"(?![\n\t]){UNFIT.pattern}")


class Strict(Message):
    """A message that refuses a key it does not know, instead of passing over it."""

    @classmethod
    def from_json(cls, raw: Any, where: str = "") -> Self:
        for name in raw if isinstance(raw, dict) else ():
            if name not in kinds(cls):
                raise Malformed(_path(where, str(name)), "is not known")
        return super().from_json(raw, where)


class Exact(Kind):
    """A text of 1 to `cap` characters that is refused where it would be made fit."""

    def __init__(self, cap: int, *, lines: bool = False, least: int = 1) -> None:
        self.cap = cap
        self.least = least
        self._unfit = _UNFIT_IN_LINES if lines else UNFIT

    def fit(self, value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise Malformed(where, "is not a text")
        if not self.least <= len(value) <= self.cap:
            raise Malformed(where, f"is not {self.least} to {self.cap} characters")
        if self._unfit.search(value):
            raise Malformed(where, "holds a character that no text may hold")
        return value


def _path(where: str, name: str) -> str:
    return f"{where}.{name[:40]}" if where else name[:40]


Slug = Annotated[str, Shape("[a-z0-9]+(?:-[a-z0-9]+){0,9}", "a short name")]
Label = Annotated[str, Exact(120)]
Text = Annotated[str, Exact(500)]
Url = Annotated[
    str,
    Shape(
        r"(?:https?://[A-Za-z0-9.:\[\]-]+(?:/[!#-;=?-\[\]_a-z~]{0,480})?"
        r"|file:///(?!.*\.\.)[A-Za-z0-9._/-]{1,200})",
        "a web address, or a file of the machine",
    ),
]


class Title(Strict):
    """The same words in both languages of the screen."""

    fr: Label
    en: Label
