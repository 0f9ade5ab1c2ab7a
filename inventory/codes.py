"""Serials, makes and models as they are compared: pure functions."""

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
# What stands in the field for the maker and names none.
_NO_MAKER = frozenset(
    {"ATA", "NVME", "USB", "SCSI", "GENERIC", "VIRTIO", "MSFT", "TECHNOLOGY"}
    | {"CORPORATION", "CORP", "INC", "CO", "LTD", "ELECTRONICS", "DIGITAL"}
)
_OTHER_NAMES = {"WDC": "WESTERN", "WD": "WESTERN", "HITACHI": "HGST"}
# Where SCSI, and what speaks like it, cuts a model off; the spaces at its end go too.
_CUT_AT = range(14, 17)


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


def same_product(
    make: str, model: str, other_make: str, other_model: str
) -> bool | None:
    """Whether two writings of make and model are of one product; None: who knows.

    Labels and tools write one drive as “Samsung / SSD 860 EVO 500GB”, “ATA /
    Samsung_SSD_860” and “860 EVO”: what the shorter one says must all be in the
    other, unless a tool cut it off.
    """
    makers, others = _words(make) - _NO_MAKER, _words(other_make) - _NO_MAKER
    if makers and others and not makers & others:
        return False
    shorter, longer = sorted((model, other_model), key=lambda each: len(key(each)))
    if not key(shorter):
        return None
    said, there = _words(shorter), _words(longer)
    if said & there and said <= there | makers | others:
        return True
    return _is_cut_off(model, other_make, other_model) or _is_cut_off(
        other_model, make, model
    )


def _is_cut_off(text: str, make: str, model: str) -> bool:
    """Whether a text is the beginning of this model, with or without its maker."""
    wholes = (key(model), key(make + model))
    return len(text.strip()) in _CUT_AT and any(
        whole.startswith(key(text)) for whole in wholes
    )


def _words(text: str) -> frozenset[str]:
    found = _SEPARATORS.sub(" ", text.upper()).split()
    return frozenset(_OTHER_NAMES.get(word, word) for word in found)


def search_words(text: str) -> list[str]:
    """What a search asks for: words of capitals and digits, `X-230` being one.

    A word of one sign is left out beside others: it would find everything.
    """
    words = [key(chunk)[:64] for chunk in text.split()]
    return [word for word in words if len(word) > 1] or [w for w in words if w][:1]
