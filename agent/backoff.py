"""How long to leave a server alone that could not be heard."""

from __future__ import annotations

from collections.abc import Callable

FIRST_SECONDS = 5.0
LONGEST_SECONDS = 900.0
LONGEST_ASKED_SECONDS = 3600.0


class Backoff:
    """Any moment up to a bound that doubles from 5 seconds to 15 minutes.

    Full jitter: the machines of a room do not come back in the same second. What a
    server asks for is waited in full, and a little more for the same reason.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._failures = 0

    def failed(self, asked_seconds: int | None = None) -> float:
        """Seconds to wait after one more failure."""
        if asked_seconds is not None:
            asked = min(float(asked_seconds), LONGEST_ASKED_SECONDS)
            return asked + FIRST_SECONDS * self._random()
        bound = min(LONGEST_SECONDS, FIRST_SECONDS * (1 << self._failures))
        if bound < LONGEST_SECONDS:
            self._failures += 1
        return bound * self._random()

    def succeeded(self) -> None:
        self._failures = 0
