"""Letters that run from right to left and join, for a canvas that draws what it is given.

A PDF shows glyphs one after the other from left to right: Arabic has to be given the
joined forms of its letters (Unicode's presentation forms, which DejaVu Sans holds), last
letter first. Browsers do that themselves. Vowel signs are left out: names do without.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

_FORMS = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))
_STRONG = frozenset({"R", "AL"})
# A run from right to left, with the spaces and signs between its words.
_RUN = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]"
    "(?:[^\\w\n]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+)*"
)
_MIRRORED = str.maketrans("()[]{}«»<>", ")(][}{»«><")
Forms = dict[str, str]


def has_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in _STRONG for sign in text)


def as_drawn(text: str) -> str:
    """One line of text, each run of it that is read from right to left turned round."""
    if not has_right_to_left(text):
        return text
    return _RUN.sub(lambda run: _turned(run[0]), text)


def lines_as_drawn(
    text: str, width: float, measure: Callable[[str], float]
) -> Iterator[str]:
    """A paragraph read from right to left, in lines no wider than `width`, to be drawn.

    The whole line is turned round: what stands first in it is drawn last.
    """
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and measure(joined(longer)) > width:
            yield _turned(line)
            longer = word
        line = longer
    if line:
        yield _turned(line)


def joined(text: str) -> str:
    """Arabic letters in the form that they take beside their neighbours."""
    signs = _paired([sign for sign in text if not unicodedata.combining(sign)])
    out = []
    for place, sign in enumerate(signs):
        forms = _forms().get(sign)
        if forms is None:
            out.append(sign)
            continue
        before = signs[place - 1] if place else ""
        after = signs[place + 1] if place + 1 < len(signs) else ""
        out.append(_form(forms, _goes_on(before), _goes_on(sign) and _joins(after)))
    return "".join(out)


def _turned(text: str) -> str:
    return joined(text)[::-1].translate(_MIRRORED)


def _form(forms: Forms, from_before: bool, to_after: bool) -> str:
    is_joined = from_before and "final" in forms
    wanted = (
        ("medial", "final")
        if is_joined and to_after
        else ("final",)
        if is_joined
        else ("initial",)
        if to_after
        else ()
    )
    return next((forms[each] for each in wanted if each in forms), forms["isolated"])


def _goes_on(sign: str) -> bool:
    """Whether a letter joins the one after it."""
    return "initial" in _forms().get(sign, {})


def _joins(sign: str) -> bool:
    """Whether a letter joins the one before it."""
    return "final" in _forms().get(sign, {})


def _paired(signs: list[str]) -> list[str]:
    """Lam and alef are one letter where they meet."""
    out: list[str] = []
    for sign in signs:
        if out and out[-1] + sign in _forms():
            out[-1] += sign
        else:
            out.append(sign)
    return out


@cache
def _forms() -> dict[str, Forms]:
    """By letter: its forms, as Unicode says which letter each form stands for."""
    known: dict[str, Forms] = {}
    for code in _FORMS:
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        if kind[1:-1] in {"isolated", "initial", "medial", "final"}:
            base = "".join(chr(int(letter, 16)) for letter in letters)
            if len(base) == 1 or (len(base) == 2 and base[0] == "\u0644"):
                known.setdefault(base, {}).setdefault(kind[1:-1], chr(code))
    return {base: forms for base, forms in known.items() if _whole(base, forms)}


def _whole(base: str, forms: Forms) -> bool:
    """A letter; of the ligatures only lam and alef, which are never written apart."""
    if "isolated" not in forms:
        return False
    return len(base) == 1 or base[1] in "\u0622\u0623\u0625\u0627"
