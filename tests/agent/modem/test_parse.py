"""Answers by their grammar: whatever comes in between, and however it is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.modem.parse import card, device, network
from agent.modem.parse.answer import read
from agent.modem.parse.iccid import Iccid, NotAnIccid, Unusable, iccid, swapped
from agent.modem.parse.values import flat, values

CARD = "89330100000000000012"
NOISE = st.lists(
    st.sampled_from(
        [
            "AT+CPIN?",
            "+CPIN: SIM PIN",
            "+CME ERROR: 16",
            '+CMTI: "SM",3',
            "OK",
            "ERROR",
            "\r",
            "\n",
            '"',
            ",",
            "(",
            ")",
            "^CPIN: READY,,10,3",
            "+CRSM: 144,0,",
            "98",
            "\x00",
            "é",
        ]
    ),
    max_size=12,
).map("".join)
COMMANDS = ["", "ATI", "AT+CPIN?", "AT+CREG?", "AT+COPS?", "AT+CRSM=176,12258,0,0,10"]


@given(NOISE | st.text(max_size=200), st.sampled_from(COMMANDS))
def test_no_text_is_too_odd_to_be_read(raw, command):
    answer = read(raw, command)
    card.lock(answer), card.tries(answer), card.has_no_card(answer)
    card.status_words(answer), device.named(answer), device.imei(answer)
    device.own_number(answer), device.ussd(answer), device.sim_state(answer)
    network.registration(answer), network.operators(answer), network.operator(answer)
    network.contexts(answer), network.signal(answer)
    try:
        found = card.card_number(answer)
    except NotAnIccid:
        return
    assert found is None or 18 <= len(found.digits) <= 20


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("echo", ["", "AT+CPIN?", "at+cpin?", "\xff\x00AT+CPIN?"])
def test_an_answer_reads_the_same_with_any_echo_and_any_line_end(end, echo):
    raw = end.join([echo, "+CPIN: SIM PIN", "", "OK", ""])
    answer = read(raw, "AT+CPIN?")
    assert (answer.final, answer.lines) == ("OK", ("+CPIN: SIM PIN",))
    assert card.lock(answer) == "sim-pin"


@pytest.mark.parametrize(
    "raw",
    [
        '+CMTI: "SM",3\r\n+CPIN: READY\r\nOK\r\n',
        '+CPIN: READY\r\n+CMTI: "SM",3\r\nOK\r\n',
        '+CPI\r\n+CMTI: "SM",3\r\nN: READY\r\nOK\r\n',
        '+CPIN: RE\r\n+CMTI: "SM",3\r\nADY\r\nOK\r\n',
    ],
    ids=["before", "after", "inside the tag", "inside the value"],
)
def test_what_nobody_asked_may_come_anywhere(raw):
    answer = read(raw, "AT+CPIN?")
    assert (card.lock(answer), answer.unasked) == ("none", ('+CMTI: "SM",3',))


def test_what_follows_the_end_is_kept_for_later():
    answer = read('\r\nOK\r\n\r\n+CMTI: "SM",3\r\n', "AT+CFUN?")
    assert (answer.final, answer.lines) == ("OK", ())
    assert answer.rest.strip() == '+CMTI: "SM",3'


def test_half_an_error_is_no_error_yet():
    assert not read("\r\n+CME ERROR: 1", "AT+CPIN?").final
    answer = read("\r\n+CME ERROR: 11\r\n", "AT+CPIN?")
    assert (answer.error_code, card.lock(answer)) == (11, "sim-pin")


@pytest.mark.parametrize(
    ("raw", "lock"),
    [
        ("+CME ERROR: SIM not inserted\r\n", "absent"),
        ("+CME ERROR: SIM busy\r\n", "busy"),
        ("+CPIN: NOT INSERTED\r\nOK\r\n", "absent"),
        ("+CME ERROR: 12\r\n", "sim-puk"),
        ("ERROR\r\n", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_card_that_is_not_ready_says_why(raw, lock):
    assert card.lock(read(raw, "AT+CPIN?")) == lock


@pytest.mark.parametrize(
    ("command", "said", "pin", "puk"),
    [
        ("AT^CPIN?", "^CPIN: SIM PIN,3,10,3,10,3", 3, 10),
        ("AT+CPINC?", "+CPINC: 2,3,10,10", 2, 10),
        ("AT+XPINCNT", "+XPINCNT: 3,3,9,10", 3, 9),
        ("AT+EPINC?", "+EPINC: 1, 3, 10, 10", 1, 10),
        ("AT*EPIN?", "*EPIN: 3,10,0,8", 3, 10),
        ("AT+ZPINPUK=?", "+ZPINPUK: 3,10", 3, 10),
        ("AT+SPIC", "+SPIC: 3,10,0,10", 3, None),
        ('AT^SPIC="SC"', "^SPIC: 2", 2, None),
        ("AT#PCT", "#PCT: 3", 3, None),
        ("AT+CPINR", "+CPINR: SIM PIN2,3,3", None, None),
        ("AT+QPINC?", '+QPINC: "P2",3,10', None, None),
        ("AT^CPIN?", "^CPIN: READY", None, None),
    ],
)
def test_every_vendor_s_counters_are_told_apart(command, said, pin, puk):
    counted = card.tries(read(f"{said}\r\nOK\r\n", command))
    assert (counted.pin, counted.puk) == (pin, puk)


def test_a_counter_of_one_code_is_taken_for_the_lock_there_is():
    answer = read("#PCT: 10\r\nOK\r\n", "AT#PCT")
    assert card.tries(answer, "sim-puk") == card.Tries()


def test_a_number_reads_the_same_as_printed_and_as_the_card_holds_it():
    assert iccid(swapped(CARD)) == iccid(f'"{CARD}"') == Iccid(CARD)
    assert iccid(swapped("8933010000000000001F")) == Iccid("8933010000000000001")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("89330100", Unusable.LENGTH),
        ("8933A100000000000019", Unusable.CHARS),
        ("3760123456789", Unusable.LENGTH),
        ("12330100000000000019", Unusable.MII),
        ("893301000000000FFFFF", Unusable.LENGTH),
        ("ERROR: no such file", Unusable.CHARS),
    ],
)
def test_what_is_no_card_s_number_is_refused_with_its_reason(said, why):
    with pytest.raises(NotAnIccid) as refused:
        iccid(said)
    assert refused.value.why is why


def test_two_cards_are_the_same_by_their_first_eighteen_digits():
    assert iccid(CARD).is_same(iccid(CARD[:19]))
    assert not iccid(CARD).is_same(iccid("89330100000000000119"))
    assert (Iccid(CARD).country, Iccid("89352000000000000016").country) == ("33", "352")


def test_a_check_digit_that_does_not_fit_is_only_a_sign():
    assert Iccid(CARD).is_luhn is True
    assert Iccid("89330100000000000019").is_luhn is False
    assert Iccid("898601A0000000000001").is_luhn is False
    assert iccid("89330100000000000019").digits == "89330100000000000019"


def test_what_a_card_refused_is_no_number():
    answer = read(f'+CRSM: 106,130,"{swapped(CARD)}"\r\nOK\r\n', "AT+CRSM=176")
    assert card.card_number(answer) is None
    assert card.status_words(answer) == (106, 130)


def test_values_survive_forgotten_quotes_and_brackets():
    assert flat('2,1,"0B,"01",7') == ["2", "1", "0B", "01", "7"]
    assert flat('0,0,"Orange, F",7') == ["0", "0", "Orange, F", "7"]
    assert values('(2,"A (B)",,"20801"),,(0,1') == [
        ("2", "A (B)", "", "20801"),
        "",
        "(0",
        "1",
    ]
    assert flat("1,,") == ["1", "", ""]
    assert len(values("(" * 5_000 + "," * 5_000)) == 1_000


@pytest.mark.parametrize(
    ("command", "said", "rssi", "rsrp"),
    [
        ("AT+CSQ", "+CSQ: 20,99", -73, None),
        ("AT+CSQ", "+CSQ: 99,99", None, None),
        ("AT+CESQ", "+CESQ: 99,99,255,255,20,80", None, -61),
        ("AT+CESQ", "+CESQ: 40,4,255,255,255,255", -71, None),
        ("AT^HCSQ?", '^HCSQ:"NOSERVICE"', None, None),
    ],
)
def test_a_signal_is_in_dbm_or_not_known(command, said, rssi, rsrp):
    heard = network.signal(read(f"{said}\r\nOK\r\n", command))
    assert (heard.rssi_dbm, heard.rsrp_dbm) == (rssi, rsrp)


def test_a_registration_told_meanwhile_does_not_hide_the_one_asked_for():
    answer = read('+CEREG: 2\r\n+CEREG: 2,5,"31","8F",7\r\nOK\r\n', "AT+CEREG?")
    found = network.registration(answer)
    assert (found.stat, found.is_roaming, found.act) == (5, True, 7)
    unasked = network.registration(read('+CREG: 1,"4CA1","81DE445"\r\n'))
    assert (unasked.stat, unasked.lac, unasked.is_roaming) == (1, "4CA1", False)


def test_the_network_in_use_has_a_name_and_a_technology():
    answer = read('+COPS: 0,0,"Orange F",7\r\nOK\r\n', "AT+COPS?")
    assert network.operator(answer) == ("Orange F", 7)
    assert network.operator(read("+COPS: 0\r\nOK\r\n", "AT+COPS?")) == ("", None)
