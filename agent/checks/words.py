"""What the tests say, in French and in English; the sentences are in french.py."""

from __future__ import annotations

import dataclasses

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
