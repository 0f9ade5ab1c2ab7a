"""Numbers are read as people and scanners write them; doubts are no refusals."""

from __future__ import annotations

import pytest

from lending import numbers
from lending.errors import NumberMalformed

ICCID = "8933010000000000010"


@pytest.mark.parametrize(
    "typed",
    [
        "893301000000000001",
        "8933010000000000010",
        "8933 0100 0000 0000 010",
        "89330100000000000101",
        "89330100000000000101F",
        "8933010000000000010123",
        "89-33-01.0000/00000001",
    ],
)
def test_a_card_is_known_by_its_first_eighteen_digits(typed: str) -> None:
    assert numbers.read_iccid(typed)[:18] == "893301000000000001"


@pytest.mark.parametrize(
    "typed",
    ["", "8933", "893301" + "0" * 17, "1133010000000000010", "89330A", "x" * 4000],
)
def test_what_cannot_be_a_card_is_refused(typed: str) -> None:
    with pytest.raises(NumberMalformed):
        numbers.read_iccid(typed)


def test_a_wrong_check_digit_of_a_card_is_a_doubt() -> None:
    right = [d for d in "0123456789" if not numbers.iccid_doubts(ICCID[:-1] + d)]
    assert len(right) == 1
    assert numbers.iccid_doubts(ICCID[:18]) == []


def test_the_issuer_is_read_from_the_card() -> None:
    assert numbers.operator_of(ICCID) == "Orange"
    assert numbers.operator_of("8932020000000000010") == "Telenet"
    assert numbers.operator_of("8944110000000000010") == ""


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("+33 6 39 98 00 01", "+33639980001"),
        ("0033639980001", "+33639980001"),
        ("+32(0)470", "+320470"),
    ],
)
def test_a_telephone_number_says_its_country(typed: str, read: str) -> None:
    if len(read) < 8:
        with pytest.raises(NumberMalformed):
            numbers.read_phone(typed)
    else:
        assert numbers.read_phone(typed) == read


@pytest.mark.parametrize(
    "typed", ["06 39 98 00 01", "12", "+0639980001", "+33" + "1" * 20]
)
def test_a_number_without_its_country_is_refused(typed: str) -> None:
    with pytest.raises(NumberMalformed, match="with its country"):
        numbers.read_phone(typed)


def test_an_imei_has_fifteen_digits_and_perhaps_a_doubt() -> None:
    assert numbers.read_imei("35 000000 000001 4") == "350000000000014"
    with pytest.raises(NumberMalformed):
        numbers.read_imei("3500000000014")
    assert numbers.imei_doubts("350000000000019") != []


def test_codes_are_digits_and_are_not_repeated_in_a_refusal() -> None:
    assert numbers.read_pin(" 0000 ") == "0000"
    assert numbers.read_puk("12345678") == "12345678"
    for read, typed in ((numbers.read_pin, "12a4"), (numbers.read_puk, "1234567")):
        with pytest.raises(NumberMalformed) as refusal:
            read(typed)
        assert typed not in f"{refusal.value.message}{refusal.value.facts}"


def test_a_subscriber_has_fifteen_digits() -> None:
    assert numbers.read_imsi("208 01 0000000001") == "208010000000001"
    with pytest.raises(NumberMalformed):
        numbers.read_imsi("208")
