"""What one person scanned at one station today."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from inventory.cards.card import Card
from inventory.models import Scan

SHOWN = 20


@dataclasses.dataclass(frozen=True)
class SessionList:
    """The newest scans, those that wait for an answer apart, and how many in all."""

    cards: Sequence[Card]
    total: int

    @classmethod
    def of(cls, scans: Sequence[Scan]) -> SessionList:
        """From the rows of `Scan.objects.listed_today`."""
        total = getattr(scans[0], "total", 0) if scans else 0
        return cls([Card(scan) for scan in scans], total)

    @property
    def waiting(self) -> list[Card]:
        return [card for card in self.cards if card.facts.get("open")]

    @property
    def answered(self) -> list[Card]:
        return [card for card in self.cards if not card.facts.get("open")]
