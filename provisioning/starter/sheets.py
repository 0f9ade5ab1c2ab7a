"""The sheets as they are written: a goal, what one needs, steps, and what may go wrong."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

TEXTS: Final = Path(__file__).with_name("texts")
# The four workshops, in their order.
WORKSHOPS: Final = ("computer", "cv", "email", "jobs")
SHEETS: Final = ("first-evening", *WORKSHOPS, "connection", "family", "seniors")
LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Part:
    """A step and how it is done, or a trouble and what helps."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet in one language; `workshop` is its number, 0 where it is of none."""

    name: str
    language: str
    title: str
    goal: str
    minutes: int
    needs: tuple[str, ...]
    steps: tuple[Part, ...]
    troubles: tuple[Part, ...]
    exercise: str
    remember: str
    workshop: int


def read(name: str, language: str) -> Sheet:
    """The sheet of this name, one of `SHEETS`."""
    said = tomllib.loads((TEXTS / language / f"{name}.toml").read_text("utf-8"))
    return _sheet(name, language, said)


def _sheet(name: str, language: str, said: dict[str, Any]) -> Sheet:
    return Sheet(
        name=name,
        language=language,
        title=said["title"],
        goal=said["goal"],
        minutes=said["minutes"],
        needs=tuple(said["needs"]),
        steps=tuple(Part(each["title"], each["text"]) for each in said["steps"]),
        troubles=tuple(Part(each["when"], each["then"]) for each in said["troubles"]),
        exercise=said["try"],
        remember=said["remember"],
        workshop=said.get("workshop", 0),
    )
