"""A place or a drive in a mode that has no use for it."""

from __future__ import annotations

from inventory.cards import Kind
from inventory.models import Place, StationMode, StorageDrive
from inventory.views.station.asking import Ask


def misplaced(ask: Ask, thing: Place | StorageDrive) -> None:
    """Say so, and what would have been of use; nothing changes."""
    what = "place" if isinstance(thing, Place) else "drive"
    if what == "place" and ask.mode == StationMode.ERASURE:
        what = "place_for_drive"
    ask.attention(Kind.MISPLACED, thing=what, name=str(thing), tag=thing.tag or "")
