from __future__ import annotations

import ast
import enum
import re
from pathlib import Path

import pytest

from agent import wire
from agent.checks.french import FRENCH as TESTS_FRENCH
from agent.spoken import (
    connecting,
    erasing,
    installing,
    looking,
    options,
    scanning,
    serving,
)
from agent.spoken.codes import CODES
from agent.words import FRENCH as OWN_FRENCH
from agent.words import Words, words_for

AGENT = Path(__file__).resolve().parents[2] / "agent"
FIELD = re.compile(r"{\w+}")
NARROW = "\u202f"
FRENCH = OWN_FRENCH | TESTS_FRENCH
CATALOGUES = {AGENT / "checks/french.py", *(AGENT / "spoken").iterdir()}


def spoken() -> set[str]:
    """Every text in the agent's own sources, but for the catalogues."""
    return {
        node.value
        for path in AGENT.rglob("*.py")
        if path not in CATALOGUES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def called() -> set[str]:
    """Every sentence that is said outright: words("…")."""
    return {
        node.args[0].value
        for path in AGENT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"words", "bench.words", "desk.words"}
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def every_french() -> list[str]:
    return [
        *FRENCH.values(),
        *(pair[1] for kind in CODES.values() for pair in kind.values()),
    ]


def test_every_sentence_has_its_french():
    assert called() <= set(FRENCH)


def test_no_french_outlives_its_sentence():
    assert set(FRENCH) <= spoken()


def test_each_sentence_is_in_one_catalogue():
    rooms = (
        serving,
        options,
        looking,
        erasing,
        scanning,
        connecting,
        installing,
    )
    assert sum(len(each.FRENCH) for each in rooms) == len(OWN_FRENCH)


def test_both_languages_have_the_same_blanks():
    different = [
        message
        for message, french in FRENCH.items()
        if set(FIELD.findall(message)) != set(FIELD.findall(french))
    ]
    assert different == []


def test_french_is_well_set():
    """A narrow space before : ; ? ! and %, and no straight apostrophe."""
    bare = [
        each for each in every_french() if re.search(rf"[^{NARROW}/\w][:;?!%]", each)
    ]
    glued = [each for each in every_french() if re.search(r"\w[;?!%]|\w: ", each)]
    assert (bare, glued) == ([], [])
    assert not [each for each in every_french() if "'" in each]


@pytest.mark.parametrize("kind", list(CODES), ids=lambda kind: kind.__name__)
def test_every_word_of_the_wire_can_be_said(kind):
    assert set(CODES[kind]) == {word.value for word in kind}
    assert issubclass(kind, enum.StrEnum)
    assert getattr(wire, kind.__name__) is kind


@pytest.mark.parametrize(
    ("environment", "is_french"),
    [
        ({"LANG": "fr_BE.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LC_ALL": "en_US", "LANG": "fr_FR"}, False),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_FR", "LANG": "en"}, True),
        ({}, False),
    ],
    ids=str,
)
def test_the_session_chooses_the_language(environment, is_french):
    assert words_for(environment).is_french is is_french


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (250_059_350_016, "250 GB", "250 Go"),
        (1_000_204_886_016, "1.0 TB", "1,0 To"),
        (999_999_999_999, "1000 GB", "1000 Go"),
        (512, "0.5 kB", "0,5 ko"),
    ],
)
def test_a_size_is_said_as_it_is_printed_on_the_drive(size, english, french):
    assert Words(is_french=False).size(size).replace(NARROW, " ") == english
    assert Words(is_french=True).size(size).replace(NARROW, " ") == french
