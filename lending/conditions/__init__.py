"""The conditions of a loan, a gift and a sale, in plain words and several languages.

`texts/<version>/<language>/<mode>.txt`: one sentence a line, as many lines in each
language, so that they stand side by side. The French text is the one that counts; every
other is « traduction pour information ». To add a language: its folder, with all three.
A change of meaning is a new version: papers keep the texts they were signed with.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lending.kinds import SpokenLanguage
from lending.states import HandOverMode

VERSION = 1
_TEXTS = Path(__file__).resolve().parent / "texts" / str(VERSION)
RIGHT_TO_LEFT = frozenset(
    {SpokenLanguage.ARABIC, SpokenLanguage.DARI, SpokenLanguage.PASHTO}
)


@cache
def conditions_in(language: str, mode: HandOverMode) -> tuple[str, ...]:
    """The sentences in this language; none where nobody has translated them."""
    if language not in languages():
        return ()
    text = (_TEXTS / language / f"{mode.value}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@cache
def languages() -> tuple[SpokenLanguage, ...]:
    """In which languages there are conditions, French first."""
    there = {folder.name for folder in _TEXTS.iterdir() if folder.is_dir()}
    return tuple(language for language in SpokenLanguage if language in there)


def direction_of(language: str) -> str:
    """For the page’s `dir`."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
