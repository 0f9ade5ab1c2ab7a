"""An NVMe controller with one namespace: commands in, completions out."""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable
from typing import NamedTuple

from tests.machine.targets import nvme_pages
from tests.machine.targets.journal import Journal, asked_at
from tests.machine.targets.medium import ERASED, SCRAMBLED, Eraser, Medium, repeated
from tests.machine.targets.nvme_pages import BLOCK
from tests.machine.targets.options import NvmeOptions

# Admin commands, then those of the medium.
GET_LOG, IDENTIFY, ABORT, SET_FEATURES, GET_FEATURES = 0x02, 0x06, 0x08, 0x09, 0x0A
KEEP_ALIVE, FORMAT, SANITIZE = 0x18, 0x80, 0x84
FLUSH, WRITE, READ = 0x00, 0x01, 0x02
# Why a command failed: status codes, and that trying again is of no use.
SUCCESS, INVALID_OPCODE, INVALID_FIELD = 0x00, 0x01, 0x02
SANITIZE_FAILED, SANITIZE_IN_PROGRESS, LBA_RANGE = 0x1C, 0x1D, 0x80
DO_NOT_RETRY = 0x4000
LOG_ERRORS, LOG_SMART, LOG_SLOTS, LOG_SANITIZE = 0x01, 0x02, 0x03, 0x81
NUMBER_OF_QUEUES = 0x07
# SANITIZE, by its action; SECURE ERASE SETTINGS of FORMAT.
EXIT_FAILURE = 1
ACTIONS = {2: "block", 3: "overwrite", 4: "crypto"}
CRYPTO = 2
ALL_DONE = 0xFFFF
GLOBAL_ERASED = 0x0100


class State(enum.IntEnum):
    """SSTAT, its low three bits."""

    NEVER = 0
    COMPLETED = 1
    IN_PROGRESS = 2
    FAILED = 3


class Command(NamedTuple):
    """A submission queue entry, without what is the transport's."""

    opcode: int
    id: int
    namespace: int
    words: tuple[int, ...]  # dwords 10 to 15
    length: int  # bytes of data, to or fro


class Completion(NamedTuple):
    status: int = SUCCESS
    result: int = 0
    data: bytes = b""


def command(entry: bytes) -> Command:
    opcode, _flags, number, namespace = struct.unpack_from("<BBHI", entry)
    (length,) = struct.unpack_from("<I", entry, 32)
    return Command(
        opcode, number, namespace, struct.unpack_from("<6I", entry, 40), length
    )


def failed(code: int) -> Completion:
    return Completion(status=code | DO_NOT_RETRY)


