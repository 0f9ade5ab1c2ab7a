"""The tag on every labelled thing: `PC004217W`, shown to people as PC-004217-W.

A tag is the prefix of its kind, a number of at least six digits and one check
character over both (ISO 7064 MOD 37,36). The check finds every single wrong
character. It does not find everything: a few exchanges of neighbouring digits
that differ by one, and about one in 36 of the heavier errors (a digit lost from
a number of seven, two wrong characters) still end in a right check character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_37_36

MINIMUM_DIGITS = 6
MAXIMUM_DIGITS = 12


class TagKind(models.TextChoices):
    """What a tag may stand on; the value is the prefix in the barcode."""

    COMPUTER = "PC", _("Computer")
    SCREEN = "SC", _("Screen")
    TABLET = "TB", _("Tablet")
    PHONE = "PH", _("Smartphone")
    PERIPHERAL = "PE", _("Peripheral")
    DRIVE = "DR", _("Drive")
    PACK = "PK", _("Pack")
    PLACE = "PL", _("Place")
    SIM = "SM", _("SIM card")
    BOX = "BX", _("Box")


class TagFault(StrEnum):
    NOT_A_TAG = "not_a_tag"
    TRUNCATED = "truncated"
    WRONG_CHECK = "wrong_check"


class BadTag(ValueError):
    """The text is not one of our tags; `reason` says in what way."""

    def __init__(self, reason: TagFault) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag whose check character is right; `text` is its one stored form."""

    kind: TagKind
    number: int
    text: str

    @property
    def display(self) -> str:
        return display(self.text)


_PREFIXES = "|".join(TagKind.values)
# Separators are accepted where we print them, and nowhere else: a hyphen read in
# place of a digit must not shorten the number unseen.
_SHAPE = re.compile(
    rf"({_PREFIXES})[ \-]?(?=\d)(\d{{0,{MAXIMUM_DIGITS}}})[ \-]?([0-9A-Z])", re.ASCII
)
_SPOKEN = re.compile(rf"({_PREFIXES})([0-9]{{1,{MINIMUM_DIGITS}}})")


def format_tag(kind: TagKind, number: int) -> str:
    """`(COMPUTER, 4217)` gives `PC004217W`.

    Raises ValueError for a number that no tag can carry: tags count from one.
    """
    if not 1 <= number < 10**MAXIMUM_DIGITS:
        message = f"no tag can carry the number {number}"
        raise ValueError(message)
    body = f"{kind.value}{number:0{MINIMUM_DIGITS}d}"
    return body + mod_37_36.calc_check_digit(body)


def display(text: str) -> str:
    """`PC004217W` as people read it: `PC-004217-W`. `text` must be a stored tag."""
    return f"{text[:2]}-{text[2:-1]}-{text[-1]}"


def parse_tag(text: str) -> Tag:
    """Read a tag as stored or as shown; capitals do not matter.

    A number has one spelling only: zeros fill it up to six digits and no further.
    Raises BadTag.
    """
    match = _SHAPE.fullmatch(text.strip(" -").upper())
    if match is None:
        raise BadTag(TagFault.NOT_A_TAG)
    prefix, digits, check = match.groups()
    if len(digits) < MINIMUM_DIGITS:
        raise BadTag(TagFault.TRUNCATED)
    compact = prefix + digits + check
    if not mod_37_36.is_valid(compact):
        raise BadTag(TagFault.WRONG_CHECK)
    kind, number = TagKind(prefix), int(digits)
    if number == 0 or format_tag(kind, number) != compact:
        raise BadTag(TagFault.NOT_A_TAG)
    return Tag(kind=kind, number=number, text=compact)


def filled_up(word: str) -> str:
    """`PC155`, as people say a tag, with the zeros of `PC000155`; else the word itself."""
    match = _SPOKEN.fullmatch(word)
    return match[1] + match[2].zfill(MINIMUM_DIGITS) if match else word


class TagInAddress:
    """The path converter `tag`: what cannot be one of our tags is not found."""

    regex = rf"[A-Z]{{2}}[0-9]{{{MINIMUM_DIGITS},{MAXIMUM_DIGITS}}}[0-9A-Z]"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
