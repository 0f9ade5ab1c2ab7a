"""What a modem says of the card in it: its number, its lock, the tries left."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple

from agent.modem.parse.answer import CARD, Answer
from agent.modem.parse.iccid import Iccid, iccid
from agent.modem.parse.values import flat, number

READ = (144, 145, 159)  # status words of a card that gave what was asked (TS 31.101)

# (PIN, PUK, PIN2, PUK2): at which place each counter stands after its tag.
PLACES: Final[Mapping[str, tuple[int, int | None, int | None, int | None]]] = {
    "^CPIN": (3, 2, 5, 4),
    "+UPINCNT": (0, 2, 1, 3),
    "+CPINC": (0, 2, 1, 3),
    "+XPINCNT": (0, 2, 1, 3),
    "+EPINC": (0, 2, 1, 3),
    "*EPIN": (0, 1, 2, 3),
    "+ZPINPUK": (0, 1, None, None),
    "+SPIC": (0, None, None, None),  # the others changed places between models
}
# Those that count for whichever code is asked at the moment.
OF_THE_PRESENT_CODE = ("^SPIC", "#PCT")
SAID_AFTER = {
    3: "sim-error",
    10: "absent",
    11: "sim-pin",
    12: "sim-puk",
    13: "sim-error",
    14: "busy",
    15: "sim-error",
    17: "sim-pin2",
    18: "sim-puk2",
}
IN_WORDS = {
    "SIM NOT INSERTED": "absent",
    "NOT INSERTED": "absent",
    "SIM PIN REQUIRED": "sim-pin",
    "SIM PUK REQUIRED": "sim-puk",
    "SIM FAILURE": "sim-error",
    "SIM WRONG": "sim-error",
    "SIM BUSY": "busy",
    "NOT READY": "busy",
}
NO_CARD = frozenset({3, 4, 10, 13})


class Code(enum.StrEnum):
    """The codes that a card counts tries for."""

    PIN = "pin"
    PUK = "puk"
    PIN2 = "pin2"
    PUK2 = "puk2"


class Tries(NamedTuple):
    """How often each code may still be tried. None where it is not said."""

    pin: int | None = None
    puk: int | None = None
    pin2: int | None = None
    puk2: int | None = None


def lock(answer: Answer) -> str:
    """What the card waits for: `none`, `sim-pin`, `sim-puk`, `ph-net-pin`, `absent`, …

    `unknown` where the answer does not say it.
    """
    for said in answer.about("+CPIN", "^CPIN"):
        words = (flat(said) or [""])[0].upper()
        if words == "READY":
            return "none"
        known = "-".join(words.lower().split())
        return IN_WORDS.get(words) or known or "unknown"
    if not answer.is_error:
        return "unknown"
    if answer.error_code is not None:
        return SAID_AFTER.get(answer.error_code, "unknown")
    return IN_WORDS.get(answer.final.partition(":")[2].strip().upper(), "unknown")


def has_no_card(answer: Answer) -> bool:
    """Whether an error means that no card is there, or that it cannot be asked so."""
    return answer.is_error and answer.error_code in NO_CARD


def tries(answer: Answer, lock: str = "sim-pin") -> Tries:
    """The counters of any vendor; those of one code only are taken for that `lock`'s."""
    for tag, places in PLACES.items():
        for said in answer.about(tag):
            counts = flat(said)
            found = (None if at is None else number(counts, at) for at in places)
            return Tries(*found)
    return _quectel(answer) or _standard(answer) or _of_the_present(answer, lock)


def _quectel(answer: Answer) -> Tries | None:
    """+QPINC: "SC",pin,puk and "P2",pin2,puk2."""
    found = {}
    for said in answer.about("+QPINC"):
        counts = flat(said)
        names = (Code.PIN2, Code.PUK2) if counts[0] == "P2" else (Code.PIN, Code.PUK)
        for place, name in enumerate(names, start=1):
            found[name.value] = number(counts, place)
    return Tries(**found) if found else None


def _standard(answer: Answer) -> Tries | None:
    """+CPINR: SIM PIN,left,of (TS 27.007 §8.65)."""
    found = {}
    for said in answer.about("+CPINR", "+CPINRE"):
        counts = flat(said)
        name = counts[0].upper().removeprefix("SIM ").lower()
        if name in tuple(Code):
            found[name] = number(counts, 1)
    return Tries(**found) if found else None


def _of_the_present(answer: Answer, lock: str) -> Tries:
    left = next(
        (number(flat(said), 0) for said in answer.about(*OF_THE_PRESENT_CODE)), None
    )
    return Tries(pin=left) if lock == "sim-pin" else Tries()


def card_number(answer: Answer) -> Iccid | None:
    """The card's number; None where none is given. Raises NotAnIccid.

    Modules with a built-in card say its EID after it, which is another number.
    """
    if status := answer.about("+CRSM"):
        return _from_file(status[-1])
    said = answer.about(*CARD) or answer.plain
    found = (flat(each)[0] for each in said if answer.final != "ERROR")
    first = next((each for each in found if each), "")
    return iccid(first) if first else None


def status_words(answer: Answer) -> tuple[int | None, int | None]:
    """What the card itself said of being read (SW1, SW2)."""
    said = flat((answer.about("+CRSM") or [""])[-1])
    return number(said, 0), number(said, 1)


def _from_file(said: str) -> Iccid | None:
    """EF_ICCID as +CRSM gives it. What a failed status brings along is no number."""
    each = flat(said)
    if number(each, 0) not in READ or len(each) < 3 or not each[2]:
        return None
    return iccid(each[2])
