"""What the agent says to people, in French and in English.

The English sentence is the message's own name, as in the rest of the product; the
catalogues are dictionaries, because the agent travels without compiled ones.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping

from agent.spoken import (
    connecting,
    erasing,
    installing,
    looking,
    options,
    scanning,
    serving,
)
from agent.spoken.codes import CODES

FRENCH = {
    **serving.FRENCH,
    **options.FRENCH,
    **looking.FRENCH,
    **erasing.FRENCH,
    **scanning.FRENCH,
    **connecting.FRENCH,
    **installing.FRENCH,
}


@dataclasses.dataclass(frozen=True)
class Words:
    """One language: call it with a sentence, ask `of` for a word of the wire."""

    is_french: bool

    def __call__(self, message: str, **facts: object) -> str:
        known = FRENCH[message] if self.is_french else message
        return known.format(**facts)

    def of(self, code: enum.StrEnum) -> str:
        return CODES[type(code)][code.value][self.is_french]

    def size(self, size_bytes: int) -> str:
        """A drive's size as it is printed on it: powers of a thousand."""
        power = next((p for p in (4, 3, 2) if size_bytes >= 1000**p), 1)
        return self._in_units(size_bytes / 1000**power, "_kMGT"[power])

    def memory(self, size_bytes: int) -> str:
        """Memory as it is sold: powers of 1024, called by the same names."""
        return self._in_units(size_bytes / 2**30, "G")

    def decimal(self, number: float) -> str:
        """With one decimal, after a point or a comma."""
        digits = f"{number:.1f}"
        return digits.replace(".", ",") if self.is_french else digits

    def _in_units(self, number: float, prefix: str) -> str:
        shown = f"{number:.0f}" if number >= 10 else self.decimal(number)
        return f"{shown}\u202f{prefix}{'o' if self.is_french else 'B'}"


def words_for(environment: Mapping[str, str]) -> Words:
    """The language of the session (POSIX: LC_ALL before LC_MESSAGES before LANG)."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "")
    return Words(is_french=chosen.lower().startswith("fr"))


def words_in(language: str) -> Words:
    """The language that a server asked for; French where it named none."""
    return Words(is_french=not language.lower().startswith("en"))
