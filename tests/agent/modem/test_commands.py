"""Modems of several makers on a real port, with their manners and mishaps."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from agent.connected import Standing
from agent.modem import commands
from agent.modem.line import Line, greets
from agent.modem.ports import SerialPort, Unavailable
from agent.modem.seen import Seen
from tests.agent.modem import simulator
from tests.agent.modem.simulator import HUAWEI, ICCID, IMEI, MAKES, WAVECOM, Modem


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Where a modem says no OK, its silence is waited for; here not so long."""
    monkeypatch.setattr(commands, "CARD_SECONDS", 0.6)


def look(modem: Modem) -> Seen:
    with simulator.plugged(modem) as port, Line(SerialPort(str(port.path))) as line:
        assert greets(line)
        return commands.look(line, at=str(port.path), usb="12d1:1506")


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.maker)
def test_every_maker_s_modem_tells_the_same_facts(make):
    seen = look(Modem(make, pin="1234"))
    assert (seen.make, seen.model, seen.imei) == (make.maker, make.model, IMEI)
    assert (seen.card and seen.card.digits, seen.lock) == (ICCID, "sim-pin")
    assert seen.tries.pin == (3 if make.tries else None)
    assert seen.standing is Standing.UNKNOWN


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.maker)
def test_looking_never_says_a_pin_and_changes_nothing(make):
    modem = Modem(make, pin="1234", tries=2)
    look(modem)
    assert modem.pins_heard == []
    assert (modem.tries, modem.is_locked) == (2, True)
    assert all("=" not in each or "CMEE" in each or "CRSM" in each or "SPIC" in each
               for each in modem.heard)  # fmt: skip


def test_a_modem_on_its_network_says_which_and_how_well():
    seen = look(Modem(HUAWEI, stat=5, chatter='^RSSI:20\n^HCSQ:"LTE",48,35,86,14'))
    assert (seen.standing, seen.lock) == (Standing.ROAMING, "none")
    assert (seen.operator, seen.technology, seen.signal_dbm) == ("Orange F", "lte", -73)
    assert seen.number == "+33639980001"


@pytest.fixture
def modem() -> Modem:
    return Modem()


@pytest.fixture
def port(modem: Modem) -> Iterator[simulator.Plugged]:
    with simulator.plugged(modem) as port:
        yield port


@pytest.fixture
def line(port: simulator.Plugged) -> Iterator[Line]:
    with Line(SerialPort(str(port.path))) as line:
        yield line


def test_a_command_is_said_once_however_long_nobody_answers(modem, line):
    modem.is_silent = True
    assert not line.ask("AT+CSQ", 0.2).final
    assert modem.heard == ["AT+CSQ"]


def test_a_modem_that_is_silent_for_good_is_left(modem, line):
    modem.is_silent = True
    for _each in range(3):
        line.ask("AT", 0.05)
    with pytest.raises(Unavailable, match="does not answer"):
        line.ask("AT")
    assert len(modem.heard) <= 3  # on a busy machine it may not have listened yet


def test_an_answer_that_comes_late_is_not_taken_for_the_next_one(modem, line):
    modem.seconds = 0.3
    assert not line.ask("AT+CFUN?", 0.1).final
    answer = line.ask("AT+CSQ", 3)
    assert (answer.about("+CSQ"), answer.final) == (["20,99"], "OK")


def test_a_question_that_no_ok_follows_ends_softly_and_is_not_repeated(modem, line):
    modem.make = WAVECOM
    answer = line.ask("AT+CPIN?", 0.2)
    assert (answer.lines, answer.final) == (("+CPIN: READY",), "")
    assert line.ask("AT+CSQ").about("+CSQ") == ["20,99"]
    assert modem.heard.count("AT+CPIN?") == 1


def test_what_is_said_between_two_commands_is_kept(port, line):
    line.ask("AT")
    port.say('\r\n+CMTI: "SM",7\r\n')
    line.rest(0.1)
    assert line.unasked == ['+CMTI: "SM",7']


def test_a_modem_that_is_pulled_out_ends_in_words(port, line):
    assert greets(line)
    port.unplug()
    with pytest.raises(Unavailable):
        line.ask("AT+CSQ")


def test_a_scanner_on_the_port_is_told_from_a_modem(modem, port, line):
    modem.is_silent = True
    port.say("3760123456789\r\n")
    assert not greets(line, 0.2)
    port.say("AT-LABEL-0042\r\nOKAPI\r\n")
    assert not greets(line, 0.2)
    assert modem.heard == ["AT", "AT"]


def test_a_port_that_never_stops_talking_is_left(modem, port, line):
    modem.is_silent = True
    port.say("$GPGGA,120000.00,,,,,0,00,,,,,,,*66\r\n" * 90)
    before = time.monotonic()
    assert not greets(line, 0.3)
    assert time.monotonic() - before < 3


def test_a_port_is_opened_by_one_program_at_a_time(port, line):
    line.ask("AT")
    with pytest.raises(Unavailable):
        SerialPort(str(port.path))


def test_a_port_that_is_not_there_says_so(tmp_path):
    with pytest.raises(Unavailable, match="nothing"):
        SerialPort(str(tmp_path / "nothing"))
