"""What an NVMe controller tells of itself (NVMe 1.4, 5.15, and 5.14 for its logs)."""

from __future__ import annotations

import hashlib
import struct

from tests.machine.targets.options import NvmeOptions

PAGE = 4096
BLOCK = 512
BLOCK_SHIFT = 9
VENDOR = 0x1DE5
VERSION = 0x10400
CELSIUS_0 = 273
IN_CAPSULE = 8192  # data bytes that come with a command, else they are asked for
OFFERS = {"crypto": 1, "block": 2, "overwrite": 4}  # SANICAP
FORMAT, LPA_ALL = 0x02, 0x02
CRYPTO_FORMAT = 0x04  # FNA
UNKNOWN_TIME = 0xFFFF_FFFF
SANITIZE_LOG_BYTES = 512


def controller(options: NvmeOptions, name: str) -> bytes:
    """Identify Controller, of one that is reached over a network as `name`."""
    page = bytearray(PAGE)
    struct.pack_into("<HH", page, 0, VENDOR, VENDOR)
    page[4:24] = options.serial.encode().ljust(20)
    page[24:64] = options.model.encode().ljust(40)
    page[64:72] = options.firmware.encode().ljust(8)
    page[77] = 5  # 2^5 pages of 4 KiB at once
    struct.pack_into("<HI", page, 78, 1, VERSION)
    page[111] = 1  # an I/O controller
    struct.pack_into("<H", page, 256, FORMAT if options.formats else 0)
    page[258] = page[259] = 3
    page[261] = LPA_ALL
    struct.pack_into("<H", page, 266, CELSIUS_0 + 70)  # warns
    struct.pack_into("<H", page, 320, 1)  # keep alive, in units of 100 ms
    struct.pack_into("<I", page, 328, sum(OFFERS[name] for name in options.sanitize))
    page[512], page[513] = 0x66, 0x44  # sizes of queue entries
    struct.pack_into("<HI", page, 514, 64, 1)  # one namespace
    page[524] = CRYPTO_FORMAT if options.formats_crypto else 0
    page[525] = 1  # a volatile write cache
    struct.pack_into("<I", page, 536, 0x0010_0001)
    page[768 : 768 + len(name)] = name.encode()
    struct.pack_into("<IIHB", page, 1792, (64 + IN_CAPSULE) // 16, 1, 0, 0)
    return bytes(page)


def _name(options: NvmeOptions) -> bytes:
    """The namespace's name in the world (NGUID)."""
    return hashlib.sha256(options.serial.encode()).digest()[:16]


def namespace(options: NvmeOptions, size_bytes: int) -> bytes:
    """Identify Namespace: one format, of blocks of 512 bytes without metadata."""
    page = bytearray(PAGE)
    blocks = size_bytes // BLOCK
    struct.pack_into("<QQQ", page, 0, blocks, blocks, blocks)
    struct.pack_into("<I", page, 128, BLOCK_SHIFT << 16)
    page[104:120] = _name(options)
    return bytes(page)


def namespaces(after: int) -> bytes:
    return (struct.pack("<I", 1) if after < 1 else b"").ljust(PAGE, b"\0")


def descriptors(options: NvmeOptions) -> bytes:
    """How the namespace is called: its NGUID."""
    return (bytes([2, 16, 0, 0]) + _name(options)).ljust(PAGE, b"\0")


def smart_log(options: NvmeOptions) -> bytes:
    page = bytearray(512)
    struct.pack_into("<BHBBB", page, 0, 0, CELSIUS_0 + 37, 100, 10, 3)
    for at, counted in ((112, 777), (128, 4321), (160, options.media_errors)):
        page[at : at + 16] = counted.to_bytes(16, "little")
    return bytes(page)


def sanitize_log(progress: int, status: int, asked: int, seconds: float) -> bytes:
    """`progress` of 65,536; `status` is SSTAT; `asked` dword 10 of the last command."""
    times = (UNKNOWN_TIME, round(seconds), round(seconds))
    told = struct.pack("<HHIIII", progress, status, asked, *times)
    return told.ljust(32, b"\xff").ljust(SANITIZE_LOG_BYTES, b"\0")
