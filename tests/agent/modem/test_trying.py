"""The pack's line tried from end to end, as far as a machine without ModemManager goes."""

from __future__ import annotations

import pytest

from agent.connected import PinEnd, Verdict
from agent.modem import commands, keyfile, line, trying
from agent.modem.keyfile import FILE, FOLDER, Kept, Line
from agent.modem.ledger import LEDGER
from agent.modem.parse.iccid import iccid
from agent.modem.trying import try_line
from agent.run import Ran
from tests.agent.modem import simulator
from tests.agent.modem.grounds import Tools, asked, ground, needs_nmcli
from tests.agent.modem.simulator import (
    ANOTHER_S,
    HUAWEI,
    MAKES,
    QUECTEL,
    WAVECOM,
    Modem,
)

pytestmark = needs_nmcli
COUNTING = [make for make in MAKES if make.tries]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(line, "GREET_SECONDS", 0.5)
    monkeypatch.setattr(commands, "CARD_SECONDS", 0.6)
    monkeypatch.setattr(commands, "PIN_SECONDS", 1.0)
    monkeypatch.setattr(trying, "REGISTERS_SECONDS", 0.0)


@pytest.mark.parametrize("make", COUNTING, ids=lambda make: make.maker)
def test_the_pack_s_card_is_unlocked_and_its_connection_written_down(tmp_path, make):
    modem = Modem(make, pin="0451")
    with simulator.plugged(modem) as port:
        came = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (came.pin, came.matches, came.installed) == (PinEnd.ACCEPTED, True, True)
    assert came.verdict is Verdict.NOT_TRIED
    assert came.modems[0].standing == "home"
    path = tmp_path / "machine" / FOLDER / FILE
    assert "pin=0451\n" in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert modem.pins_heard == ['AT+CPIN="0451"']


@pytest.mark.parametrize(
    ("modem", "given", "pin", "said"),
    [
        (Modem(QUECTEL, pin="0451"), "9999", PinEnd.REFUSED, "refused the PIN"),
        (Modem(QUECTEL, pin="0451", tries=2), "0451", PinEnd.TRIES_FEW, "three tries"),
        (Modem(QUECTEL, pin="0451", tries=0), "0451", PinEnd.ASKS_FOR_PUK, "PUK"),
        (Modem(QUECTEL, pin="0451", counts=False), "0451", PinEnd.TRIES_UNKNOWN, "how"),
        (Modem(WAVECOM, pin="0451"), "0451", PinEnd.TRIES_UNKNOWN, "how many"),
        (Modem(QUECTEL, pin="0451"), None, PinEnd.NOT_GIVEN, "server gave none"),
        (
            Modem(QUECTEL, pin="0451", answers=False),
            "9999",
            PinEnd.UNANSWERED,
            "did not say",
        ),
    ],
)
def test_a_card_that_stays_locked_gets_no_connection(tmp_path, modem, given, pin, said):
    with simulator.plugged(modem) as port:
        came = try_line(ground(tmp_path, port), asked(pin=given))
        again = try_line(ground(tmp_path, port), asked(pin=given))
    assert not again.installed
    assert (came.pin, came.verdict, came.installed) == (pin, Verdict.LOCKED, False)
    assert said in came.sentence
    assert not (tmp_path / "machine" / FOLDER).exists()
    assert len(modem.pins_heard) == (pin in (PinEnd.REFUSED, PinEnd.UNANSWERED))


def test_a_modem_that_takes_a_pin_without_a_word_is_seen_to_have_taken_it(tmp_path):
    modem = Modem(QUECTEL, pin="0451", answers=False)
    with simulator.plugged(modem) as port:
        came = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (came.pin, came.installed) == (PinEnd.ACCEPTED, True)
    assert len(modem.pins_heard) == 1


@pytest.mark.parametrize("locked", [None, "0451"])
def test_another_card_is_left_alone_and_named(tmp_path, locked):
    modem = Modem(HUAWEI, iccid=ANOTHER_S, pin=locked)
    with simulator.plugged(modem) as port:
        came = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (came.verdict, came.matches, came.pin) == (
        Verdict.OTHER_CARD,
        False,
        PinEnd.OTHER_CARD,
    )
    assert ANOTHER_S in came.sentence
    assert modem.pins_heard == []
    assert not (tmp_path / "state" / LEDGER).exists()
    assert not (tmp_path / "machine" / FOLDER).exists()


def test_a_second_try_lets_the_connection_open_the_card(tmp_path):
    """After a restart the card is locked again; its PIN stands in the connection."""
    modem = Modem(QUECTEL, pin="0451")
    with simulator.plugged(modem) as port:
        try_line(ground(tmp_path, port), asked(pin="0451"))
        modem.is_locked = True
        again = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (again.pin, again.installed) == (PinEnd.TRIED_BEFORE, True)
    assert len(modem.pins_heard) == 1


