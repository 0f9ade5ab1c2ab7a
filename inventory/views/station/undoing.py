"""Taking back: the newest act of this person at this station, for ten minutes."""

from __future__ import annotations

from functools import partial

from inventory import actions
from inventory.actions.undo import is_recent
from inventory.cards import Said
from inventory.models import Scan
from inventory.views.station.asking import Ask

# An undo reaches back as far as ten minutes of scanning do.
_FAR_BACK = 200


def undo_newest(ask: Ask) -> None:
    """Take back the newest act that was not taken back already."""
    scan = _newest_act(ask)
    if scan is None:
        ask.say(Said.NOTHING_TO_UNDO)
    else:
        undo(ask, scan)


def undo(ask: Ask, scan: Scan) -> None:
    """Take back the act of one scan, or keep why that is refused."""
    device, event = scan.device, scan.event
    if device is None or event is None:
        return ask.say(Said.NOTHING_TO_UNDO)
    act = partial(actions.undo_last, device=device, event=event)
    ask.attempt(act, device=device)
    return None


def _newest_act(ask: Ask) -> Scan | None:
    """Passes over what was taken back; stops at an act that cannot be."""
    scans = Scan.objects.visible_to(ask.user).at_station(ask.by.station)
    undone: set[tuple[int, int]] = set()
    for scan in scans.exclude(event=None)[:_FAR_BACK]:
        event = scan.event
        if event is None:
            continue
        if event.verb == "undone":
            undone.add((event.subject_id, event.data["undone"]))
        elif (event.subject_id, event.sequence) not in undone:
            return scan if is_recent(scan) else None
    return None
