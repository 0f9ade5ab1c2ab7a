"""A SAS drive that sanitizes itself: SCSI commands in, its bytes in a file (SBC-4)."""

from __future__ import annotations

import enum
import struct
import threading
from collections.abc import Callable

from tests.machine.targets import scsi
from tests.machine.targets.journal import Journal
from tests.machine.targets.medium import ERASED, SCRAMBLED, Eraser, Medium, repeated
from tests.machine.targets.options import SasOptions
from tests.machine.targets.scsi import BAD_FIELD, Answer, extent, refused
from tests.machine.targets.taskfile import SECTOR

FORMAT_UNIT, SANITIZE, MAINTENANCE_IN = 0x04, 0x48, 0xA3
OVERWRITE, BLOCK_ERASE, CRYPTO_ERASE, EXIT_FAILURE = 1, 2, 3, 0x1F
NAMES = {OVERWRITE: "overwrite", BLOCK_ERASE: "block", CRYPTO_ERASE: "crypto"}
SERVICE_ACTION, MAY_LEAVE_FAILURE = 0x1F, 0x20  # in byte 1
WHAT_IS_SUPPORTED = 0x0C  # a service action of MAINTENANCE IN
SUPPORTED, NOT_SUPPORTED = 3, 1
NOT_READY, MEDIUM_ERROR = 0x2, 0x3
IS_SANITIZING, SANITIZE_FAILED = 0x041B, 0x3103
OF_65536 = 0xFFFF


class State(enum.Enum):
    IDLE = enum.auto()
    SANITIZING = enum.auto()
    FAILED = enum.auto()