def test_the_line_of_an_environment_keeps_its_name_and_its_bounds(tmp_path):
    """The environment has the number that is printed; the modem says one more digit."""
    here = ground(tmp_path, None).around
    path = here.root / FOLDER / FILE
    named = Line(
        iccid(simulator.ICCID[:19]), "free", name="Internet d’Awa", home_only=False
    )
    keyfile.install(keyfile.keyfile(named, here), here)
    with simulator.plugged(Modem(QUECTEL)) as port:
        came = try_line(ground(tmp_path, port), asked())
    assert came.installed
    kept = Kept(path)
    assert kept.get("connection", "id") == "Internet d’Awa"
    assert (kept.get("gsm", "home-only"), kept.get("gsm", "apn")) == ("", "orange.fr")
    assert kept.get("gsm", "sim-id") == simulator.ICCID


def test_the_line_of_another_card_leaves_nothing_of_itself(tmp_path):
    here = ground(tmp_path, None).around
    named = Line(iccid(ANOTHER_S), "free", name="Internet d’Awa", home_only=False)
    keyfile.install(keyfile.keyfile(named, here), here)
    with simulator.plugged(Modem(QUECTEL)) as port:
        try_line(ground(tmp_path, port), asked())
    kept = Kept(here.root / FOLDER / FILE)
    assert kept.get("connection", "id") == keyfile.NAME
    assert kept.get("gsm", "home-only") == "true"


def test_a_card_that_somebody_was_wrong_with_since_is_not_opened(tmp_path):
    modem = Modem(QUECTEL, pin="0451")
    with simulator.plugged(modem) as port:
        try_line(ground(tmp_path, port), asked(pin="0451"))
        modem.is_locked, modem.tries = True, 2
        again = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (again.pin, again.verdict) == (PinEnd.TRIED_BEFORE, Verdict.LOCKED)
    assert not again.installed
    assert len(modem.pins_heard) == 1


def test_a_card_without_a_pin_leaves_none_in_the_connection(tmp_path):
    with simulator.plugged(Modem(HUAWEI)) as port:
        came = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (came.pin, came.installed) == (PinEnd.NOT_NEEDED, True)
    text = (tmp_path / "machine" / FOLDER / FILE).read_text()
    assert "pin=" not in text
    assert "pin-flags=4\n" in text


def test_where_the_server_names_no_card_it_is_only_looked(tmp_path):
    modem = Modem(QUECTEL, pin="0451")
    with simulator.plugged(modem) as port:
        came = try_line(ground(tmp_path, port), None)
    assert (came.verdict, came.expected) == (Verdict.UNKNOWN, None)
    assert came.modems[0].card.lock == "sim-pin"
    assert modem.pins_heard == []
    assert not (tmp_path / "machine" / FOLDER).exists()


def test_a_ledger_that_is_broken_stops_before_the_card(tmp_path):
    modem = Modem(QUECTEL, pin="0451")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / LEDGER).write_text("[]")
    with simulator.plugged(modem) as port:
        came = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert (came.verdict, came.installed) == (Verdict.LOCKED, False)
    assert "Nothing was tried" in came.sentence
    assert modem.pins_heard == []


def test_a_scanner_where_a_modem_should_be_is_told_and_survived(tmp_path):
    modem = Modem(is_silent=True)
    with simulator.plugged(modem) as port:
        port.say("3760123456789\r\n")
        came = try_line(ground(tmp_path, port), asked(pin="0451"))
    assert came.verdict is Verdict.LABELS_ONLY
    assert "nothing answers AT" in came.sentence
    assert modem.heard == ["AT"]


def test_a_modem_pulled_out_meanwhile_is_told(tmp_path):
    with simulator.plugged(Modem()) as port:
        ground_of = ground(tmp_path, port)
    came = try_line(ground_of, asked())
    assert came.verdict is Verdict.LABELS_ONLY
    assert not (tmp_path / "machine" / FOLDER).exists()


def test_no_modem_at_all_is_a_sentence(tmp_path):
    came = try_line(ground(tmp_path, None), asked())
    assert (came.verdict, came.modems) == (Verdict.NO_MODEM, ())
    assert came.sentence == "No modem is seen: plug it in, or another one."


def test_a_connection_that_cannot_be_written_says_why(tmp_path):
    tools = Tools({"nmcli": Ran(("nmcli",), exit_code=2, stderr=b"Error: no gsm here")})
    with simulator.plugged(Modem()) as port:
        came = try_line(ground(tmp_path, port, tools), asked())
    assert (came.verdict, came.installed) == (Verdict.NOT_INSTALLED, False)
    assert "no gsm here" in came.sentence
