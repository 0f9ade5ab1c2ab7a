"""What is seen of one modem and its card, whichever way it was asked."""

from __future__ import annotations

from typing import NamedTuple

from agent.connected import CardSeen, Driver, ModemSeen, Standing
from agent.modem.parse.card import Tries
from agent.modem.parse.iccid import Iccid, NotAnIccid, Unusable, iccid


class Seen(NamedTuple):
    """One modem. "" and None where something is not known; `why`: of the card's number.

    `lock` is what the card waits for, in ModemManager's words: none, sim-pin, sim-puk…
    `at` is how its driver finds it again, `sim` its card; `networks` are its network
    cards. `trouble` is why it could not be asked.
    """

    driver: Driver
    at: str = ""
    sim: str = ""
    id: str = ""
    make: str = ""
    model: str = ""
    revision: str = ""
    imei: str = ""
    card: Iccid | None = None
    why: Unusable | None = None
    number: str = ""
    lock: str = "unknown"
    tries: Tries = Tries()
    standing: Standing = Standing.UNKNOWN
    operator: str = ""
    technology: str = ""
    signal_dbm: int | None = None
    signal_percent: int | None = None
    networks: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def has_card(self) -> bool:
        return self.card is not None or self.lock not in ("absent", "unknown")

    @property
    def is_registered(self) -> bool:
        return self.standing in (Standing.HOME, Standing.ROAMING)

    def told(self) -> ModemSeen:
        """As the wire carries it: the card's own telephone number stays here."""
        dbm = self.signal_dbm
        return ModemSeen(
            driver=self.driver,
            id=self.id,
            make=self.make,
            model=self.model,
            revision=self.revision,
            imei=self.imei,
            card=CardSeen(
                iccid=self.card.digits if self.card else None,
                luhn=self.card.is_luhn if self.card else None,
                unread=self.why or "",
                lock=self.lock,
                pin_tries=self.tries.pin,
                puk_tries=self.tries.puk,
            ),
            standing=self.standing,
            operator=self.operator,
            technology=self.technology,
            signal_dbm=dbm if dbm is not None and -200 <= dbm <= 0 else None,
            signal_percent=self.signal_percent,
        )


def card_of(said: str) -> tuple[Iccid | None, Unusable | None]:
    """The card's number, or why what was said is none."""
    if not said:
        return None, None
    try:
        return iccid(said), None
    except NotAnIccid as exc:
        return None, exc.why
