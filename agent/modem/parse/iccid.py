"""The number of a SIM card (ITU-T E.118), as modems and labels give it."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

SHORTEST, LONGEST = 18, 20
SAME = 18  # printed cards leave out the check digit, or its filler, or neither
HEX_FROM = 6  # some operators count their cards in hexadecimal after the issuer
# The country codes of E.164 that have one digit or two; all others have three.
SHORT = re.compile(
    r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]", re.ASCII
)


class Unusable(enum.StrEnum):
    """Why a text is no card's number."""

    CHARS = "chars"
    LENGTH = "length"
    MII = "mii"


class NotAnIccid(ValueError):
    """What was read is no card's number, for `why`."""

    def __init__(self, why: Unusable) -> None:
        super().__init__(why)
        self.why = why


class Iccid(NamedTuple):
    """A card's number, in the order in which it is printed, without filler."""

    digits: str

    @property
    def is_luhn(self) -> bool:
        """Whether its check digit fits. Real cards exist whose does not."""
        if not self.digits.isdigit():
            return False
        each = [int(digit) for digit in reversed(self.digits)]
        doubled = sum(sum(divmod(2 * digit, 10)) for digit in each[1::2])
        return (sum(each[::2]) + doubled) % 10 == 0

    @property
    def country(self) -> str:
        """The telephone code of the issuer's country: 33 is France, 32 Belgium."""
        found = SHORT.match(self.digits, 2)
        return found[0] if found else self.digits[2:5]

    @property
    def issuer(self) -> str:
        start = 2 + len(self.country)
        return self.digits[start : start + 2]

    def is_same(self, other: Iccid) -> bool:
        return self.digits[:SAME] == other.digits[:SAME]


def iccid(said: str) -> Iccid:
    """Read a card's number; raises NotAnIccid.

    Filler goes, and where it stands as it does on the card, nibble after nibble
    swapped (it begins with 98 then), it is put right.
    """
    text = said.strip().strip('"').replace(" ", "").upper()
    if not re.fullmatch("[0-9A-F]*", text):
        raise NotAnIccid(Unusable.CHARS)
    if not SHORTEST <= len(text) <= LONGEST:
        raise NotAnIccid(Unusable.LENGTH)
    if text.startswith("98") and len(text) == LONGEST:
        text = swapped(text)
    text = text.rstrip("F")
    if not text.startswith("89"):
        raise NotAnIccid(Unusable.MII)
    if not text[:HEX_FROM].isdigit():
        raise NotAnIccid(Unusable.CHARS)
    if len(text) < SHORTEST:
        raise NotAnIccid(Unusable.LENGTH)
    return Iccid(text)


def swapped(text: str) -> str:
    """Each pair of characters the other way round."""
    return "".join(text[at + 1 : at + 2] + text[at] for at in range(0, len(text), 2))
