"""The line that a pack brings: which card belongs in it, and what came of trying it."""

from __future__ import annotations

import enum
from typing import Annotated, Final

from agent.fields import Count, Line, Name, Percent, Sentence, Tag, Word
from agent.kinds import AtMost, Number, Shape
from agent.message import Message

CONNECTIVITY_PATH: Final = "/api/agent/v1/connectivity/"

MAX_MODEMS: Final = 8

# A card's number as it is printed: 18 to 20 characters. Some operators count their
# cards in hexadecimal.
CardNumber = Annotated[str, Shape("89[0-9]{4}[0-9A-F]{12,14}", "a card's number")]
Pin = Annotated[str, Shape("[0-9]{4,8}", "a PIN", is_secret=True)]
Password = Annotated[
    str, Shape("[^\x00-\x1f\x7f]{0,128}", "a password", is_secret=True)
]


class Driver(enum.StrEnum):
    """How a modem was asked. `labels`: it cannot be; what it is stands on its label."""

    LABELS = "labels"
    MODEMMANAGER = "modemmanager"
    AT = "at"
    UNKNOWN = "unknown"


class Standing(enum.StrEnum):
    """How a modem stands with the networks around it."""

    HOME = "home"
    ROAMING = "roaming"
    SEARCHING = "searching"
    DENIED = "denied"
    IDLE = "idle"
    UNKNOWN = "unknown"


class PinEnd(enum.StrEnum):
    """What came of the card's PIN, or why nothing was said to the card."""

    NOT_NEEDED = "not_needed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    OTHER_CARD = "other_card"
    CARD_UNREAD = "card_unread"
    NOT_GIVEN = "not_given"
    TRIED_BEFORE = "tried_before"
    TRIES_UNKNOWN = "tries_unknown"
    TRIES_FEW = "tries_few"
    ASKS_FOR_PUK = "asks_for_puk"
    OTHER_LOCK = "other_lock"
    UNKNOWN = "unknown"


class Verdict(enum.StrEnum):
    """What the line is worth. Only `works` means that the server was reached by it."""

    WORKS = "works"
    NO_MODEM = "no_modem"
    LABELS_ONLY = "labels_only"
    NO_CARD = "no_card"
    CARD_UNREAD = "card_unread"
    OTHER_CARD = "other_card"
    LOCKED = "locked"
    NOT_INSTALLED = "not_installed"
    NO_NETWORK = "no_network"
    NO_SIGNAL = "no_signal"
    NO_ADDRESS = "no_address"
    NO_NAMES = "no_names"
    NO_PAGE = "no_page"
    NOT_TRIED = "not_tried"
    UNKNOWN = "unknown"


class Asks(enum.StrEnum):
    """How an operator asks who is there: `any` is left to the two to agree upon."""

    ANY = "any"
    NONE = "none"
    PAP = "pap"
    CHAP = "chap"
    UNKNOWN = "unknown"


class Addresses(enum.StrEnum):
    """Which addresses an operator gives."""

    BOTH = "ipv4v6"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    UNKNOWN = "unknown"


class Connectivity(Message):
    """What the pack's card needs. `pin` only where the policy asks for it, never a PUK.

    `page` is the server's own page, to be fetched over the line.
    """

    iccid: CardNumber
    apn: Word
    username: Word = ""
    password: Password = ""
    auth: Asks = Asks.ANY
    ip_type: Addresses = Addresses.BOTH
    pin: Pin | None = None
    home_only: bool = True
    metered: bool = True
    page: Sentence = ""


class CardSeen(Message):
    """The card in a modem. `unread`: why what was read is no card's number.

    `lock` in ModemManager's words: `none`, `sim-pin`, `sim-puk`, `absent` and so on.
    """

    iccid: CardNumber | None = None
    luhn: bool | None = None
    unread: Tag = ""
    lock: Tag = "unknown"
    pin_tries: Count | None = None
    puk_tries: Count | None = None


class ModemSeen(Message):
    """One modem, with what it says of itself, of its card and of its network."""

    driver: Driver
    id: Tag = ""
    make: Name = ""
    model: Name = ""
    revision: Line = ""
    imei: Word = ""
    card: CardSeen = CardSeen()
    standing: Standing = Standing.UNKNOWN
    operator: Name = ""
    technology: Word = ""
    signal_dbm: Annotated[int, Number(-200, 0)] | None = None
    signal_percent: Percent | None = None


class LinkTest(Message):
    """What was tried over the line, in this order; None from where it broke off.

    `bytes` is what the network card counted, both ways.
    """

    interface: Tag = ""
    up: bool = False
    address: bool | None = None
    names: bool | None = None
    page: bool | None = None
    status: Annotated[int, Number(0, 999)] | None = None
    bytes: Count = 0
    ms: Count = 0


class Connection(Message):
    """What came of one look at the modems, and of trying the pack's card.

    `expected` is the number of the card that the server named; `matches`: whether it
    is the one in the modem, None where that could not be told. `modems` begins with
    the one that was tried. `sentence` says the verdict to people.
    """

    expected: CardNumber | None = None
    matches: bool | None = None
    modems: Annotated[tuple[ModemSeen, ...], AtMost(MAX_MODEMS)] = ()
    pin: PinEnd = PinEnd.UNKNOWN
    installed: bool = False
    link: LinkTest | None = None
    verdict: Verdict
    sentence: Sentence = ""
