"""Read other programs' JSON, whose types change from one version to the next.

A value that is not what was asked for is as good as none: "" or None.
"""

from __future__ import annotations

import re
from typing import Any

LARGEST = 2**63 - 1


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
    """A whole number out of a number or a text that begins with one."""
    if isinstance(value, str):
        found = re.match(r"\s*(-?[0-9]{1,18})(?![0-9])", value)
        value = int(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -LARGEST <= value <= LARGEST else None


def count(raw: dict[str, Any], key: str) -> int | None:
    """A whole number that is not negative."""
    value = whole(raw.get(key))
    return value if value is not None and value >= 0 else None


def yes(raw: dict[str, Any], key: str) -> bool | None:
    """A yes or no in any of the ways it was ever written."""
    value = raw.get(key)
    if isinstance(value, str | int):
        return {"1": True, "true": True, "0": False, "false": False}.get(
            str(value).lower()
        )
    return None
