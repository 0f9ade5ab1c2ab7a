"""The answers of the scan station, drawn from the scans that were kept."""

from inventory.cards.card import Card
from inventory.cards.kinds import Kind
from inventory.cards.session import SHOWN, SessionList
from inventory.cards.words import Said

__all__ = ["SHOWN", "Card", "Kind", "Said", "SessionList"]
