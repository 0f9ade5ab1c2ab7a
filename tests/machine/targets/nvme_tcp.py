"""As much of NVMe over TCP as Linux' host asks of one controller."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

from tests.machine.targets import nvme
from tests.machine.targets.connection import Power, exactly
from tests.machine.targets.nvme import Command, Completion, NvmeDisk
from tests.machine.targets.nvme_pages import VERSION

HELLO, HELLO_BACK, CAPSULE, CAPSULE_BACK = 0x00, 0x01, 0x04, 0x05
HOST_DATA, OUR_DATA, READY_TO_TRANSFER = 0x06, 0x07, 0x09
COMMON, ENTRY, HELLO_BYTES = 8, 64, 128
LAST = 0x04
MOST_AT_ONCE = 2**17
FABRICS = 0x7F
PROPERTY_SET, CONNECT, PROPERTY_GET = 0x00, 0x01, 0x04
CAPABILITIES, VERSION_AT, CONFIGURATION, STATUS = 0x00, 0x08, 0x14, 0x1C
# 128 entries in a queue, contiguous; 16 s to get ready; the NVM command set.
CAPABLE = 127 | 1 << 16 | 32 << 24 | 1 << 37
ENABLED, SHUTS_DOWN = 0x01, 0xC000
READY, SHUT_DOWN = 0x01, 0x08
EVENT = 0x0C  # asked for, and never answered: nothing ever happens
QUEUE = 128


@dataclass
class Coming:
    """A write whose data are still on their way."""

    command: Command
    data: bytearray
    missing: int


class Connection:
    """One queue: the controller's own, or one of reads and writes."""

    def __init__(self, connection: socket.socket, disk: NvmeDisk, power: Power) -> None:
        self._connection = connection
        self._disk = disk
        self._power = power
        self._queue = 0
        self._head = 0
        self._configuration = 0
        self._coming: dict[int, Coming] = {}

    def run(self) -> None:
        with self._power.held():
            exactly(self._connection, HELLO_BYTES)
            back = struct.pack(
                "<BBBBIHBBI",
                HELLO_BACK,
                0,
                HELLO_BYTES,
                0,
                HELLO_BYTES,
                0,
                0,
                0,
                MOST_AT_ONCE,
            )
            self._connection.sendall(back.ljust(HELLO_BYTES, b"\0"))
            while True:
                self._receive()

    def _receive(self) -> None:
        kind, _flags, _length, at, whole = struct.unpack(
            "<BBBBI", exactly(self._connection, COMMON)
        )
        body = exactly(self._connection, whole - COMMON)
        data = body[at - COMMON :] if at else b""
        if kind == CAPSULE:
            self._begin(body[:ENTRY], data)
        elif kind == HOST_DATA:
            self._goes_on(struct.unpack_from("<HHII", body), data)

    def _begin(self, entry: bytes, data: bytes) -> None:
        asked = nvme.command(entry)
        if asked.opcode == FABRICS:
            self._complete(asked, self._fabrics(entry))
        elif not self._queue:
            if asked.opcode != EVENT:
                self._complete(asked, self._disk.administer(asked))
        elif asked.opcode == nvme.WRITE and not data:
            self._ask_for(asked)
        else:
            self._complete(asked, self._disk.read_or_write(asked, data))

    def _fabrics(self, entry: bytes) -> Completion:
        (kind,) = struct.unpack_from("<B", entry, 4)
        (where, value) = struct.unpack_from("<IQ", entry, 44)
        if kind == CONNECT:
            (self._queue,) = struct.unpack_from("<H", entry, 42)
            return Completion(result=1)
        if kind == PROPERTY_SET and where == CONFIGURATION:
            self._configuration = value
        if kind == PROPERTY_GET:
            return Completion(result=self._property(where))
        known = kind == PROPERTY_SET
        return Completion() if known else nvme.failed(nvme.INVALID_OPCODE)

    def _property(self, where: int) -> int:
        status = READY if self._configuration & ENABLED else 0
        if self._configuration & SHUTS_DOWN:
            status |= SHUT_DOWN
        told = {
            CAPABILITIES: CAPABLE,
            VERSION_AT: VERSION,
            CONFIGURATION: self._configuration,
            STATUS: status,
        }
        return told.get(where, 0)

    def _ask_for(self, asked: Command) -> None:
        _offset, length = nvme.extent(asked)
        self._coming[asked.id] = Coming(asked, bytearray(length), length)
        told = struct.pack("<HHII4x", asked.id, asked.id, 0, length)
        self._send(READY_TO_TRANSFER, told)

    def _goes_on(self, told: tuple[int, ...], data: bytes) -> None:
        _id, tag, offset, length = told
        coming = self._coming[tag]
        coming.data[offset : offset + length] = data
        coming.missing -= length
        if coming.missing <= 0:
            del self._coming[tag]
            asked = coming.command
            done = self._disk.read_or_write(asked, bytes(coming.data))
            self._complete(asked, done)

    def _complete(self, asked: Command, done: Completion) -> None:
        if done.data:
            about = struct.pack("<HHII4x", asked.id, 0, 0, len(done.data))
            self._send(OUR_DATA, about, done.data, LAST)
        self._head = (self._head + 1) % QUEUE
        told = (done.result, self._head, 0, asked.id, done.status << 1)
        self._send(CAPSULE_BACK, struct.pack("<QHHHH", *told))

    def _send(self, kind: int, body: bytes, data: bytes = b"", flags: int = 0) -> None:
        header = COMMON + len(body)
        whole = header + len(data)
        common = struct.pack(
            "<BBBBI", kind, flags, header, header if data else 0, whole
        )
        self._connection.sendall(common + body + data)
