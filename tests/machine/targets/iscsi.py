"""As much of iSCSI (RFC 7143) as Linux' initiator asks of one unit in one session."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from tests.machine.targets.connection import Power, exactly
from tests.machine.targets.scsi import Answer, Unit

HEADER = 48
NOP_OUT, COMMAND, TASK, LOGIN, TEXT, DATA_OUT, LOGOUT = 0, 1, 2, 3, 4, 5, 6
NOP_IN, RESPONSE, TASK_DONE, LOGGED_IN, TEXT_BACK = 0x20, 0x21, 0x22, 0x23, 0x24
DATA_IN, LOGGED_OUT, READY_TO_TRANSFER = 0x25, 0x26, 0x31
FINAL, READS, WRITES, UNDERFLOW, HAS_STATUS = 0x80, 0x40, 0x20, 0x02, 0x01
IMMEDIATE = 0x40
# Flags of a login: the stage it is in, the stage it wants, and that it is ready for it.
PRESENT_STAGE, LAST_STAGE, STAGES = 0x0C, 0x83, 0x8F
NO_TAG = b"\xff\xff\xff\xff"
WINDOW = 32  # commands that may be under way
BURST = 2**18
# What this side offers, for what the other asks about.
TERMS = {
    b"HeaderDigest": b"None",
    b"DataDigest": b"None",
    b"AuthMethod": b"None",
    b"InitialR2T": b"Yes",
    b"ImmediateData": b"Yes",
    b"MaxBurstLength": b"%d" % BURST,
    b"FirstBurstLength": b"65536",
    b"MaxConnections": b"1",
    b"MaxOutstandingR2T": b"1",
    b"ErrorRecoveryLevel": b"0",
    b"DefaultTime2Wait": b"2",
    b"DefaultTime2Retain": b"0",
    b"IFMarker": b"No",
    b"OFMarker": b"No",
    b"DataPDUInOrder": b"Yes",
    b"DataSequenceInOrder": b"Yes",
    b"MaxRecvDataSegmentLength": b"%d" % BURST,
}


class Pdu(NamedTuple):
    """One message of the initiator."""

    opcode: int
    is_immediate: bool
    flags: int
    header: bytes
    data: bytes

    @property
    def tag(self) -> bytes:
        return self.header[16:20]

    @property
    def sequence(self) -> int:
        return int.from_bytes(self.header[24:28])

    @property
    def length(self) -> int:
        """How many bytes a command wants to move in all."""
        return int.from_bytes(self.header[20:24])

    @property
    def cdb(self) -> bytes:
        return self.header[32:48]


@dataclass
class Coming:
    """A command whose data are still on their way."""

    command: Pdu
    data: bytearray
    times_asked: int = 0


def received(connection: socket.socket) -> Pdu:
    header = exactly(connection, HEADER)
    exactly(connection, header[4] * 4)  # additional headers, which nobody needs
    length = int.from_bytes(header[5:8])
    data = exactly(connection, length + -length % 4)[:length]
    is_immediate = bool(header[0] & IMMEDIATE)
    return Pdu(header[0] & 0x3F, is_immediate, header[1], header, data)


class Session:
    """One connection, until it is cut. Slow commands do not hold the others."""

    def __init__(self, connection: socket.socket, unit: Unit, power: Power) -> None:
        self._connection = connection
        self._unit = unit
        self._power = power
        self._sending = threading.Lock()
        self._status_sequence = 1
        self._expected = 1
        self._segment = 8192  # until the other side says more
        self._coming: dict[bytes, Coming] = {}

    def run(self) -> None:
        answers: dict[int, Callable[[Pdu], None]] = {
            LOGIN: self._login,
            COMMAND: self._command,
            DATA_OUT: self._data_out,
            NOP_OUT: self._nop,
            TASK: lambda pdu: self._send(TASK_DONE, pdu, third=0),
            TEXT: lambda pdu: self._send(TEXT_BACK, pdu),
        }
        with ThreadPoolExecutor(4) as self._pool, self._power.held():
            while (pdu := received(self._connection)).opcode != LOGOUT:
                if not pdu.is_immediate and pdu.opcode != DATA_OUT:
                    self._expected = pdu.sequence + 1
                answers[pdu.opcode](pdu)
            self._send(LOGGED_OUT, pdu, third=0)

    def _login(self, pdu: Pdu) -> None:
        self._expected = pdu.sequence
        pairs = [pair.partition(b"=") for pair in pdu.data.split(b"\0") if pair]
        asked = {key: value for key, _, value in pairs}
        self._segment = int(asked.get(b"MaxRecvDataSegmentLength", self._segment))
        agreed = {key: TERMS[key] for key in asked if key in TERMS}
        if not pdu.flags & PRESENT_STAGE:  # the first
            agreed[b"TargetPortalGroupTag"] = b"1"
        text = b"".join(b"%s=%s\0" % pair for pair in agreed.items())
        begins = pdu.flags & LAST_STAGE == LAST_STAGE
        header = struct.pack(">BBxx", LOGGED_IN, pdu.flags & STAGES)
        header += len(text).to_bytes(4) + pdu.header[8:14]
        header += struct.pack(">H", begins) + pdu.tag + bytes(4)
        header += struct.pack(">III12x", *self._sequences())
        self._connection.sendall(header + text + bytes(-len(text) % 4))
        self._status_sequence += 1

    def _command(self, pdu: Pdu) -> None:
        if pdu.flags & WRITES and len(pdu.data) < pdu.length:
            coming = self._coming[pdu.tag] = Coming(pdu, bytearray(pdu.data))
            self._ask_more(coming)
        else:
            self._begin(pdu, pdu.data)

    def _data_out(self, pdu: Pdu) -> None:
        coming = self._coming[pdu.tag]
        coming.data += pdu.data
        if len(coming.data) >= coming.command.length:
            del self._coming[pdu.tag]
            self._begin(coming.command, bytes(coming.data))
        elif pdu.flags & FINAL:
            self._ask_more(coming)

    def _ask_more(self, coming: Coming) -> None:
        have = len(coming.data)
        wanted = min(coming.command.length - have, BURST)
        self._send(
            *(READY_TO_TRANSFER, coming.command),
            third=int.from_bytes(coming.command.tag),
            tail=(coming.times_asked, have, wanted),
            counts=False,
        )
        coming.times_asked += 1

    def _nop(self, pdu: Pdu) -> None:
        if pdu.tag != NO_TAG:
            self._send(NOP_IN, pdu, data=pdu.data)

    def _begin(self, pdu: Pdu, sent: bytes) -> None:
        work = self._pool.submit(self._execute, pdu, sent)
        work.add_done_callback(lambda done: done.result())  # a fault of ours is logged

    def _execute(self, pdu: Pdu, sent: bytes) -> None:
        came = self._unit.execute(pdu.cdb, sent)
        with suppress(ConnectionError):  # its host is gone
            self._answer(pdu, came)

    def _answer(self, pdu: Pdu, came: Answer) -> None:
        given = came.data[: pdu.length] if pdu.flags & READS else b""
        for at in range(0, len(given), self._segment):
            self._send(
                *(DATA_IN, pdu),
                flags=FINAL if at + self._segment >= len(given) else 0,
                tail=(at // self._segment, at, 0),
                data=given[at : at + self._segment],
                counts=False,
            )
        missing = pdu.length - len(given) if pdu.flags & READS else 0
        sense = struct.pack(">H", len(came.sense)) + came.sense if came.sense else b""
        self._send(
            *(RESPONSE, pdu),
            flags=FINAL | (UNDERFLOW if missing else 0),
            status=came.status,
            third=0,
            tail=(-(-len(given) // self._segment), 0, missing),
            data=sense,
        )

    def _sequences(self) -> tuple[int, int, int]:
        """The status' own number, the next command's, and the last that may come."""
        return self._status_sequence, self._expected, self._expected + WINDOW

    def _send(
        self,
        opcode: int,
        about: Pdu,
        *,
        flags: int = FINAL,
        status: int = 0,
        third: int = int.from_bytes(NO_TAG),
        tail: tuple[int, int, int] = (0, 0, 0),
        data: bytes = b"",
        counts: bool = True,
    ) -> None:
        """One message; `counts`: it has a number among those with a status."""
        with self._sending:
            header = struct.pack(">BBBB", opcode, flags, 0, status)
            header += len(data).to_bytes(4) + about.header[8:16] + about.tag
            header += struct.pack(">IIII", third, *self._sequences())
            header += struct.pack(">III", *tail)
            self._connection.sendall(header + data + bytes(-len(data) % 4))
            self._status_sequence += counts
