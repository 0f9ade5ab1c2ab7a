"""Read `mmc extcsd read`: what an eMMC can erase, and how large its areas are."""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.parse import Unreadable

FIELD = re.compile(r"\[([A-Z_]{3,40}): (0x[0-9a-fA-F]{1,8})\]")
# JESD84-B51, EXT_CSD[231]: SEC_FEATURE_SUPPORT
SECURE_ERASE, SANITIZE = 1 << 0, 1 << 6


class ExtCsd(NamedTuple):
    """`sectors` are of 512 bytes; the last address is one less."""

    secure_erase: bool
    sanitize: bool
    sectors: int | None = None


def argv(path: str) -> tuple[str, ...]:
    return ("mmc", "extcsd", "read", path)


def parse(text: str) -> ExtCsd:
    """Raises Unreadable where the register of its abilities is not in it."""
    said = {name: int(value, 16) for name, value in FIELD.findall(text)}
    features = said.get("SEC_FEATURE_SUPPORT")
    if features is None:
        raise Unreadable("no EXT_CSD")
    return ExtCsd(
        secure_erase=bool(features & SECURE_ERASE),
        sanitize=bool(features & SANITIZE),
        sectors=said.get("SEC_COUNT") or None,
    )