class SasDisk:
    """One drive, which is its logical unit too. A sanitize goes on after a power cut."""

    def __init__(self, medium: Medium, options: SasOptions, journal: Journal) -> None:
        self._medium = medium
        self._options = options
        self._journal = journal
        self._eraser = Eraser(medium, options)
        self._state = State.IDLE
        self._may_leave = False
        self._lock = threading.Lock()

    def power_on(self) -> None:
        self._journal.note("POWER ON")
        self._eraser.power(on=True)

    def power_off(self) -> None:
        self._journal.note("POWER OFF")
        self._eraser.power(on=False)

    def execute(self, cdb: bytes, sent: bytes = b"") -> Answer:
        """Do one command; `sent` is what it brings to write."""
        acts: dict[int, Callable[[bytes, bytes], Answer]] = {
            scsi.INQUIRY: self._inquiry,
            scsi.REQUEST_SENSE: lambda *_: Answer(data=self._sense()),
            scsi.REPORT_LUNS: lambda *_: Answer(data=scsi.ONE_UNIT),
            scsi.READ_CAPACITY_10: self._capacity_10,
            scsi.SERVICE_IN_16: self._capacity_16,
            scsi.READ_10: self._read,
            scsi.READ_16: self._read,
            scsi.WRITE_10: self._write,
            scsi.WRITE_16: self._write,
            SANITIZE: self._sanitize,
            MAINTENANCE_IN: self._supported,
        }
        with self._lock:
            always = {scsi.INQUIRY, scsi.REQUEST_SENSE, scsi.REPORT_LUNS}
            exits = cdb[0] == SANITIZE and cdb[1] & SERVICE_ACTION == EXIT_FAILURE
            if self._state is not State.IDLE and cdb[0] not in always and not exits:
                return Answer(scsi.CHECK_CONDITION, sense=self._sense())
            if cdb[0] in scsi.NOTHING_TO_DO:
                return Answer()
            act = acts.get(cdb[0])
            return act(cdb, sent) if act else refused(scsi.NO_SUCH_COMMAND)

    def _inquiry(self, cdb: bytes, sent: bytes) -> Answer:
        options = self._options
        if not cdb[1] & 1:
            names = f"{'EXEMPLE':<8}{options.model[:16]:<16}{options.firmware[-4:]:<4}"
            return Answer(data=bytes([0, 0, 6, 2, 31, 0, 0, 2]) + names.encode())
        pages = {
            0x00: bytes([0x00, 0x80, 0x83, 0xB0, 0xB1]),
            **scsi.common_pages(options, options.rotation),
        }
        return scsi.page_answer(cdb[2], pages)

    def _sense(self) -> bytes:
        """How the drive stands, in the fixed format."""
        if self._state is State.FAILED:
            return scsi.sense(MEDIUM_ERROR, SANITIZE_FAILED)
        if self._state is State.SANITIZING:
            told = bytearray(scsi.sense(NOT_READY, IS_SANITIZING))
            progress = int(self._eraser.progress * OF_65536)
            struct.pack_into(">BH", told, 15, 0x80, progress)
            return bytes(told)
        return scsi.sense(0)

    def _capacity_10(self, cdb: bytes, sent: bytes) -> Answer:
        return Answer(data=struct.pack(">II", self._medium.size // SECTOR - 1, SECTOR))

    def _capacity_16(self, cdb: bytes, sent: bytes) -> Answer:
        if cdb[1] & SERVICE_ACTION != scsi.READ_CAPACITY_16:
            return refused(BAD_FIELD)
        last = self._medium.size // SECTOR - 1
        return Answer(data=struct.pack(">QI20x", last, SECTOR))

    def _read(self, cdb: bytes, sent: bytes) -> Answer:
        first, count = extent(cdb)
        if (first + count) * SECTOR > self._medium.size:
            return refused(scsi.OUT_OF_RANGE)
        return Answer(data=self._medium.read(first * SECTOR, count * SECTOR))

    def _write(self, cdb: bytes, sent: bytes) -> Answer:
        first, count = extent(cdb)
        if (first + count) * SECTOR > self._medium.size:
            return refused(scsi.OUT_OF_RANGE)
        if not self._options.forgets:
            self._medium.write(first * SECTOR, sent)
        return Answer()

    def _supported(self, cdb: bytes, sent: bytes) -> Answer:
        """Of one command, with its service action where it has one."""
        if cdb[1] & SERVICE_ACTION != WHAT_IS_SUPPORTED:
            return refused(BAD_FIELD)
        action = int.from_bytes(cdb[4:6])
        is_known = cdb[3] == SANITIZE and NAMES.get(action) in self._options.sanitize
        if not is_known:
            return Answer(data=bytes([0, NOT_SUPPORTED, 0, 0]))
        usage = bytes([SANITIZE, 0xE0 | action, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0])
        return Answer(data=bytes([0, SUPPORTED, 0, len(usage)]) + usage)

    def _sanitize(self, cdb: bytes, sent: bytes) -> Answer:
        """At once, and goes on by itself, whatever the host wants to wait for."""
        action = cdb[1] & SERVICE_ACTION
        if action == EXIT_FAILURE:
            return self._leave_failure()
        name = NAMES.get(action, "")
        if name not in self._options.sanitize:
            return refused(BAD_FIELD)
        self._journal.note(f"SANITIZE {name}")
        self._state = State.SANITIZING
        self._may_leave = bool(cdb[1] & MAY_LEAVE_FAILURE)
        self._eraser.start(_pattern(name, sent), self._ended)
        return Answer()

    def _leave_failure(self) -> Answer:
        if self._state is State.FAILED and not self._may_leave:
            return refused(BAD_FIELD)
        self._state = State.IDLE
        return Answer()

    def _ended(self, worked: bool) -> None:
        self._state = State.IDLE if worked else State.FAILED
        self._journal.note(f"SANITIZE {'done' if worked else 'failed'}")


def _pattern(name: str, sent: bytes) -> bytes:
    if name == "overwrite":
        length = int.from_bytes(sent[2:4])
        return repeated(sent[4 : 4 + length])
    return SCRAMBLED if name == "crypto" else ERASED
