"""Words that name nothing, told from those that do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import wire
from agent.placeholders import is_placeholder, known_uuid, other_byte_order


@pytest.mark.parametrize(
    "word",
    [
        "",
        "  ",
        "--",
        "To Be Filled By O.E.M.",
        "To be filled by O.E.M.",
        "Default string",
        "$(DEFAULT_STRING)",
        "System Serial Number",
        "Base Board Serial Number",
        "Chassis Serial Number",
        "Not Specified",
        "Not Applicable",
        "INVALID",
        "None",
        "N/A",
        "x.x",
        "0",
        "00000000",
        "FFFFFFFFFFFF",
        "........",
        "XXXXXXXX",
        "123456789",
        "0123456789",
        "012345678912345678912345678",
        "1234567890ABCDEF",
        "SSN12345678901234567",
        "BSN12345678901234567",
        "SN0123456789",
        "0x00000000",
        "<BAD INDEX>",
        "No Asset Tag",
        "System Product Name",
        "CPU Version",
    ],
)
def test_a_word_that_names_nothing_is_a_placeholder(word):
    assert is_placeholder(word)


@pytest.mark.parametrize(
    "word",
    [
        "FICTIF4711",
        "N1234",
        "SN98765",
        "20BV",
        "Latitude E7240",
        "ThinkPad L430",
        "1.0",
        "24681",
        "12345",
        "2426481",
        "4448",
        "iMac18,3",
        "H61M-VG4",
        "7",
        "Système",
    ],
)
def test_a_word_that_names_something_is_none(word):
    assert not is_placeholder(word)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "Not Settable",
        "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
        "03000200-0400-0500-0006-000700080009",
        "5f5c2a10",
    ],
)
def test_a_uuid_that_many_machines_share_is_no_uuid(word):
    assert known_uuid(word) == ""
    assert wire.Machine(uuid=word).known_uuids == ()


def test_both_byte_orders_of_a_uuid_are_the_same_machine():
    one = wire.Machine(uuid="0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9").known_uuids
    other = wire.Machine(uuid="3d2c1b0a-5f4e-7160-8293-a4b5c6d7e8f9").known_uuids
    assert set(one) == set(other)
    assert len(one) == 2


@given(st.uuids())
def test_turning_a_uuid_round_twice_changes_nothing(one):
    assert other_byte_order(other_byte_order(str(one))) == str(one)


@given(st.text())
def test_any_text_is_a_placeholder_or_not(word):
    assert is_placeholder(word) in (True, False)
    assert known_uuid(known_uuid(word)) == known_uuid(word)


@pytest.mark.parametrize(
    ("fields", "make", "model"),
    [
        (
            {"make": "LENOVO", "model": "24XX1A", "version": "ThinkPad X"},
            "LENOVO",
            "ThinkPad X",
        ),
        (
            {"make": "LENOVO", "model": "81XX", "version": "INVALID"},
            "LENOVO",
            "81XX",
        ),
        (
            {"make": "Dell Inc.", "model": "Latitude", "version": "A01"},
            "Dell Inc.",
            "Latitude",
        ),
        (
            {
                "make": "To Be Filled By O.E.M.",
                "model": "System Product Name",
                "board_make": "Maker",
                "board_model": "B-1",
            },
            "Maker",
            "B-1",
        ),
        ({"make": "Default string", "board_make": "Not Specified"}, "", ""),
    ],
    ids=str,
)
def test_a_machine_has_the_name_that_people_say(fields, make, model):
    machine = wire.Machine(**fields)
    assert (machine.known_make, machine.known_model) == (make, model)
