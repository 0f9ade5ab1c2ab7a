"""Whether a PIN may be said to a card, and saying it: once, and never a second time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from agent.connected import PinEnd
from agent.modem.ledger import Came, Ledger
from agent.modem.parse.iccid import Iccid
from agent.modem.seen import Seen

TRIES = 3  # all that a card has: with fewer, somebody has been wrong already
PIN = re.compile("[0-9]{4,8}")

# Says a PIN once: whether it was taken, None where the modem did not say.
Enter = Callable[[str], bool | None]


class Given(NamedTuple):
    """The card that is in the pack, and its PIN where the server gave one."""

    card: Iccid
    pin: str = ""


def unlock(seen: Seen, given: Given, ledger: Ledger, enter: Enter) -> PinEnd:
    """Say the PIN where that is safe; otherwise say nothing to the card at all.

    Raises OSError or Malformed, before anything is said, where the ledger fails.
    """
    if why := why_not(seen, given, ledger):
        return why
    ledger.trying(given.card, given.pin)
    is_taken = enter(given.pin)
    if is_taken is None:
        return PinEnd.UNANSWERED
    ledger.tried(given.card, given.pin, Came.ACCEPTED if is_taken else Came.REFUSED)
    return PinEnd.ACCEPTED if is_taken else PinEnd.REFUSED


def why_not(seen: Seen, given: Given, ledger: Ledger) -> PinEnd | None:
    """Why no PIN is said; None where it may be, this once."""
    if seen.card is None:
        return PinEnd.CARD_UNREAD
    if not seen.card.is_same(given.card):
        return PinEnd.OTHER_CARD
    if seen.lock == "none":
        return PinEnd.NOT_NEEDED
    if seen.lock == "sim-puk":
        return PinEnd.ASKS_FOR_PUK
    if seen.lock != "sim-pin":
        return PinEnd.OTHER_LOCK
    if not PIN.fullmatch(given.pin):
        return PinEnd.NOT_GIVEN
    if ledger.came(given.card, given.pin) is not None:
        return PinEnd.TRIED_BEFORE
    if seen.tries.pin is None:
        return PinEnd.TRIES_UNKNOWN
    return PinEnd.TRIES_FEW if seen.tries.pin < TRIES else None
