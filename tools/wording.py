"""What a translated sentence must keep: its typography and its placeholders.

A high punctuation mark keeps its narrow no-break space (U+202F), so that it never
stands alone at the start of a line. Source: Lexique des règles typographiques en
usage à l’Imprimerie nationale; the house uses the narrow space before the colon too.
"""

from __future__ import annotations

import re
from collections import Counter

NARROW = "\u202f"

PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0 +-]*[\d.]*[a-z]|%[sd]|\{\w*(?:![rsa])?(?::[^{}]*)?\}"
)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# What is not a sentence: placeholders, tags, entities, addresses, clock times, code.
_NOT_PROSE = re.compile(
    rf"{PLACEHOLDER.pattern}|{TAG.pattern}|%%|&#?\w+;"
    r"|\w+://\S*[^\s.,;:?!»)]|\b\d{1,2}:\d{2}(?::\d{2})?\b|`[^`]*`"
)
_ENGLISH_FAULTS = {
    re.compile(r"(?<=\w)'|'(?=\w)"): "straight apostrophe “{}”: write ’",
    re.compile(r"\.\.\."): "three dots “{}”: write …",
}
_FRENCH_FAULTS = {
    re.compile(rf"(?<![{NARROW};:?!])[;:?!]"): "no narrow space (U+202F) before “{}”",
    re.compile(rf"«(?!{NARROW})"): "no narrow space (U+202F) after “{}”",
    re.compile(rf"(?<!{NARROW})»"): "no narrow space (U+202F) before “{}”",
    re.compile(r'"'): "straight quotation mark “{}”: write « »",
    **_ENGLISH_FAULTS,
}
_FAULTS = {"fr": _FRENCH_FAULTS, "en": _ENGLISH_FAULTS}


def typography(text: str, language: str) -> list[str]:
    """What a reader of `language` ("fr" or "en") would stumble over, in words."""
    prose = _NOT_PROSE.sub("¤", text)
    return [
        said.format(match.group())
        for pattern, said in _FAULTS[language].items()
        for match in pattern.finditer(prose)
    ]


def lost(ids: tuple[str, ...], strings: tuple[str, ...]) -> list[str]:
    """The placeholders and tags in which `strings` differ from their message `ids`.

    In a plural, a form for one may leave out the number that its English has, or
    say it where the English does not; every other form carries exactly what the
    English plural carries.
    """
    last = _marks(ids[-1])
    faults = [
        f"“{string}” should carry {_said(last)}"
        for string in strings[len(ids) - 1 :]
        if _marks(string) != last
    ]
    if len(ids) > 1:
        one, known = _marks(strings[0]), _marks(ids[0]) | last
        kept = _marks(ids[0]) & last
        if not kept <= one or not one <= known:
            faults.append(f"“{strings[0]}” should carry {_said(_marks(ids[0]))}")
    return faults


def _marks(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text)) + Counter(TAG.findall(text))


def _said(marks: Counter[str]) -> str:
    return ", ".join(sorted(marks.elements())) or "no placeholder"
