"""Words that stand where a name or a number should: no mark of any machine.

Firmware is often shipped with its blanks filled by such words, the same on a
thousand machines. They are sent as found and must never be compared.
"""

from __future__ import annotations

import re

# In lower case, letters and digits alone.
PLACEHOLDERS = frozenset(
    [
        "tobefilledbyoem",
        "filledbyoem",
        "tobefilledbyoemoem",
        "tobefilled",
        "default",
        "defaultstring",
        "defaultvalue",
        "string",
        "systemmanufacturer",
        "systemproductname",
        "systemproduct",
        "systemname",
        "systemversion",
        "systemserialnumber",
        "systemserial",
        "systemskunumber",
        "systemsku",
        "skunumber",
        "sku",
        "systemfamily",
        "systemuuid",
        "manufacturer",
        "baseboard",
        "baseboardmanufacturer",
        "baseboardproductname",
        "baseboardproduct",
        "baseboardversion",
        "baseboardserialnumber",
        "boardserialnumber",
        "boardversion",
        "boardproductname",
        "chassismanufacturer",
        "chassisversion",
        "chassisserialnumber",
        "chassisassettag",
        "assettag",
        "assettagnumber",
        "noassettag",
        "noassettag1",
        "noassetinformation",
        "assetnumber",
        "assetserialnumber",
        "assetserial",
        "atagnumber",
        "serialnumber",
        "serial",
        "sernum",
        "productname",
        "productversion",
        "version",
        "noserial",
        "noserialnumber",
        "partnumber",
        "notspecified",
        "notapplicable",
        "notavailable",
        "notprovided",
        "notpresent",
        "notsettable",
        "notdefined",
        "notset",
        "notsupported",
        "na",
        "nil",
        "null",
        "none",
        "nonumber",
        "empty",
        "blank",
        "unknown",
        "unknow",
        "undefined",
        "unspecified",
        "unidentified",
        "invalid",
        "invalidstring",
        "oem",
        "oemoem",
        "oemstring",
        "oemserial",
        "other",
        "badindex",
        "outofspec",
        "fillbyoem",
        "type1serialnumber",
        "type1productname",
        "type1sku0",
        "type1family",
        "type1manufacturer",
        "type2boardserialnumber",
        "type2boardmanufacturer",
        "type2boardproductname",
        "type2boardversion",
        "type3chassisserialnumber",
        "chassismanufacture",
        "enclosureserialnumber",
        "test",
        "tbd",
        "eval",
        "ffffffff",
        "cpuversion",
        "processorversion",
        "processormanufacturer",
        "nodimm",
        "nomodule",
        "modulemanufacturer",
        "moduleserialnumber",
        "modulepartnumber",
        "virtual",
    ]
)

# Numbers that count up: 0123456789, 123456789, 012345678912345678…, 1234567890abcdef.
COUNTING = re.compile(r"0?(?:1234?|(?:0?123456789)+0?1?2?3?4?5?6?7?8?)")
COUNTING_HEX = re.compile(r"0?123456789(?:0?abcdef?)?|(?:1234567(?:8|89|890)?)+")
# What some makers put before such a number: SSN12345678901234567, 0x00000000.
PREFIX = re.compile(r"^(?:0x(?=0+$|f+$)|(?:[bsc]?s|[cpu])?n(?=0?123456789))")
SAME = re.compile(r"(.)\1*")
ALWAYS_EMPTY = frozenset("0fx1-")

UUIDS = frozenset(
    {
        # the firmware kits' own examples
        "03000200-0400-0500-0006-000700080009",
        "00020003-0004-0005-0006-000700080009",
        "12345678-1234-5678-90ab-cddeefaabbcc",
        "78563412-3412-7856-90ab-cddeefaabbcc",
        "01020304-0506-0708-090a-0b0c0d0e0f10",
        "00010203-0405-0607-0809-0a0b0c0d0e0f",
    }
)


def is_placeholder(word: str) -> bool:
    """Whether a text of the firmware names nothing: empty, a filler, or all alike."""
    bare = PREFIX.sub("", re.sub(r"[\W_]", "", word.lower()))
    if not bare or bare in PLACEHOLDERS:
        return True
    if SAME.fullmatch(bare):
        return bare[0] in ALWAYS_EMPTY or len(bare) > 3
    counts = COUNTING.fullmatch(bare) or COUNTING_HEX.fullmatch(bare)
    return len(bare) > 3 and counts is not None


def known(word: str) -> str:
    """The text without its outer blanks, or "" where it is a placeholder."""
    return "" if is_placeholder(word) else word.strip()


def known_uuid(word: str) -> str:
    """A UUID in lower case, or "" where it is none or the same on many machines."""
    import uuid  # a look compares nothing

    try:
        plain = str(uuid.UUID(word.strip()))
    except ValueError:
        return ""
    is_filler = len(set(plain.replace("-", ""))) <= 2 or plain in UUIDS
    return "" if is_filler else plain


def other_byte_order(plain: str) -> str:
    """The same UUID with its first three fields the other way round.

    SMBIOS before 2.6 did not say which way they are stored: tools differ.
    """
    import uuid

    return str(uuid.UUID(bytes_le=uuid.UUID(plain).bytes))
