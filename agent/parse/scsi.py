"""Read what SCSI drives answer through sg3-utils: sense data, what is supported, sizes.

As bytes wherever the tools give them (SPC-5, SBC-4): their texts change.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from agent.parse.sanitizing import ALL_DONE, Sanitizing, State

FIXED, DESCRIBED = (0x70, 0x71), (0x72, 0x73)
NOT_READY, MEDIUM_ERROR, UNIT_ATTENTION = 2, 3, 6
# ASC and ASCQ; those in progress also say which operation it is.
FORMATTING, SANITIZING = 0x0404, 0x041B
FORMAT_CORRUPT, FORMAT_FAILED, SANITIZE_FAILED = 0x3100, 0x3101, 0x3103
FAILURES = {
    FORMAT_CORRUPT: FORMATTING,
    FORMAT_FAILED: FORMATTING,
    SANITIZE_FAILED: SANITIZING,
}
PROGRESS_DESCRIPTOR, PROGRESS_LENGTH = 2, 8
SUPPORTED = 3  # SPC-5, REPORT SUPPORTED OPERATION CODES: as the standard says
CAPACITY = re.compile(r"\s*0x([0-9a-f]{1,16}) 0x([0-9a-f]{1,8})\s*", re.ASCII)


class Sense(NamedTuple):
    """Key, ASC and ASCQ in one number, and how far of 65,536 it is."""

    key: int
    code: int
    progress: int | None = None


class Capacity(NamedTuple):
    """`blocks` of `block_bytes` each."""

    blocks: int
    block_bytes: int


def sense(raw: bytes) -> Sense | None:
    """Out of the bytes of `sg_requests --raw`; None where they are no sense data."""
    if len(raw) >= 18 and raw[0] & 0x7F in FIXED:
        is_told = raw[15] & 0x80
        progress = int.from_bytes(raw[16:18]) if is_told else None
        return Sense(raw[2] & 0xF, int.from_bytes(raw[12:14]), progress)
    if len(raw) >= 8 and raw[0] & 0x7F in DESCRIBED:
        return Sense(raw[1] & 0xF, int.from_bytes(raw[2:4]), _described(raw[8:]))
    return None


def _described(rest: bytes) -> int | None:
    """The progress out of descriptors: type, length, and so many bytes more."""
    while len(rest) >= PROGRESS_LENGTH:
        if rest[0] == PROGRESS_DESCRIPTOR and rest[4] & 0x80:
            return int.from_bytes(rest[5:7])
        rest = rest[2 + rest[1] :]
    return None


def standing(raw: bytes) -> Sanitizing:
    """Where a drive stands. `action` is the code of the operation in progress.

    It has no word for having completed: idle is what it says then.
    """
    now = sense(raw)
    if now is None or now.key == UNIT_ATTENTION:
        return Sanitizing()
    said = f"sense {now.key:x}/{now.code >> 8:02x}/{now.code & 0xFF:02x}"
    if now.key == NOT_READY and now.code in (FORMATTING, SANITIZING):
        percent = None
        if now.progress is not None:
            percent = now.progress * 100 // (ALL_DONE + 1)
        return Sanitizing(State.RUNNING, percent, now.code, said)
    if now.code in FAILURES:
        return Sanitizing(State.FAILED, None, FAILURES[now.code], said)
    return Sanitizing(State.UNKNOWN if now.key else State.IDLE, said=said)


def is_supported(raw: bytes) -> bool:
    """Out of the bytes of `sg_opcodes --raw --opcode=…`."""
    return len(raw) >= 4 and raw[1] & 7 == SUPPORTED


def serial(raw: bytes) -> str:
    """Out of the bytes of `sg_vpd --raw --page=sn`; "" where they are another page."""
    if len(raw) < 4 or raw[1] != 0x80:
        return ""
    length = int.from_bytes(raw[2:4])
    return raw[4 : 4 + length].decode("ascii", errors="replace").strip(" \0")


def capacity(text: str) -> Capacity | None:
    """Out of `sg_readcap --brief`, which says zeros where it could not ask."""
    found = CAPACITY.fullmatch(text)
    if found is None or not int(found[1], 16):
        return None
    return Capacity(int(found[1], 16), int(found[2], 16))
