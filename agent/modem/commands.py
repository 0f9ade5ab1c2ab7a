"""Ask a modem by AT commands, where nothing else holds its port.

Every question only reads. The one command that changes anything is `enter`, and
whether it may be said is not decided here.
"""

from __future__ import annotations

from typing import Final

from agent.connected import Driver, Standing
from agent.modem.line import Line
from agent.modem.parse import card, device, network
from agent.modem.parse.card import Tries
from agent.modem.parse.device import Named
from agent.modem.parse.iccid import Iccid, NotAnIccid, Unusable
from agent.modem.seen import Seen

CARD_SECONDS = 10.0
NETWORK_SECONDS = 20.0
PIN_SECONDS = 30.0
BUSY_TURNS = 5

# By what a maker calls itself: how its modems say the card's number, and the tries left.
NUMBER: Final = {
    "huawei": "AT^ICCID?",
    "sierra": "AT!ICCID?",
    "quectel": "AT+QCCID",
    "telit": "AT#CCID",
    "cinterion": "AT^SCID",
}
COUNTERS: Final = {
    "huawei": "AT^CPIN?",
    "quectel": "AT+QPINC?",
    "u-blox": "AT+UPINCNT",
    "sierra": "AT+CPINC?",
    "cinterion": 'AT^SPIC="SC"',
    "gemalto": 'AT^SPIC="SC"',
    "telit": "AT#PCT",
    "simcom": "AT+SPIC",
    "zte": "AT+ZPINPUK=?",
    "ericsson": "AT*EPIN?",
    "mediatek": "AT+EPINC?",
    "intel": "AT+XPINCNT",
}
BY_FILE: Final = "AT+CRSM=176,12258,0,0,10"  # EF_ICCID, readable while locked

WRONG: Final = (
    12,
    16,
)  # of +CME ERROR: the PUK is asked for, the PIN is not the card's
OF_THE_SECOND_CODE: Final = ("sim-pin2", "sim-puk2")  # nothing but fixed dialling

STANDING: Final = {
    0: Standing.IDLE,
    1: Standing.HOME,
    2: Standing.SEARCHING,
    3: Standing.DENIED,
    5: Standing.ROAMING,
    6: Standing.HOME,
    7: Standing.ROAMING,
    9: Standing.HOME,
    10: Standing.ROAMING,
}
TECHNOLOGY: Final = {0: "gsm", 2: "umts", 3: "edge", 4: "hsdpa", 6: "hspa", 7: "lte"}


def look(line: Line, at: str = "", usb: str = "") -> Seen:
    """Everything that a modem says without being changed. Raises Unavailable."""
    line.ask("ATE0")
    line.ask("AT+CMEE=1")
    named = _named(line)
    lock = _lock(line)
    number, why = _card(line, named.make)
    seen = Seen(
        driver=Driver.AT,
        at=at,
        id=usb,
        make=named.make,
        model=named.model,
        revision=named.revision,
        imei=named.imei,
        card=number,
        why=why,
        lock=lock,
        tries=_tries(line, named.make, lock),
    )
    return _of_the_network(line, seen) if lock == "none" else seen


def enter(line: Line, pin: str) -> bool | None:
    """Say a PIN, once; None where the modem did not say what became of it.

    Where it says nothing, or fails for another reason, the lock may tell: asking after
    it costs no try.
    """
    answer = line.ask(f'AT+CPIN="{pin}"', PIN_SECONDS)
    if answer.final and not answer.is_error:
        return True
    if answer.error_code in WRONG or "incorrect" in answer.final.lower():
        return False
    is_open = card.lock(line.ask("AT+CPIN?", CARD_SECONDS)) == "none"
    return True if is_open else None


def _named(line: Line) -> Named:
    told = device.named(line.ask("ATI"))
    each = {
        tag: device.said(line.ask(f"AT{tag}"), tag)
        for tag in ("+CGMI", "+CGMM", "+CGMR")
    }
    imei, _serial = device.imei(line.ask("AT+CGSN"))
    return Named(
        each["+CGMI"] or told.make,
        each["+CGMM"] or told.model,
        each["+CGMR"] or told.revision,
        imei or told.imei,
    )


def _lock(line: Line) -> str:
    """A card that was just put in is busy for a moment."""
    for _turn in range(BUSY_TURNS):
        lock = card.lock(line.ask("AT+CPIN?", CARD_SECONDS))
        if lock != "busy":
            break
        line.rest(1.0)
    return "none" if lock in OF_THE_SECOND_CODE else lock


def _card(line: Line, make: str) -> tuple[Iccid | None, Unusable | None]:
    why = None
    for command in (*_of(make, NUMBER), "AT+CCID", BY_FILE):
        try:
            found = card.card_number(line.ask(command, CARD_SECONDS))
        except NotAnIccid as exc:
            why = exc.why
            continue
        if found:
            return found, None
    return None, why


def _tries(line: Line, make: str, lock: str) -> Tries:
    for command in (*_of(make, COUNTERS), "AT+CPINR"):
        tries = card.tries(line.ask(command, CARD_SECONDS), lock)
        if tries != Tries():
            return tries
    return Tries()


def _of(make: str, known: dict[str, str]) -> list[str]:
    return [said for name, said in known.items() if name in make.lower()]


def _of_the_network(line: Line, seen: Seen) -> Seen:
    number = device.own_number(line.ask("AT+CNUM", CARD_SECONDS))
    heard = network.signal(line.ask("AT+CSQ"))
    better = network.signal(line.ask("AT+CESQ"))
    on_lte = network.registration(line.ask("AT+CEREG?"))
    before = network.registration(line.ask("AT+CREG?"))
    standing = on_lte if on_lte.is_registered else before
    name, technology = network.operator(line.ask("AT+COPS?", NETWORK_SECONDS))
    return seen._replace(
        number=number,
        signal_dbm=heard.rssi_dbm or better.rsrp_dbm or better.rssi_dbm,
        standing=STANDING.get(standing.stat or 0, Standing.UNKNOWN),
        operator=name,
        technology=TECHNOLOGY.get(technology if technology is not None else -1, ""),
    )
