"""How long a pass will still take, from what its steps usually cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from agent.profile import Title
from agent.profile.steps import Step, StepKind

# Seconds on a machine of ten years, where nothing better is known.
_USUAL: Final[Mapping[StepKind, float]] = {
    StepKind.APT: 180,
    StepKind.FLATPAK: 240,
    StepKind.KOLIBRI: 600,
    StepKind.KIWIX: 30,
    StepKind.LOCALE: 30,
    StepKind.PRINTER: 20,
    StepKind.ARCHIVE: 15,
    StepKind.SCRIPT: 60,
    StepKind.NM_GSM: 30,
}
_OTHERS: Final = 2.0
_BYTES_PER_SECOND: Final = 20 * 10**6


class Point(NamedTuple):
    """Where a pass is: the n-th of N steps, percent of the whole, seconds left."""

    phase: str  # `look`, `fetch`, `step`
    number: int
    total: int
    title: Title | None
    kind: str
    percent: int
    seconds_left: int | None


Told = Callable[[Point], None]


class Pace:
    """Counts down what is to be done; what is usual is scaled by what it takes here."""

    def __init__(
        self,
        steps: Sequence[Step],
        fetch_bytes: int,
        told: Told,
        monotonic: Callable[[], float],
    ) -> None:
        self._steps = steps
        self._cost = [_USUAL.get(step.kind, _OTHERS) for step in steps]
        self._fetch = fetch_bytes / _BYTES_PER_SECOND
        self._fetch_bytes = fetch_bytes
        self._told = told
        self._monotonic = monotonic
        self._began = monotonic()

    def looking(self, number: int) -> None:
        self._say("look", number, 0, None)

    def fetched(self, count: int) -> None:
        """So many bytes of the files are there by now."""
        share = min(count, self._fetch_bytes) / max(1, self._fetch_bytes)
        self._say("fetch", 0, *self._left(share * self._fetch))

    def at(self, number: int, percent: int = 0) -> None:
        """The step of this place (from 0) is so far."""
        before = self._fetch + sum(self._cost[:number])
        self._say(
            "step", number, *self._left(before + self._cost[number] * percent / 100)
        )

    def _left(self, done: float) -> tuple[int, int | None]:
        whole = self._fetch + sum(self._cost)
        spent = self._monotonic() - self._began
        pace = spent / done if done > 5 and spent > 5 else 1.0
        percent = min(99, int(100 * done / max(whole, 0.001)))
        return percent, max(0, round((whole - done) * pace))

    def _say(self, phase: str, number: int, percent: int, left: int | None) -> None:
        step = self._steps[number] if number < len(self._steps) else None
        self._told(
            Point(
                phase=phase,
                number=min(number + 1, len(self._steps)),
                total=len(self._steps),
                title=step.title if step else None,
                kind=step.kind.value if step else "",
                percent=percent,
                seconds_left=left,
            )
        )
