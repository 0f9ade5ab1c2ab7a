"""Whoever reads French reads in French what came of a step."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from agent.profile.steps import StepKind
from agent.provision.reasons import CODES, FRENCH, failed, say
from agent.provision.steps import HANDLERS
from agent.words import Words

PROVISION = Path(__file__).resolve().parents[3] / "agent/provision"
SPEAKERS = [PROVISION / "files.py", *sorted((PROVISION / "steps").glob("*.py"))]
TOLD_BY_PROGRAMS = {"system default destination"}
SENTENCE = re.compile(r"([a-z][a-z’-]*(?:[;,]? [A-Za-z’-]+){2,})(?:: )?")


def spoken(file):
    """Every sentence in a step's code that is no docstring and no template."""
    tree = ast.parse(file.read_text())
    texts = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {found[1] for text in texts if (found := SENTENCE.fullmatch(text))}


def named(file):
    return set(re.findall(r'failed\(\s*"([a-z_]+)"', file.read_text()))


@pytest.mark.parametrize("file", SPEAKERS, ids=lambda file: file.stem)
def test_every_sentence_of_a_step_has_its_french_and_every_code_its_sentence(file):
    assert spoken(file) - set(FRENCH) - TOLD_BY_PROGRAMS == set()
    assert named(file) <= set(CODES)


def test_every_code_is_said_in_french_and_no_french_outlives_its_sentence():
    assert set(CODES.values()) <= set(FRENCH)
    sources = "".join(file.read_text() for file in PROVISION.rglob("*.py"))
    assert [reason for reason in FRENCH if sources.count(reason) < 2] == []


def test_what_varies_stays_as_it_is_and_stays_short():
    exc = failed("no_such_package", "libre\x00office\n" + "x" * 999)
    french, english = Words(is_french=True), Words(is_french=False)
    assert say(french, exc.why).startswith(
        "ce système n’a pas de paquet de ce nom\u202f: "
    )
    assert say(english, exc.why) == exc.why
    assert len(exc.why) < 300


def test_every_kind_of_step_has_its_handler():
    assert set(HANDLERS) == set(StepKind)
    for kind in StepKind:
        made = HANDLERS[kind]()
        assert all(hasattr(made, each) for each in ("check", "apply", "undo"))


def test_every_code_and_every_kind_is_documented():
    page = (PROVISION.parents[1] / "docs/steps.md").read_text()
    names = {*CODES, *(kind.value for kind in StepKind)}
    assert {name for name in names if f"`{name}`" not in page} == set()
