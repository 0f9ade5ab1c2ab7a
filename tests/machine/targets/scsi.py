"""SCSI in front of an ATA drive (SAT): what an initiator sends, as ATA commands.

It answers as Linux' own layer for SATA does: ATA registers in descriptor sense, and
a plain aborted command where the drive refuses to read or write.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from tests.machine.targets import ata_pages
from tests.machine.targets.ata import IDENTIFY, AtaDisk
from tests.machine.targets.options import Options
from tests.machine.targets.taskfile import SECTOR, Registers, Taskfile

GOOD, CHECK_CONDITION = 0, 2
RECOVERED, ILLEGAL_REQUEST, ABORTED_COMMAND = 0x1, 0x5, 0xB
NO_SUCH_COMMAND, OUT_OF_RANGE, BAD_FIELD = 0x20, 0x21, 0x24
TEST_UNIT_READY, REQUEST_SENSE, INQUIRY, MODE_SENSE_6, START_STOP = (
    0,
    3,
    0x12,
    0x1A,
    0x1B,
)
PREVENT_REMOVAL, READ_CAPACITY_10, SYNC_10, SYNC_16 = 0x1E, 0x25, 0x35, 0x91
READ_10, WRITE_10, READ_16, WRITE_16 = 0x28, 0x2A, 0x88, 0x8A
MODE_SENSE_10, SERVICE_IN_16, REPORT_LUNS = 0x5A, 0x9E, 0xA0
ATA_16, ATA_12 = 0x85, 0xA1
READ_CAPACITY_16 = 0x10  # a service action
TELLS_REGISTERS = 0x20  # CK_COND, in byte 2 of an ATA command
EXTENDED = 0x01  # in byte 1: 48-bit registers
BLOCKS_AT_ONCE = 1024
CACHING = bytes([0x08, 0x12, 0x04]) + bytes(17)  # the mode page: write cache on
ONE_UNIT = struct.pack(">I4x8x", 8)  # REPORT LUNS
NOTHING_TO_DO = {TEST_UNIT_READY, START_STOP, PREVENT_REMOVAL, SYNC_10, SYNC_16}


class Answer(NamedTuple):
    """The status of a SCSI command, the data it gave, and why it did not."""

    status: int = GOOD
    data: bytes = b""
    sense: bytes = b""


class Unit(Protocol):
    """One logical unit: what SCSI commands are for."""

    def execute(self, cdb: bytes, sent: bytes = b"") -> Answer:
        """Do one command; `sent` is what it brings to write."""
        ...


class Satl:
    """The unit that an ATA drive is."""

    def __init__(self, disk: AtaDisk) -> None:
        self._disk = disk

    def execute(self, cdb: bytes, sent: bytes = b"") -> Answer:
        """Do one command; `sent` is what it brings to write."""
        acts: dict[int, Callable[[bytes, bytes], Answer]] = {
            INQUIRY: self._inquiry,
            READ_CAPACITY_10: self._capacity_10,
            SERVICE_IN_16: self._capacity_16,
            MODE_SENSE_6: lambda *_: Answer(data=bytes([23, 0, 0, 0]) + CACHING),
            MODE_SENSE_10: lambda *_: Answer(data=struct.pack(">H6x", 26) + CACHING),
            REPORT_LUNS: lambda *_: Answer(data=ONE_UNIT),
            REQUEST_SENSE: lambda *_: Answer(data=sense(0)),
            READ_10: self._read,
            READ_16: self._read,
            WRITE_10: self._write,
            WRITE_16: self._write,
            ATA_12: self._ata,
            ATA_16: self._ata,
        }
        if cdb[0] in NOTHING_TO_DO:
            return Answer()
        act = acts.get(cdb[0])
        return act(cdb, sent) if act else refused(NO_SUCH_COMMAND)

    def _inquiry(self, cdb: bytes, sent: bytes) -> Answer:
        options = self._disk.options
        if not cdb[1] & 1:
            names = f"{'ATA':<8}{options.model[:16]:<16}{options.firmware[-4:]:<4}"
            return Answer(data=bytes([0, 0, 5, 2, 31, 0, 0, 2]) + names.encode())
        pages = {
            0x00: bytes([0x00, 0x80, 0x83, 0x89, 0xB0, 0xB1]),
            0x89: self._ata_information(),
            **common_pages(options, options.rotation),
        }
        return page_answer(cdb[2], pages)

    def _ata_information(self) -> bytes:
        layer = f"{'EXEMPLE':<8}{'SATL':<16}{'0001':<4}".encode()
        signature = bytes([0x34]) + bytes(19)
        command = bytes([IDENTIFY, 0, 0, 0])
        return bytes(4) + layer + signature + command + self._disk.identify()

    def _capacity_10(self, cdb: bytes, sent: bytes) -> Answer:
        return Answer(data=struct.pack(">II", self._disk.shown_sectors - 1, SECTOR))

    def _capacity_16(self, cdb: bytes, sent: bytes) -> Answer:
        if cdb[1] & 0x1F != READ_CAPACITY_16:
            return refused(BAD_FIELD)
        # Eight logical blocks in a physical one.
        told = struct.pack(">QIBB18x", self._disk.shown_sectors - 1, SECTOR, 0, 3)
        return Answer(data=told)

    def _read(self, cdb: bytes, sent: bytes) -> Answer:
        first, count = extent(cdb)
        if first + count > self._disk.shown_sectors:
            return refused(OUT_OF_RANGE)
        content = self._disk.read(first, count)
        return _refused_now() if content is None else Answer(data=content)

    def _write(self, cdb: bytes, sent: bytes) -> Answer:
        first, count = extent(cdb)
        if first + count > self._disk.shown_sectors:
            return refused(OUT_OF_RANGE)
        return Answer() if self._disk.write(first, sent) else _refused_now()

    def _ata(self, cdb: bytes, sent: bytes) -> Answer:
        came = self._disk.execute(_taskfile(cdb, sent))
        if came.is_error:
            sense = _registers_sense(cdb, came, ABORTED_COMMAND)
            return Answer(CHECK_CONDITION, came.data, sense)
        if cdb[2] & TELLS_REGISTERS:
            sense = _registers_sense(cdb, came, RECOVERED, 0x1D)
            return Answer(CHECK_CONDITION, came.data, sense)
        return Answer(data=came.data)


def common_pages(options: Options, rotation: int) -> dict[int, bytes]:
    """What every drive says in pages of vital product data (SPC-5, SBC-4)."""
    return {
        0x80: options.serial.ljust(20).encode(),
        0x83: bytes([1, 3, 0, 8]) + ata_pages.wwn(options).to_bytes(8),
        0xB0: struct.pack(">4xI", BLOCKS_AT_ONCE).ljust(60, b"\0"),
        0xB1: struct.pack(">H", rotation).ljust(60, b"\0"),
    }


def page_answer(number: int, pages: Mapping[int, bytes]) -> Answer:
    if number not in pages:
        return refused(BAD_FIELD)
    page = pages[number]
    return Answer(data=struct.pack(">BBH", 0, number, len(page)) + page)


def extent(cdb: bytes) -> tuple[int, int]:
    """The first block and how many."""
    if cdb[0] in {READ_10, WRITE_10}:
        first, count = struct.unpack(">2xI1xH", cdb[:9])
    else:
        first, count = struct.unpack(">2xQI", cdb[:14])
    return int(first), int(count)


def _taskfile(cdb: bytes, sent: bytes) -> Taskfile:
    """ATA PASS-THROUGH (SAT-3, 12.2): old and new bytes of each register alternate."""
    if cdb[0] == ATA_12:
        low = int.from_bytes(cdb[5:8], "little")
        return Taskfile(cdb[9], cdb[3], cdb[4], low, sent)
    low = cdb[8] | cdb[10] << 8 | cdb[12] << 16
    if not cdb[1] & EXTENDED:
        return Taskfile(cdb[14], cdb[4], cdb[6], low, sent)
    high = cdb[7] | cdb[9] << 8 | cdb[11] << 16
    features, count = cdb[3] << 8 | cdb[4], cdb[5] << 8 | cdb[6]
    return Taskfile(cdb[14], features, count, high << 24 | low, sent)


def _registers_sense(cdb: bytes, came: Registers, key: int, code: int = 0) -> bytes:
    """Descriptor sense with the ATA Status Return descriptor (SAT-3, 12.2.6)."""
    lba = came.lba.to_bytes(6, "little")
    extended = cdb[1] & EXTENDED if cdb[0] == ATA_16 else 0
    return bytes(
        [
            *(0x72, key, 0, code, 0, 0, 0, 14, 9, 12, extended, came.error),
            *(came.count >> 8, came.count & 0xFF),
            *(lba[3], lba[0], lba[4], lba[1], lba[5], lba[2], 0, came.status),
        ]
    )


def sense(key: int, code: int = 0) -> bytes:
    """Why, in the fixed format; `code` is ASC and ASCQ in one number."""
    return struct.pack(">BxB4xB4xH4x", 0x70, key, 10, code)


def refused(code: int) -> Answer:
    return Answer(CHECK_CONDITION, sense=sense(ILLEGAL_REQUEST, code << 8))


def _refused_now() -> Answer:
    return Answer(CHECK_CONDITION, sense=sense(ABORTED_COMMAND))
