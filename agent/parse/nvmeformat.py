"""Read `nvme id-ns`: how a namespace is formatted, and whether it is being so now."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from agent.parse import Unreadable, loose

HEX = re.compile(r"0x[0-9a-fA-F]{1,15}")


class Format(NamedTuple):
    """What a namespace is: None where it does not say.

    `number` is what `nvme format --lbaf` takes. `metadata` (MSET) and `protection`
    (DPS) go with it. `left_percent` is what a running format still has to do.
    """

    number: int | None = None
    block_bytes: int | None = None
    size_bytes: int | None = None
    metadata: int = 0
    protection: int = 0
    left_percent: int | None = None


def argv(path: str) -> tuple[str, ...]:
    return ("nvme", "id-ns", "-o", "json", path)


def parse(output: bytes) -> Format:
    """Raises Unreadable where it says nothing of a namespace."""
    said = loose.json_object(output)
    flbas, blocks = _number(said, "flbas"), _number(said, "nsze")
    if flbas is None and blocks is None:
        raise Unreadable("no namespace")
    number = None if flbas is None else _chosen(flbas, _number(said, "nlbaf"))
    block_bytes = _block_bytes(said, number)
    fpi = _number(said, "fpi") or 0
    return Format(
        number=number,
        block_bytes=block_bytes,
        size_bytes=blocks * block_bytes if blocks and block_bytes else None,
        metadata=(flbas or 0) >> 4 & 1,
        protection=_number(said, "dps") or 0,
        left_percent=fpi & 0x7F if fpi & 0x80 else None,
    )


def _chosen(flbas: int, formats: int | None) -> int:
    """Bits 3:0; with more than sixteen formats (`nlbaf` counts from 0) 6:5 above."""
    low = flbas & 0xF
    return low | (flbas >> 5 & 3) << 4 if (formats or 0) >= 16 else low


def _block_bytes(said: dict[str, Any], number: int | None) -> int | None:
    formats = loose.several(said, "lbafs")
    if number is None or number >= len(formats):
        return None
    power = _number(loose.part(formats[number]), "ds")
    return 2**power if power and 9 <= power <= 20 else None


def _number(said: dict[str, Any], key: str) -> int | None:
    raw = said.get(key)
    if isinstance(raw, str) and HEX.fullmatch(raw.strip()):
        return int(raw, 16)
    return loose.count(said, key)