class NvmeDisk:
    """A sanitize goes on after a power cut; all else is refused meanwhile."""

    def __init__(
        self, medium: Medium, options: NvmeOptions, journal: Journal, name: str
    ) -> None:
        self._medium = medium
        self._options = options
        self._journal = journal
        self._name = name
        self._eraser = Eraser(medium, options)
        self._state = State.NEVER
        self._passes = 0
        self._asked = 0

    def power_on(self) -> None:
        self._journal.note("POWER ON")
        self._eraser.power(on=True)

    def power_off(self) -> None:
        self._journal.note("POWER OFF")
        self._eraser.power(on=False)

    def administer(self, asked: Command) -> Completion:
        acts: dict[int, Callable[[Command], Completion]] = {
            IDENTIFY: self._identify,
            GET_LOG: self._log,
            SET_FEATURES: self._features,
            GET_FEATURES: lambda _: Completion(),
            KEEP_ALIVE: lambda _: Completion(),
            ABORT: lambda _: Completion(result=1),  # not aborted
            FORMAT: self._format,
            SANITIZE: self._sanitize,
        }
        act = acts.get(asked.opcode)
        return act(asked) if act else failed(INVALID_OPCODE)

    def read_or_write(self, asked: Command, sent: bytes) -> Completion:
        if asked.opcode == FLUSH:
            return Completion()
        if refusal := self._refusal:
            return failed(refusal)
        offset, length = extent(asked)
        if offset + length > self._medium.size:
            return failed(LBA_RANGE)
        if asked.opcode == READ:
            return Completion(data=self._medium.read(offset, length))
        if asked.opcode == WRITE:
            if not self._options.forgets:
                self._medium.write(offset, sent)
            return Completion()
        return failed(INVALID_OPCODE)

    @property
    def _refusal(self) -> int:
        """Why the medium is not given away now; 0 where it is."""
        refusals = {
            State.IN_PROGRESS: SANITIZE_IN_PROGRESS,
            State.FAILED: SANITIZE_FAILED,
        }
        return refusals.get(self._state, SUCCESS)

    def _identify(self, asked: Command) -> Completion:
        pages: dict[int, Callable[[], bytes]] = {
            0: lambda: nvme_pages.namespace(self._options, self._medium.size),
            1: lambda: nvme_pages.controller(self._options, self._name),
            2: lambda: nvme_pages.namespaces(asked.namespace),
            3: lambda: nvme_pages.descriptors(self._options),
        }
        page = pages.get(asked.words[0] & 0xFF)
        return Completion(data=page()) if page else failed(INVALID_FIELD)

    def _log(self, asked: Command) -> Completion:
        logs: dict[int, Callable[[], bytes]] = {
            LOG_ERRORS: lambda: b"",
            LOG_SMART: lambda: nvme_pages.smart_log(self._options),
            LOG_SLOTS: lambda: b"\1",
            LOG_SANITIZE: self._sanitize_log,
        }
        log = logs.get(asked.words[0] & 0xFF)
        if log is None:
            return failed(INVALID_FIELD)
        return Completion(data=log()[: asked.length].ljust(asked.length, b"\0"))

    def _sanitize_log(self) -> bytes:
        state = self._state  # once: it may end while it is told
        is_busy = state is State.IN_PROGRESS
        done = self._eraser.progress if is_busy else 1.0  # once, too
        if is_busy and self._options.held_by:
            self._journal.note(asked_at(done))
        progress = int(done * ALL_DONE)
        status = state | self._passes << 3
        if state is State.COMPLETED:
            status |= GLOBAL_ERASED
        return nvme_pages.sanitize_log(
            progress, status, self._asked, self._options.seconds
        )

    def _features(self, asked: Command) -> Completion:
        is_queues = asked.words[0] & 0xFF == NUMBER_OF_QUEUES
        return Completion(result=0x0003_0003 if is_queues else 0)

    def _format(self, asked: Command) -> Completion:
        if refusal := self._refusal:
            return failed(refusal)
        setting = asked.words[0] >> 9 & 7
        is_offered = setting != CRYPTO or self._options.formats_crypto
        if not self._options.formats or setting > CRYPTO or not is_offered:
            return failed(INVALID_FIELD)
        self._journal.note(f"FORMAT {setting}")
        if not self._options.lies:
            pattern = SCRAMBLED if setting == CRYPTO else ERASED
            self._medium.fill(0, self._medium.size, pattern)
        return Completion()

    def _sanitize(self, asked: Command) -> Completion:
        if self._state is State.IN_PROGRESS:
            return failed(SANITIZE_IN_PROGRESS)
        action = asked.words[0] & 7
        if action == EXIT_FAILURE:
            if self._state is State.FAILED:
                self._state = State.NEVER
            return Completion()
        name = ACTIONS.get(action, "")
        if name not in self._options.sanitize:
            return failed(INVALID_FIELD)
        self._journal.note(f"SANITIZE {name}")
        self._state, self._asked = State.IN_PROGRESS, asked.words[0]
        self._passes = 0
        self._eraser.start(_pattern(name, asked), self._ended)
        return Completion()

    def _ended(self, worked: bool) -> None:
        if ACTIONS.get(self._asked & 7) == "overwrite":
            self._passes = (self._asked >> 4 & 0xF or 16) if worked else 0
        self._state = State.COMPLETED if worked else State.FAILED
        self._journal.note(f"SANITIZE {'done' if worked else 'failed'}")


def extent(asked: Command) -> tuple[int, int]:
    """Where a read or write begins and how long it is, in bytes."""
    first = asked.words[0] | asked.words[1] << 32
    return first * BLOCK, ((asked.words[2] & 0xFFFF) + 1) * BLOCK


def _pattern(name: str, asked: Command) -> bytes:
    if name == "overwrite":
        return repeated(asked.words[1].to_bytes(4, "little"))
    return SCRAMBLED if name == "crypto" else ERASED
