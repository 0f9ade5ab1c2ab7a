"""What a modem says of the network: where it is registered, how well it hears it."""

from __future__ import annotations

from typing import NamedTuple

from agent.modem.parse.answer import Answer
from agent.modem.parse.values import flat, number, values, word

HOME, ROAMING = (1, 6, 9), (5, 7, 10)  # also for SMS only and for CSFB (TS 27.007)
UNHEARD = (99, 255)


class Registration(NamedTuple):
    """`n` is what is told unasked, `stat` the standing, `act` the technology's number."""

    stat: int | None = None
    n: int | None = None
    lac: str | None = None
    ci: str | None = None
    act: int | None = None

    @property
    def is_registered(self) -> bool:
        return self.stat in (*HOME, *ROAMING)

    @property
    def is_roaming(self) -> bool:
        return self.stat in ROAMING


class Signal(NamedTuple):
    """How well the network is heard, in dBm. None where it is not said."""

    rssi_dbm: int | None = None
    rsrp_dbm: int | None = None


class Operator(NamedTuple):
    """A network that is heard: its names, and its number (country and network)."""

    status: int | None
    long: str
    short: str
    number: str


class Context(NamedTuple):
    """A data connection as the modem has it written down."""

    cid: int | None
    kind: str | None
    apn: str | None


def registration(answer: Answer) -> Registration:
    """Of +CREG, +CGREG and +CEREG: asked, or told unasked."""
    said = [flat(each) for each in answer.about("+CEREG", "+CGREG", "+CREG")]
    asked = [each for each in said if _was_asked(each)]
    if asked:
        each = asked[-1]
        place = 1
    elif said:
        each, place = said[-1], 0
    else:
        return Registration()
    return Registration(
        stat=number(each, place),
        n=number(each, 0) if place else None,
        lac=word(each, place + 1),
        ci=word(each, place + 2),
        act=number(each, place + 3),
    )


def _was_asked(said: list[str]) -> bool:
    """Two short numbers: what is told unasked begins with the standing, then a place."""
    return len(said) > 1 and number(said, 0) is not None and len(said[1]) in (1, 2)


def operators(answer: Answer) -> list[Operator]:
    """The networks that were found (AT+COPS=?)."""
    return [
        Operator(number(list(each), 0), each[1], each[2], each[3])
        for said in answer.about("+COPS")
        for each in values(said)
        if isinstance(each, tuple) and len(each) >= 4 and each[3].isdigit()
        if not each[1].isdigit()
    ]


def operator(answer: Answer) -> tuple[str, int | None]:
    """The name of the network in use, and the technology's number."""
    for said in answer.about("+COPS"):
        each = flat(said)
        if len(each) > 2 and each[2]:
            return each[2], number(each, 3)
    return "", None


def contexts(answer: Answer) -> list[Context]:
    found = (flat(said) for said in answer.about("+CGDCONT"))
    return [Context(number(each, 0), word(each, 1), word(each, 2)) for each in found]


def signal(answer: Answer) -> Signal:
    """Of +CESQ, +CSQ, or ^HCSQ, whichever was answered; else as told unasked."""
    for said in answer.about("+CESQ"):
        each = flat(said)
        return Signal(_on(each, 0, -111, 63), _on(each, 5, -141, 97))
    for said in answer.about("+CSQ"):
        rssi = number(flat(said), 0)
        heard = rssi is not None and rssi <= 31
        return Signal(rssi_dbm=2 * rssi - 113 if heard and rssi is not None else None)
    for said in answer.about("^HCSQ"):
        each = flat(said)
        is_lte = each[0].upper() == "LTE"
        rsrp = _on(each, 2, -140, 97) if is_lte else None
        return Signal(_on(each, 1, -120, 96), rsrp)
    return Signal()


def _on(said: list[str], place: int, lowest: int, most: int) -> int | None:
    """A step of a scale, in dBm."""
    step = number(said, place)
    if step is None or step in UNHEARD or step > most:
        return None
    return lowest + step
