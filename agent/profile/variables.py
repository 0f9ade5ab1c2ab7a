"""The few values that differ from person to person: `{{user.login}}` and the like.

They are put in where the schema says `Templated`, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from agent.kinds import Kind, Malformed
from agent.message import Message
from agent.profile.strict import Exact

# Accounts of Debian itself, which no person gets.
_RESERVED: Final = (
    "root|daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|www-data|backup|list"
    "|irc|gnats|nobody|messagebus|sshd|avahi|cups|kolibri|kiwix|rebond|sudo|systemd-.*"
)
LOGIN: Final = rf"(?!(?:{_RESERVED})\Z)[a-z][a-z0-9-]{{0,30}}"

# What each may hold once it is filled in; none of them can end a line.
VARIABLES: Final[Mapping[str, str]] = {
    "user.login": LOGIN,
    "user.name": r"[^\x00-\x1f:,\"\\]{1,60}",
    "user.password_hash": r"\$[0-9a-z]+\$[A-Za-z0-9./$=,-]{10,200}",
    "machine.hostname": r"[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?",
    "contact.name": r"[^\x00-\x1f<>&\"\\]{1,80}",
    "contact.phone": r"\+?[0-9 .]{3,24}",
    "structure.name": r"[^\x00-\x1f<>&\"\\]{1,120}",
}
# They go into their own fields, and into no text that anybody can read.
SECRET: Final = frozenset({"user.password_hash"})
_NAMED: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class Unfilled(ValueError):
    """A value that the description asks for was not given, or is not of its form."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the value {name} is missing or not of its form")
        self.name = name


class Templated(Exact):
    """A text in which `{{…}}` names a known value."""

    def fit(self, value: Any, where: str) -> str:
        text = super().fit(value, where)
        for name in names_in(text):
            if name not in VARIABLES or name in SECRET:
                raise Malformed(where, f"asks for {name[:40]}, which no text may")
        return text


class Filled(Kind):
    """Either a text of one exact form, or one named value in its place."""

    def __init__(self, pattern: str, meaning: str, name: str) -> None:
        self._pattern = pattern
        self._meaning = meaning
        self._name = name

    def fit(self, value: Any, where: str) -> str:
        if value == f"{{{{{self._name}}}}}":
            return str(value)
        if not isinstance(value, str) or not re.fullmatch(self._pattern, value):
            raise Malformed(where, f"is not {self._meaning}")
        return value


def names_in(text: str) -> list[str]:
    return _NAMED.findall(text)


def wanted(message: Message) -> frozenset[str]:
    """The names of the values that a description, or a step of it, asks for."""
    return frozenset(name for text in _texts(message) for name in names_in(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; raises `Unfilled` where one is missing or misshapen."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        given = values.get(name, "")
        if not re.fullmatch(VARIABLES.get(name, "(?!)"), given):
            raise Unfilled(name)
        return given

    return _NAMED.sub(value, text)


def _texts(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, Message):
        for value in vars(held).values():
            yield from _texts(value)
    elif isinstance(held, tuple):
        for each in held:
            yield from _texts(each)
