"""What the tests say, in French and in English; the sentences are in french.py."""

from __future__ import annotations

import dataclasses
import enum

from agent.words import Words


@dataclasses.dataclass(frozen=True)
class Spoken(Words):
    """The agent's words, and those of the tests, loaded only when one is said."""

    def __call__(self, message: str, **facts: object) -> str:
        if self.is_french:
            from agent.checks.french import FRENCH

            if message in FRENCH:
                return FRENCH[message].format(**facts)
        return super().__call__(message, **facts)

    def of(self, code: enum.StrEnum) -> str:
        """The name of a test or of a result, else a word of the wire."""
        from agent.checks.french import NAMES

        if type(code) in NAMES:
            return NAMES[type(code)][code.value][self.is_french]
        return super().of(code)
