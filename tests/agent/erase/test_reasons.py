"""Whoever reads French reads in French why a drive was not erased."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from agent.erase.reasons import FRENCH, say
from agent.words import Words

ERASE = Path(__file__).resolve().parents[3] / "agent/erase"
SPEAKERS = [ERASE / "overwrite.py", *sorted((ERASE / "firmware").glob("*.py"))]
SENTENCE = re.compile(r"[a-z][a-z’]*(?:[;,]? [a-z’]+){2,}")


def spoken(file):
    """Every sentence in a method's code that is no docstring."""
    tree = ast.parse(file.read_text())
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in documented
        and SENTENCE.fullmatch(node.value)
    }


@pytest.mark.parametrize("file", SPEAKERS, ids=lambda file: file.stem)
def test_every_reason_has_its_french(file):
    assert spoken(file) <= set(FRENCH)


def test_no_french_outlives_its_reason():
    sources = "".join(file.read_text() for file in SPEAKERS)
    assert [reason for reason in FRENCH if reason not in sources] == []


def test_what_varies_stays_as_it_is():
    french, english = Words(is_french=True), Words(is_french=False)
    reason = "the drive is gone: byte 4096, No space left on device"
    told = "le disque n’est plus là\u202f: byte 4096, No space left on device"
    assert say(french, reason) == told
    assert say(english, reason) == reason
    assert say(french, "stopped before it began") == "arrêté avant de commencer"
    assert say(french, "what nobody knows") == "what nobody knows"
