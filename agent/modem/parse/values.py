"""The values after a tag: bare, quoted, empty, and groups of them in brackets."""

from __future__ import annotations

import re
from typing import TypeAlias

Value: TypeAlias = "str | tuple[str, ...]"

# A quote that closes stands before a comma or the end; one that nothing closes ends
# at its comma: modems do forget them.
ONE = re.compile(
    r'\s*(?:"(?P<quoted>[^"]*)"(?=\s*(?:,|$))|"(?P<open>[^",]*)'
    r'|\((?P<group>(?:"[^"]*"|[^()"])*)\)|(?P<bare>[^,]*))\s*(?:,|$)'
)
MOST = 1_000


def values(text: str) -> list[Value]:
    """Each value in its place; "" where there is none. At most a thousand."""
    found: list[Value] = []
    at, text = 0, text.strip()
    while at <= len(text) and len(found) < MOST:
        one = ONE.match(text, at)
        if one is None:
            break
        found.append(_value(one))
        if one.end() == len(text) and not text.endswith(",", at, one.end()):
            break
        at = one.end()
    return found


def _value(one: re.Match[str]) -> Value:
    if one["group"] is not None:
        return tuple(str(each) for each in flat(one["group"]))
    said = next(
        each for each in (one["quoted"], one["open"], one["bare"]) if each is not None
    )
    return said.strip()


def flat(text: str) -> list[str]:
    """The same, where no groups are expected: a group is left out."""
    return [each if isinstance(each, str) else "" for each in values(text)]


def number(said: list[str], place: int) -> int | None:
    """The whole number at a place; None where there is none."""
    word = said[place] if place < len(said) else ""
    is_number = word.isascii() and word.isdigit() and len(word) < 10
    return int(word) if is_number else None


def word(said: list[str], place: int) -> str | None:
    """What is said at a place; None where nothing is."""
    return (said[place] or None) if place < len(said) else None
