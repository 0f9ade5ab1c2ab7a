"""A PIN is said once for ever, to the pack's card alone, while all its tries are left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agent import durable
from agent.connected import Driver, PinEnd
from agent.kinds import Malformed
from agent.modem.ledger import LEDGER, Came, Ledger
from agent.modem.parse.card import Tries
from agent.modem.parse.iccid import Iccid
from agent.modem.pin import Given, unlock
from agent.modem.seen import Seen
from tests.agent.modem.simulator import ANOTHER_S, ICCID

CARD = Iccid(ICCID)
GIVEN = Given(CARD, "0451")


def seen(**changes: Any) -> Seen:
    whole = Seen(driver=Driver.AT, card=CARD, lock="sim-pin", tries=Tries(pin=3))
    return whole._replace(**changes)


class Card:
    """Hears PINs, and looks at the ledger's file at that very moment."""

    def __init__(self, state: Path, answer: bool | None = True) -> None:
        self.state, self.answer = state, answer
        self.heard: list[str] = []
        self.noted: list[Came | None] = []

    def __call__(self, pin: str) -> bool | None:
        self.heard.append(pin)
        self.noted.append(Ledger(self.state).came(CARD, pin))
        return self.answer


def test_a_card_that_is_whole_is_unlocked(tmp_path):
    card = Card(tmp_path)
    assert unlock(seen(), GIVEN, Ledger(tmp_path), card) is PinEnd.ACCEPTED
    assert card.heard == ["0451"]
    assert Ledger(tmp_path).came(CARD, "0451") is Came.ACCEPTED


def test_the_disk_knows_of_a_try_before_the_card_does(tmp_path):
    card = Card(tmp_path)
    unlock(seen(), GIVEN, Ledger(tmp_path), card)
    assert card.noted == [Came.TRIED]


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (True, PinEnd.ACCEPTED),
        (False, PinEnd.REFUSED),
        (None, PinEnd.UNANSWERED),
    ],
)
def test_whatever_came_of_it_the_same_pin_is_never_said_again(tmp_path, answer, end):
    card = Card(tmp_path, answer)
    assert unlock(seen(), GIVEN, Ledger(tmp_path), card) is end
    assert unlock(seen(), GIVEN, Ledger(tmp_path), card) is PinEnd.TRIED_BEFORE
    same = seen(card=Iccid(ICCID[:19]))
    assert unlock(same, GIVEN, Ledger(tmp_path), card) is PinEnd.TRIED_BEFORE
    assert card.heard == ["0451"]


def test_a_machine_that_stops_in_the_middle_does_not_say_it_again(tmp_path):
    def power_cut(_pin: str) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unlock(seen(), GIVEN, Ledger(tmp_path), power_cut)
    card = Card(tmp_path)
    assert unlock(seen(), GIVEN, Ledger(tmp_path), card) is PinEnd.TRIED_BEFORE
    assert card.heard == []


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"card": None}, PinEnd.CARD_UNREAD),
        ({"card": Iccid(ANOTHER_S)}, PinEnd.OTHER_CARD),
        ({"card": Iccid(ANOTHER_S), "lock": "none"}, PinEnd.OTHER_CARD),
        ({"lock": "none"}, PinEnd.NOT_NEEDED),
        ({"lock": "sim-puk"}, PinEnd.ASKS_FOR_PUK),
        ({"lock": "ph-net-pin"}, PinEnd.OTHER_LOCK),
        ({"lock": "unknown"}, PinEnd.OTHER_LOCK),
        ({"tries": Tries()}, PinEnd.TRIES_UNKNOWN),
        ({"tries": Tries(pin=2)}, PinEnd.TRIES_FEW),
        ({"tries": Tries(pin=1)}, PinEnd.TRIES_FEW),
        ({"tries": Tries(pin=0)}, PinEnd.TRIES_FEW),
    ],
)
def test_where_anything_is_amiss_nothing_is_said(tmp_path, changes, end):
    card = Card(tmp_path)
    assert unlock(seen(**changes), GIVEN, Ledger(tmp_path), card) is end
    assert card.heard == []
    assert not (tmp_path / LEDGER).exists()


@pytest.mark.parametrize("pin", ["", "123", "123456789", '1"\r', "１２３４"])
def test_what_is_no_pin_is_not_said(tmp_path, pin):
    card = Card(tmp_path)
    given = Given(CARD, pin)
    assert unlock(seen(), given, Ledger(tmp_path), card) is PinEnd.NOT_GIVEN
    assert card.heard == []


def test_another_pin_and_another_card_are_their_own_tries(tmp_path):
    card = Card(tmp_path, answer=False)
    unlock(seen(), GIVEN, Ledger(tmp_path), card)
    ledger = Ledger(tmp_path)
    assert ledger.came(CARD, "9999") is None
    assert ledger.came(Iccid(ANOTHER_S), "0451") is None


def test_a_ledger_that_cannot_be_read_stops_everything(tmp_path):
    (tmp_path / LEDGER).write_bytes(b"{")
    with pytest.raises(Malformed):
        Ledger(tmp_path)
    assert (tmp_path / LEDGER).read_bytes() == b"{"


def test_a_disk_that_does_not_keep_the_try_stops_it(tmp_path, monkeypatch):
    def full(*_words: object) -> None:
        raise OSError(28, "No space left on device")

    card, ledger = Card(tmp_path), Ledger(tmp_path)
    monkeypatch.setattr(durable, "write", full)
    with pytest.raises(OSError, match="No space"):
        unlock(seen(), GIVEN, ledger, card)
    assert card.heard == []


def test_the_ledger_holds_no_pin_and_is_its_owner_s_alone(tmp_path):
    unlock(seen(), GIVEN, Ledger(tmp_path), Card(tmp_path))
    path = tmp_path / LEDGER
    assert b"0451" not in path.read_bytes()
    assert ICCID.encode() not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
