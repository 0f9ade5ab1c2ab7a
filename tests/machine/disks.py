"""Disks of a donor: every byte of them is private, and can be recognised."""

from __future__ import annotations

import os
from pathlib import Path

from tests.machine.vm import Disk

MEBIBYTE = 2**20
BLOCK = 512
TEXT = b"Madame Exemple, 12 rue de la Paix, IBAN FR76 3000 6000 0112 3456 7890 189. "


def _private(number: int) -> bytes:
    """One block; no two of a mebibyte are alike."""
    return (b"%08d " % number + TEXT * (BLOCK // len(TEXT) + 1))[:BLOCK]


PRIVATE = b"".join(_private(number) for number in range(MEBIBYTE // BLOCK))


def full(file: Path, mebibytes: int, odd_bytes: int = 0) -> Path:
    """A disk that is full to its last byte. `odd_bytes` beyond the last mebibyte."""
    with file.open("wb") as opened:
        for _each in range(mebibytes):
            opened.write(PRIVATE)
        opened.write(PRIVATE[:odd_bytes])
        opened.flush()
        os.fsync(opened.fileno())
    return file


def donated(folder: Path, name: str, serial: str, mebibytes: int = 64) -> Disk:
    """A full disk for an emulated machine, in a file of that name."""
    return Disk(full(folder / name, mebibytes), serial, f"EXEMPLE-{name.upper()}")
