"""Tags: one spelling per number, and no wrong character goes unseen."""

import string
from contextlib import suppress

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from inventory.tags import (
    BadTag,
    Tag,
    TagFault,
    TagKind,
    display,
    format_tag,
    parse_tag,
)

kinds = st.sampled_from(TagKind)
numbers = st.integers(min_value=1, max_value=10**12 - 1)
tags = st.builds(format_tag, kinds, numbers)
alphabet = st.sampled_from(string.digits + string.ascii_uppercase + " -_.é&")


def fault(text):
    with pytest.raises(BadTag) as caught:
        parse_tag(text)
    return caught.value.reason


def test_a_tag_is_prefix_six_digits_and_check():
    assert format_tag(TagKind.COMPUTER, 4217) == "PC004217W"


def test_people_read_a_tag_with_hyphens():
    assert display("PC004217W") == "PC-004217-W"
    assert parse_tag("PC004217W").display == "PC-004217-W"


def test_a_number_grows_past_six_digits():
    assert len(format_tag(TagKind.COMPUTER, 999_999)) == len("PC999999C")
    assert format_tag(TagKind.COMPUTER, 1_000_000).startswith("PC1000000")


@pytest.mark.parametrize("number", [0, -1, 10**12])
def test_no_tag_is_made_for_a_number_it_cannot_carry(number):
    with pytest.raises(ValueError, match="no tag can carry"):
        format_tag(TagKind.COMPUTER, number)


@pytest.mark.parametrize(
    "text", ["PC004217W", "pc004217w", "PC-004217-W", "pc 004217 w", "  PC-004217W "]
)
def test_a_tag_is_read_as_stored_and_as_shown(text):
    assert parse_tag(text) == Tag(TagKind.COMPUTER, 4217, "PC004217W")


@given(kinds, numbers)
def test_every_tag_is_read_back(kind, number):
    text = format_tag(kind, number)
    assert parse_tag(text) == parse_tag(display(text)) == Tag(kind, number, text)


@given(tags, st.data(), alphabet)
def test_one_wrong_character_never_gives_another_tag(text, data, character):
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = text[:place] + character + text[place + 1 :]
    # A blank at the end is not a wrong character but a missing one.
    assume(wrong == wrong.strip(" -"))
    try:
        assert parse_tag(wrong).text == text
    except BadTag:
        assert wrong != text


@given(st.text())
def test_any_text_is_a_tag_or_refused_with_a_reason(text):
    with suppress(BadTag):
        assert format_tag(parse_tag(text).kind, parse_tag(text).number)


def test_a_wrong_check_character_is_refused():
    assert fault("PC004217X") is TagFault.WRONG_CHECK


def test_a_digit_read_as_a_letter_is_refused():
    assert fault("PC0O4217W") is TagFault.NOT_A_TAG


@pytest.mark.parametrize("text", ["PC0", "PC0042", "PC004217", "PC-004217", "PC00427W"])
def test_a_tag_with_characters_missing_is_truncated(text):
    assert fault(text) is TagFault.TRUNCATED


@pytest.mark.parametrize(
    "text",
    ["", "PC", "PCA", "XX004217W", "5CD1234XYZ", "PC004217W0A", "PC" + "9" * 5000],
)
def test_other_texts_are_not_tags(text):
    assert fault(text) is TagFault.NOT_A_TAG


def test_zeros_beyond_the_sixth_digit_are_not_another_spelling():
    body = "PC0004217"
    spelled = body + mod_37_36.calc_check_digit(body)
    assert fault(spelled) is TagFault.NOT_A_TAG


def test_a_hyphen_in_place_of_a_digit_does_not_shorten_the_number():
    assert fault("PC123-567X") is TagFault.NOT_A_TAG


def test_number_zero_is_not_a_tag():
    spelled = "PC000000" + mod_37_36.calc_check_digit("PC000000")
    assert fault(spelled) is TagFault.NOT_A_TAG
