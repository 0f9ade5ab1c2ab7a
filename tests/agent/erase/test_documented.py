"""The page about erasure says what the table says."""

from __future__ import annotations

import re
from pathlib import Path

from agent.erase.table import TABLE
from agent.erase.thawing import WORD
from agent.methods import Hidden

PAGE = (Path(__file__).resolve().parents[3] / "docs/erasure.md").read_text()
ROW = re.compile(
    r"^\| (?:`(\w+)`)? ?\| `(\w+)` \| `(\w+)` \| `(\w+)` \|$", re.MULTILINE
)


def test_the_table_of_the_page_is_the_table():
    told, medium = [], ""
    for named, *rest in ROW.findall(PAGE):
        medium = named or medium
        told.append((medium, *rest))
    known = [(medium.value, *rung) for medium, rungs in TABLE.items() for rung in rungs]
    assert told == known


def test_every_word_for_a_hidden_area_is_explained():
    assert [word for word in Hidden if f"| `{word}` |" not in PAGE] == []


def test_the_words_that_thaw_are_on_the_page():
    assert f"`{WORD}sleep`" in PAGE
    assert f"`{WORD}replug`" in PAGE
