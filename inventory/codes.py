"""Serial numbers as they are compared: pure functions."""

from __future__ import annotations

import re

# What makers leave where a serial should be (seen on real machines).
_PLACEHOLDERS = frozenset(
    {
        "",
        "DEFAULTSTRING",
        "TOBEFILLEDBYOEM",
        "TOBEFILLEDBYOEMOEM",
        "SYSTEMSERIALNUMBER",
        "CHASSISSERIALNUMBER",
        "BASEBOARDSERIALNUMBER",
        "SYSTEMPRODUCTNAME",
        "SYSTEMMANUFACTURER",
        "NOTSPECIFIED",
        "NOTAPPLICABLE",
        "NOTAVAILABLE",
        "NOTSETTABLE",
        "UNKNOWN",
        "UNDEFINED",
        "INVALID",
        "NONE",
        "NULL",
        "NA",
        "OEM",
        "SERIALNUMBER",
        "SN",
        "SSN12345678901234567",
        "123456789",
        "1234567890",
        "0123456789",
        "0123456789ABCDEF",
        "12345678",
    }
)
_SEPARATORS = re.compile(r"[^0-9A-Z]")


def key(text: str) -> str:
    """How two makes, models or serials are compared: capitals and digits only.

    Never longer than the text, though “ß” is two capitals: it fits where that does.
    """
    return _SEPARATORS.sub("", text.upper())[: len(text)]


def is_placeholder(serial: str) -> bool:
    """Whether a serial identifies nothing: empty, a maker's filler, one sign repeated."""
    bare = key(serial)
    return bare in _PLACEHOLDERS or len(set(bare)) == 1


def serial_key(serial: str) -> str:
    """The serial as it is compared, or "" when it identifies nothing."""
    return "" if is_placeholder(serial) else key(serial)


def search_words(text: str) -> list[str]:
    """What a search asks for: words of capitals and digits, `X-230` being one.

    A word of one sign is left out beside others: it would find everything.
    """
    words = [key(chunk)[:64] for chunk in text.split()]
    return [word for word in words if len(word) > 1] or [w for w in words if w][:1]
