"""Both transports, with real processes and the smallest clients that there can be."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.machine import disks
from tests.machine.remnants import remnants
from tests.machine.targets import Target, ata_target, iscsi, nvme_target, nvme_tcp, scsi
from tests.machine.targets.connection import exactly
from tests.machine.targets.nvme import READ, WRITE
from tests.machine.targets.taskfile import SECTOR

# Longer than one burst of either transport, and not a whole number of them.
LENGTH = 2 * iscsi.BURST + 3 * SECTOR
CONTENT = bytes(range(256)) * (LENGTH // 256)


class Initiator:
    """One iSCSI session with one command at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._number = 0
        self._ask(0x43, 0x87, b"MaxRecvDataSegmentLength=8192\0")
        iscsi.received(connection)

    def _ask(
        self,
        opcode: int,
        flags: int,
        data: bytes = b"",
        cdb: bytes = b"",
        length: int = 0,
    ) -> None:
        self._number += 1
        header = struct.pack(">BBxx", opcode, flags) + len(data).to_bytes(4)
        header += bytes(8) + self._number.to_bytes(4)
        header += struct.pack(">III", length, self._number, 0) + cdb.ljust(16, b"\0")
        self._connection.sendall(header + data + bytes(-len(data) % 4))

    def read(self, cdb: bytes, length: int) -> bytes:
        """What a command gives."""
        self._ask(iscsi.COMMAND, iscsi.FINAL | iscsi.READS, cdb=cdb, length=length)
        came = bytearray()
        while (pdu := iscsi.received(self._connection)).opcode == iscsi.DATA_IN:
            came += pdu.data
        return bytes(came)

    def write(self, cdb: bytes, content: bytes) -> int:
        """The status of a command whose data are sent as they are asked for."""
        flags = iscsi.FINAL | iscsi.WRITES
        self._ask(iscsi.COMMAND, flags, cdb=cdb, length=len(content))
        while (pdu := iscsi.received(self._connection)).opcode != iscsi.RESPONSE:
            at, count = struct.unpack(">II", pdu.header[40:48])
            self._send(pdu, content[at : at + count])
        return pdu.header[3]

    def _send(self, asked: iscsi.Pdu, part: bytes) -> None:
        header = struct.pack(">BBxx", iscsi.DATA_OUT, iscsi.FINAL)
        header += len(part).to_bytes(4) + bytes(8) + asked.header[16:24]
        self._connection.sendall(header.ljust(48, b"\0") + part)


@contextmanager
def connected(target: Target) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", target.port), timeout=30) as opened:
        yield opened


def test_what_is_written_over_iscsi_is_read_again(tmp_path: Path) -> None:
    file, blocks = disks.full(tmp_path / "ata", 2), LENGTH // SECTOR
    with ata_target(file) as target, connected(target) as opened:
        initiator = Initiator(opened)
        cdb = struct.pack(">BxQI", scsi.WRITE_16, 1, blocks)
        assert initiator.write(cdb, CONTENT) == scsi.GOOD
        cdb = struct.pack(">BxQI", scsi.READ_16, 1, blocks)
        assert initiator.read(cdb, LENGTH) == CONTENT
    assert remnants(file).blocks == 2 * disks.MEBIBYTE // SECTOR - blocks


def test_a_block_beyond_the_end_is_refused_over_iscsi(tmp_path: Path) -> None:
    file = disks.full(tmp_path / "ata", 2)
    with ata_target(file) as target, connected(target) as opened:
        cdb = struct.pack(">BxQI", scsi.WRITE_16, 2 * disks.MEBIBYTE // SECTOR, 1)
        assert Initiator(opened).write(cdb, bytes(SECTOR)) == scsi.CHECK_CONDITION
    assert remnants(file).blocks == 2 * disks.MEBIBYTE // SECTOR


class Host:
    """One queue of reads and writes over NVMe/TCP, one command at a time."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        hello = struct.pack("<BBBBI", nvme_tcp.HELLO, 0, 128, 0, 128)
        connection.sendall(hello.ljust(nvme_tcp.HELLO_BYTES, b"\0"))
        exactly(connection, nvme_tcp.HELLO_BYTES)
        entry = bytearray(nvme_tcp.ENTRY)
        entry[0], entry[4], entry[42] = nvme_tcp.FABRICS, nvme_tcp.CONNECT, 1
        self._capsule(bytes(entry))
        self._receive()

    def _capsule(self, entry: bytes) -> None:
        header = struct.pack("<BBBBI", nvme_tcp.CAPSULE, 0, 72, 0, 72)
        self._connection.sendall(header + entry)

    def _receive(self) -> tuple[int, bytes]:
        kind, _flags, _header, _at, whole = struct.unpack(
            "<BBBBI", exactly(self._connection, nvme_tcp.COMMON)
        )
        return kind, exactly(self._connection, whole - nvme_tcp.COMMON)

    def _entry(self, opcode: int, block: int, length: int) -> bytes:
        entry = struct.pack("<BBHI16xQI4x", opcode, 0, 7, 1, 0, length)
        return (entry + struct.pack("<QI", block, length // SECTOR - 1)).ljust(
            64, b"\0"
        )

    def read(self, block: int, length: int) -> bytes:
        self._capsule(self._entry(READ, block, length))
        _kind, body = self._receive()
        self._receive()
        return body[16:]

    def write(self, block: int, content: bytes) -> int:
        """The status of a write whose data are sent in two parts."""
        self._capsule(self._entry(WRITE, block, len(content)))
        _kind, body = self._receive()
        command, tag = struct.unpack_from("<HH", body)
        half = len(content) // 2
        for at, part in ((0, content[:half]), (half, content[half:])):
            about = struct.pack("<HHII4x", command, tag, at, len(part))
            kind = nvme_tcp.HOST_DATA
            header = struct.pack("<BBBBI", kind, 0, 24, 24, 24 + len(part))
            self._connection.sendall(header + about + part)
        _kind, body = self._receive()
        return int.from_bytes(body[14:16], "little")


def test_what_is_written_over_nvme_tcp_is_read_again(tmp_path: Path) -> None:
    file = disks.full(tmp_path / "nvme", 2)
    with nvme_target(file) as target, connected(target) as opened:
        host = Host(opened)
        assert host.write(1, CONTENT[: 64 * 1024]) == 0
        assert host.read(1, 64 * 1024) == CONTENT[: 64 * 1024]
    left = remnants(file)
    assert left.blocks == (2 * disks.MEBIBYTE - 64 * 1024) // SECTOR


def test_the_end_of_the_last_connection_cuts_the_power(tmp_path: Path) -> None:
    with nvme_target(disks.full(tmp_path / "nvme", 2)) as target:
        with connected(target) as first, connected(target) as second:
            Host(first), Host(second)
        while "POWER OFF" not in target.journal:
            pass  # it notices in its own time
        with connected(target) as third:
            Host(third)
    assert target.journal[:3] == ["POWER ON", "POWER OFF", "POWER ON"]


def test_a_cut_of_the_power_leaves_its_hosts_connected(tmp_path: Path) -> None:
    file = disks.full(tmp_path / "nvme", 2)
    with nvme_target(file) as target, connected(target) as opened:
        host = Host(opened)
        target.cut_power()
        while len(target.journal) < 3:
            pass  # it notices in its own time
        assert target.journal == ["POWER ON", "POWER OFF", "POWER ON"]
        assert host.read(0, SECTOR) == disks.PRIVATE[:SECTOR]
