"""The 512-byte pages of an ATA drive: who it is, and what it counts (SMART)."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from tests.machine.targets.options import AtaOptions, Options
from tests.machine.targets.taskfile import SECTOR

MAKER = 0x5000_5E1D << 32  # NAA 5, and an invented one
# Words of IDENTIFY DEVICE that say what a drive of this kind is, whatever it does.
PLAIN = {
    0: 0x0040,
    1: 16383,
    3: 16,
    6: 63,
    47: 0x8010,
    49: 0x2F00,  # LBA, DMA
    50: 0x4000,
    53: 0x0007,
    63: 0x0007,
    64: 0x0003,
    75: 31,
    76: 0x000E,  # SATA, up to 6 Gb/s
    80: 0x03F0,  # ATA-4 to ACS-3
    84: 0x4003,
    87: 0x4003,
    88: 0x407F,
    106: 0x6003,  # 8 logical sectors of 512 bytes in a physical one
    222: 0x107F,
}
SMART, SECURITY, HPA, WRITE_CACHE = 0x0001, 0x0002, 0x0400, 0x0020
LBA48, OVERLAY, FLUSH = 0x0400, 0x0800, 0x3000
ACS_3, AMAX, IS_WORD = 0x0400, 0x0100, 0x4000
LOW_28 = 0x0FFF_FFFF


def wwn(options: Options) -> int:
    """A name of its own in the world, for each serial."""
    return MAKER | zlib.crc32(options.serial.encode())


def identify(options: AtaOptions, shown: int, security: int, sanitize: int) -> bytes:
    """IDENTIFY DEVICE, with the sectors that are `shown` and the states of both sets."""
    words = [0] * 256
    for at, word in PLAIN.items():
        words[at] = word
    words[59] = 0x0110 | sanitize
    low = min(shown, LOW_28)
    words[60], words[61] = low & 0xFFFF, low >> 16
    has_security = SECURITY if security else 0
    has_area = 0 if options.amax else HPA
    words[82] = SMART | WRITE_CACHE | has_area | has_security
    words[85] = SMART | WRITE_CACHE | has_area | (has_security if security & 2 else 0)
    words[86] = LBA48 | FLUSH | (0 if options.overlaid_sectors is None else OVERLAY)
    words[83] = IS_WORD | words[86]
    words[89], words[90] = 1, 1  # in units of two minutes
    words[92] = 0xFFFE
    words[100:104] = [shown >> shift & 0xFFFF for shift in (0, 16, 32, 48)]
    words[108:112] = [wwn(options) >> shift & 0xFFFF for shift in (48, 32, 16, 0)]
    if options.amax:
        words[80] |= ACS_3
        words[119] = words[120] = IS_WORD | AMAX
    words[128] = security
    words[217] = options.rotation
    page = bytearray(struct.pack("<256H", *words))
    page[20:40] = _swapped(options.serial, 20)
    page[46:54] = _swapped(options.firmware, 8)
    page[54:94] = _swapped(options.model, 40)
    page[510] = 0xA5
    return summed(page)


def _swapped(text: str, length: int) -> bytes:
    """ATA's strings: blanks at the end, and the bytes of each word the other way."""
    padded = text.encode("ascii").ljust(length)[:length]
    return b"".join(padded[at : at + 2][::-1] for at in range(0, length, 2))


def summed(page: bytearray) -> bytes:
    """The last byte makes the sum of all of them zero."""
    page[511] = -sum(page[:511]) & 0xFF
    return bytes(page)


class Attribute(NamedTuple):
    """One SMART attribute, as drives have it."""

    id: int
    flags: int
    value: int
    raw: int
    threshold: int = 0


def _attributes(options: AtaOptions) -> list[Attribute]:
    return [
        Attribute(5, 0x33, 100, options.reallocated, 10),
        Attribute(9, 0x32, 98, 4321),
        Attribute(12, 0x32, 99, 777),
        Attribute(194, 0x22, 66, 34),
        Attribute(197, 0x32, 100, options.pending),
        Attribute(198, 0x30, 100, options.pending),
    ]


def smart_data(options: AtaOptions) -> bytes:
    page = bytearray(SECTOR)
    page[0] = 10
    for at, each in enumerate(_attributes(options)):
        raw = each.raw.to_bytes(6, "little")
        entry = (each.id, each.flags, each.value, each.value, raw)
        struct.pack_into("<BHBB6s", page, 2 + 12 * at, *entry)
    page[367] = 0x53  # self-tests are offered
    page[368:370] = b"\3\0"
    page[370] = 1  # an error log is kept
    page[372], page[373] = 2, 85  # minutes of a short and of a long self-test
    return summed(page)


def smart_thresholds(options: AtaOptions) -> bytes:
    page = bytearray(SECTOR)
    page[0] = 10
    for at, each in enumerate(_attributes(options)):
        page[2 + 12 * at], page[3 + 12 * at] = each.id, each.threshold
    return summed(page)


def log(number: int) -> bytes:
    """The directory of logs, or an empty log of errors or of self-tests."""
    page = bytearray(SECTOR)
    page[0] = 1
    if number == 0:
        page[2 * 1], page[2 * 6] = 1, 1  # one page of each
    return summed(page) if number else bytes(page)
