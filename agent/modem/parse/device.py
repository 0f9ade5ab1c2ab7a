"""What a modem says of itself, and what it says unasked."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.modem.parse.answer import Answer
from agent.modem.parse.values import flat, number

NAMED = re.compile(r"(Manufacturer|Model|Revision|IMEI): *(.*)", re.IGNORECASE)
SIM_STATES = {0: "invalid", 1: "valid", 240: "locked", 255: "absent"}
PACKED = re.compile("(?:[0-9A-Fa-f]{2}){8,}")


class Named(NamedTuple):
    """Who made the modem, and which one it is. "" where it does not say."""

    make: str = ""
    model: str = ""
    revision: str = ""
    imei: str = ""


class Ussd(NamedTuple):
    """What an operator wrote; `is_packed`: in the card's own seven-bit alphabet."""

    text: str
    is_packed: bool


def named(answer: Answer) -> Named:
    """Of ATI: a name before each line, or maker, model and revision one by one."""
    found = {
        name.lower(): value.strip()
        for name, value in (
            match.groups() for match in map(NAMED.match, answer.plain) if match
        )
    }
    if not found and not answer.is_error:
        return Named(*answer.plain[:3])
    return Named(
        found.get("manufacturer", ""),
        found.get("model", ""),
        found.get("revision", ""),
        found.get("imei", ""),
    )


def said(answer: Answer, *tags: str) -> str:
    """The one value that was asked for, whether under its tag or bare."""
    if answer.is_error:
        return ""
    tagged = answer.about(*tags)
    if tagged:
        return flat(tagged[0])[0]
    return " ".join(answer.plain)


def imei(answer: Answer) -> tuple[str, str]:
    """The modem's own number, and whatever is said after it (a serial number)."""
    tagged = answer.about("+CGSN", "+GSN")
    each = flat(tagged[0]) if tagged else flat((answer.plain or [""])[0])
    return each[0], each[1] if len(each) > 1 else ""


def own_number(answer: Answer) -> str:
    """The card's telephone number, where somebody wrote it on the card."""
    numbers = (flat(each) for each in answer.about("+CNUM"))
    return next((each[1] for each in numbers if len(each) > 1 and each[1]), "")


def sim_state(answer: Answer) -> str:
    """What ^SIMST told unasked; "" where nothing."""
    for each in answer.about("^SIMST"):
        return SIM_STATES.get(number(flat(each), 0) or 0, "unknown")
    return ""


def ussd(answer: Answer) -> Ussd | None:
    for each in answer.about("+CUSD"):
        text = flat(each)[1] if len(flat(each)) > 1 else ""
        return Ussd(text, PACKED.fullmatch(text) is not None)
    return None
