"""The conditions say the same, sentence for sentence, in every language there is."""

from __future__ import annotations

import pytest

from lending.conditions import conditions_in, direction_of, languages
from lending.states import HandOverMode


@pytest.mark.parametrize("mode", HandOverMode)
def test_every_language_has_every_sentence(mode: HandOverMode) -> None:
    french = conditions_in("fr", mode)
    assert len(french) >= 6
    for language in languages():
        assert len(conditions_in(language, mode)) == len(french), language


def test_french_comes_first_and_english_is_there() -> None:
    assert languages()[0] == "fr"
    assert {"en", "ar", "uk"} <= set(languages())


@pytest.mark.parametrize("unknown", ["ti", "", "../fr", "zz"])
def test_what_nobody_translated_is_not_there(unknown: str) -> None:
    assert conditions_in(unknown, HandOverMode.GIFT) == ()


def test_arabic_is_read_from_the_right() -> None:
    assert (direction_of("ar"), direction_of("uk")) == ("rtl", "ltr")


@pytest.mark.parametrize("mode", HandOverMode)
def test_french_stands_off_its_high_signs_by_a_narrow_space(mode: HandOverMode) -> None:
    for sentence in conditions_in("fr", mode):
        assert not any(f" {sign}" in sentence for sign in ":;!?")
        assert "'" not in sentence
