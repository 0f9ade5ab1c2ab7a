"""Arabic on paper: joined, and from right to left."""

from __future__ import annotations

import unicodedata

from backoffice.core.letters import as_drawn, joined, lines_as_drawn


def plain(drawn: str) -> str:
    """The letters that drawn forms stand for, in the order they are read."""
    return unicodedata.normalize("NFKC", drawn[::-1])


def test_what_is_read_from_left_to_right_stays_as_it_is() -> None:
    assert as_drawn("Hélène – Олександра") == "Hélène – Олександра"


def test_letters_take_the_form_their_neighbours_ask_for() -> None:
    assert joined("ليلى") == "\ufee0\ufef4\ufee0\ufef0".replace("\ufee0", "\ufedf", 1)
    assert joined("داد") == "\ufea9\ufe8d\ufea9"


def test_lam_and_alef_are_one() -> None:
    assert joined("سلام") == "\ufeb3\ufefc\ufee1"


def test_a_name_is_turned_round_and_what_stands_beside_it_is_not() -> None:
    drawn = as_drawn("Pack 12, pour ليلى حداد (2)")
    assert drawn.startswith("Pack 12, pour ")
    assert drawn.endswith(" (2)")
    assert plain(drawn[14:-4]) == "ليلى حداد"


def test_vowel_signs_are_left_out() -> None:
    assert joined("مُعار") == joined("معار")


def test_a_paragraph_is_broken_before_it_is_turned() -> None:
    text = "تبقى الحزمة ملكا للجمعية"
    lines = list(lines_as_drawn(text, 12, lambda line: float(len(line))))
    assert len(lines) > 1
    assert " ".join(plain(line) for line in lines) == text
