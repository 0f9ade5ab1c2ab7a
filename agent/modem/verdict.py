"""What a try of a line is worth, and the one sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from agent.connected import Driver, PinEnd, Standing, Verdict
from agent.words import Words

if TYPE_CHECKING:
    from agent.modem.trying import Way

FAINT_PERCENT = 5

SENTENCES: Final[Mapping[Verdict, str]] = {
    Verdict.WORKS: "The line works: the server’s page came over {operator}.",
    Verdict.NO_MODEM: "No modem is seen: plug it in, or another one.",
    Verdict.LABELS_ONLY: "This modem cannot be asked: read its label and its card’s.",
    Verdict.NO_CARD: "There is no card in the modem, or it sits badly.",
    Verdict.CARD_UNREAD: "The number of the card cannot be read: compare its label.",
    Verdict.OTHER_CARD: (
        "Another card is in the modem: {found} instead of the pack’s. Nothing was tried "
        "with it."
    ),
    Verdict.NOT_INSTALLED: "The connection could not be written down: {why}",
    Verdict.NO_NETWORK: "The modem finds no network that takes this card.",
    Verdict.NO_SIGNAL: "The modem hears no network here: try nearer to a window.",
    Verdict.NO_ADDRESS: "The network takes the card, but gives no address: check the APN.",
    Verdict.NO_NAMES: "There is an address, but the server’s name is not found.",
    Verdict.NO_PAGE: (
        "The line is up, but the server’s page does not come: is there credit on the "
        "card?"
    ),
    Verdict.NOT_TRIED: (
        "The card fits and the connection is written down, but nothing on this machine "
        "dials: ModemManager does not have this modem."
    ),
    Verdict.UNKNOWN: "The server names no card for this machine.",
}
LOCKED: Final[Mapping[PinEnd, str]] = {
    PinEnd.REFUSED: "The card refused the PIN that the server has. It is not tried again.",
    PinEnd.UNANSWERED: "The modem did not say what became of the PIN. It is not tried again.",
    PinEnd.NOT_GIVEN: "The card asks for its PIN, and the server gave none.",
    PinEnd.TRIED_BEFORE: (
        "This PIN was already tried with this card on this machine. It is not tried again."
    ),
    PinEnd.TRIES_UNKNOWN: (
        "The modem does not say how many tries the card has left: the PIN is not tried."
    ),
    PinEnd.TRIES_FEW: (
        "Fewer than three tries are left on this card: the PIN is not tried."
    ),
    PinEnd.ASKS_FOR_PUK: (
        "The card asks for its PUK: it is unlocked by hand, in the operator’s own tool."
    ),
    PinEnd.OTHER_LOCK: "The modem or the card is locked in another way: {lock}.",
    PinEnd.UNKNOWN: "The record of tried PINs cannot be kept: {why}. Nothing was tried.",
}


def judge(way: Way, *, is_asked: bool) -> Verdict:
    """How far the line went."""
    seen = way.first
    if seen is None:
        return Verdict.NO_MODEM
    if seen.driver is Driver.LABELS or seen.trouble:
        return Verdict.LABELS_ONLY
    if not seen.has_card:
        return Verdict.NO_CARD
    if not is_asked:
        return Verdict.UNKNOWN
    if way.pin is PinEnd.CARD_UNREAD:
        return Verdict.CARD_UNREAD
    if way.matches is False:
        return Verdict.OTHER_CARD
    if way.installed:
        return _of_the_line(way)
    is_open = way.pin in (PinEnd.NOT_NEEDED, PinEnd.ACCEPTED)
    return Verdict.NOT_INSTALLED if is_open else Verdict.LOCKED


def _of_the_line(way: Way) -> Verdict:
    link, seen = way.link, way.first
    if link is None:
        return Verdict.NOT_TRIED
    if not link.up:
        percent = seen.signal_percent if seen else None
        if percent is not None and percent < FAINT_PERCENT:
            return Verdict.NO_SIGNAL
        is_taken = seen is not None and seen.is_registered
        return Verdict.NO_ADDRESS if is_taken else Verdict.NO_NETWORK
    if not link.address:
        return Verdict.NO_ADDRESS
    if not link.names:
        return Verdict.NO_NAMES
    return Verdict.WORKS if link.page else Verdict.NO_PAGE


def sentence(verdict: Verdict, way: Way, words: Words) -> str:
    seen = way.first
    if verdict is Verdict.LOCKED:
        said = LOCKED[way.pin]
    elif verdict is Verdict.LABELS_ONLY and seen and seen.trouble:
        said = "The modem does not answer ({why}): read its label and its card’s."
    elif verdict is Verdict.NO_NETWORK and seen and seen.standing is Standing.DENIED:
        said = "The network refuses this card: is it activated?"
    elif verdict is Verdict.NO_ADDRESS and seen and seen.standing is Standing.ROAMING:
        said = "The card is abroad here, and abroad it is not used."
    else:
        said = SENTENCES[verdict]
    return words(
        said,
        operator=(seen.operator if seen else "") or words("the modem"),
        found=seen.card.digits if seen and seen.card else "",
        lock=seen.lock if seen else "",
        why=way.why or (seen.trouble if seen else ""),
    )
