"""Read other programs' words, whose types change from one version to the next.

A value that is not what was asked for is as good as none: "" or None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from agent.parse import Unreadable

LARGEST = 2**63 - 1
# Blanks and signs that people put between groups of three digits; what was no UTF-8
# stands as one \ufffd for each of its bytes.
BETWEEN = r"(?:[,.'’\u00a0\u2009\u202f ]|\ufffd{1,3})"
GROUPED = re.compile(
    rf"\s*([0-9]{{1,3}}(?:{BETWEEN}[0-9]{{3}})+|[0-9]+)(?![0-9]|[,.'’\ufffd][0-9])"
)
ALONE = re.compile(
    rf"\s*(-?[0-9]{{1,18}})(?![0-9xX]|{BETWEEN}+[0-9]|-[0-9]|\s*[KMGTPkmgtp](?:i?B)?\b)"
)
FIRST = re.compile(r"\s*([0-9]{1,18})(?![0-9xX])")
# Powers of 1024, whatever they are called; a decimal has one or two digits, a group
# three.
POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
SIZE = re.compile(
    r"\s*([0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,6}[.,][0-9]{1,2}(?=\s*[KMGTP]))"
    r"\s*([KMGTP]?)i?(?:B|bytes?)?(?:\s*$|\s*[(\[]|(?<=[a-z])[,;]?\s)",
    re.IGNORECASE,
)


def json_object(output: bytes) -> dict[str, Any]:
    """The JSON object that a program printed; raises Unreadable for anything else."""
    try:
        said = json.loads(output.decode(errors="replace"))
    except (ValueError, RecursionError) as exc:
        raise Unreadable("no JSON") from exc
    if not isinstance(said, dict):
        raise Unreadable("no JSON object")
    return said


def part(raw: Any) -> dict[str, Any]:
    """An object, or an empty one."""
    return raw if isinstance(raw, dict) else {}


def several(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def word(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    return value.strip() if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A whole number out of a number or a text that begins with one.

    None for `465.8`, `25 858`: the first of several numbers is not the number.
    """
    if isinstance(value, str):
        found = ALONE.match(value)
        value = int(found[1]) if found else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -LARGEST <= value <= LARGEST else None


def count(raw: dict[str, Any], key: str) -> int | None:
    """A whole number that is not negative."""
    value = whole(raw.get(key))
    return value if value is not None and value >= 0 else None


def first(text: str) -> int | None:
    """The first of the numbers that a text begins with: `1 1 3`, `33 (Min/Max 31/34)`."""
    found = FIRST.match(text)
    return int(found[1]) if found else None


def size(value: Any) -> int | None:
    """Bytes out of a number, or of `465.8G`, `8,192 MB`, `8 GiB (something)`."""
    if not isinstance(value, str):
        number = whole(value)
        return number if number is not None and number >= 0 else None
    found = SIZE.match(value)
    if not found:
        return None
    plain = re.sub(r",(?=[0-9]{3})", "", found[1]).replace(",", ".")
    from decimal import (
        Decimal,  # text alone has decimals: what speaks JSON counts bytes
    )

    number = round(Decimal(plain) * 1024 ** POWERS[found[2].lower()])
    return number if number <= LARGEST else None


def grouped(text: str) -> int | None:
    """The number that a text begins with: `256,060,514,304 bytes`, `25 858`, `12`."""
    found = GROUPED.match(text)
    value = int(re.sub(r"[^0-9]", "", found[1])) if found and len(found[1]) < 48 else -1
    return value if 0 <= value <= LARGEST else None


def yes(raw: dict[str, Any], key: str) -> bool | None:
    """A yes or no in any of the ways it was ever written."""
    value = raw.get(key)
    if isinstance(value, str | int):
        return {"1": True, "true": True, "0": False, "false": False}.get(
            str(value).lower()
        )
    return None


def celsius(value: Any) -> int | None:
    """A temperature that a thing on a desk can have, else None."""
    found = whole(value)
    return found if found is not None and -273 <= found <= 1000 else None


def lines(text: str) -> list[str]:
    """The lines of a text, whatever system it was written on."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def pairs(text: str, separator: str = ":") -> Iterator[tuple[str, str]]:
    """Every `key: value` line, blanks around both taken off."""
    for line in lines(text):
        key, found, value = line.partition(separator)
        if found:
            yield key.strip(), value.strip()
