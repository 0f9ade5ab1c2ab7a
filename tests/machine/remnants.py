"""What is left on a disk, from the bytes of its file: nothing else proves anything."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from tests.machine.disks import BLOCK, MEBIBYTE, PRIVATE, TEXT


class Remnants(NamedTuple):
    """`texts` that were found anywhere, `blocks` that are as they were planted."""

    texts: int
    blocks: int
    nonzero_bytes: int


CLEAN = Remnants(0, 0, 0)


def remnants(file: Path) -> Remnants:
    """Every byte is read."""
    found = Remnants(0, 0, 0)
    with file.open("rb") as opened:
        while part := opened.read(MEBIBYTE):
            if not any(part):
                continue
            found = Remnants(
                found.texts + part.count(TEXT),
                found.blocks + _unchanged(part),
                found.nonzero_bytes + len(part) - part.count(0),
            )
    return found


def _unchanged(part: bytes) -> int:
    return sum(
        part[at : at + BLOCK] == PRIVATE[at : at + BLOCK]
        for at in range(0, len(part), BLOCK)
    )


def fingerprint(file: Path) -> str:
    """SHA-256 of all of it: the same before and after, where nothing was written."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
