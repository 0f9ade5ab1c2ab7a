"""What a scanner set to a US keyboard types on an AZERTY computer, turned back.

A barcode scanner is a keyboard: it sends keys, and the computer's layout decides
which characters they are. On a French or Belgian layout `PC004217W` arrives as
`PCàà'é&èZ`.
"""

from __future__ import annotations

from collections.abc import Mapping

# Key by key, from the top left of the keyboard to the bottom right.
_US = "`1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./"
_US_SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|ZXCVBNM<>?'
_FRENCH = "²&é\"'(-è_çà)=azertyuiop^$qsdfghjklmù*wxcvbn,;:!"
_FRENCH_SHIFTED = "~1234567890°+AZERTYUIOP¨£QSDFGHJKLM%µWXCVBN?./§"
_BELGIAN = "²&é\"'(§è!çà)-azertyuiop^$qsdfghjklmùµwxcvbn,;:="
_BELGIAN_SHIFTED = "³1234567890°_AZERTYUIOP¨*QSDFGHJKLM%£WXCVBN?./+"

_ACCENTS = "éèçàù"
# Unshifted on the digit row of both layouts, and rare in a real serial number.
_DIGIT_ROW_SIGNS = frozenset("&é\"'(§èçà)")
_BELGIAN_SIGNS = frozenset("§!")


def _keys(plain: str, shifted: str) -> Mapping[int, str]:
    typed_to_us = dict(zip(shifted + plain, _US_SHIFTED + _US, strict=True))
    # Some systems make capitals of the accents under Caps Lock.
    capitals = {accent.upper(): typed_to_us[accent] for accent in _ACCENTS}
    return str.maketrans(typed_to_us | capitals)


_FROM_FRENCH = _keys(_FRENCH, _FRENCH_SHIFTED)
_FROM_BELGIAN = _keys(_BELGIAN, _BELGIAN_SHIFTED)


def from_french(text: str) -> str:
    """The characters that the same keys give on a US layout."""
    return text.translate(_FROM_FRENCH)


def from_belgian(text: str) -> str:
    """As `from_french`; the two differ in the digits 6 and 8 and a few signs."""
    return text.translate(_FROM_BELGIAN)


def from_azerty(text: str) -> str:
    """The likelier of the two, told by the signs that only one of them has."""
    if _BELGIAN_SIGNS.isdisjoint(text):
        return from_french(text)
    return from_belgian(text)


def looks_like_azerty(text: str) -> bool:
    """Whether the digits of this text seem to have been typed without Shift.

    It takes signs of the digit row and no digit at all. Hyphen and underscore alone
    do not tell: serial numbers have them. Nor do words with accents, as a person
    writes them: a scanner's letters are capitals, its digits small accents.
    """
    signs = _DIGIT_ROW_SIGNS.intersection(text.lower())
    if not signs or any(character.isdigit() for character in text):
        return False
    return not _are_words(text)


def _are_words(text: str) -> bool:
    letters = all(character.isalpha() or character in " -'" for character in text)
    return letters and any("a" <= character <= "z" for character in text)
