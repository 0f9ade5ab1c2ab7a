"""The Sanitize feature set of an ATA drive (ACS-3, 7.36): SD0, SD1, SD2, SD3."""

from __future__ import annotations

import enum

from tests.machine.targets.journal import Journal, asked_at
from tests.machine.targets.medium import ERASED, SCRAMBLED, Eraser, repeated
from tests.machine.targets.options import AtaOptions
from tests.machine.targets.taskfile import Registers, Taskfile, refused

SANITIZE = 0xB4
STATUS, CRYPTO, BLOCK, OVERWRITE, FREEZE = 0x0000, 0x0011, 0x0012, 0x0014, 0x0020
NAMES = {CRYPTO: "crypto", BLOCK: "block", OVERWRITE: "overwrite"}
# A word in the LBA registers, against commands sent by mistake.
KEYS = {
    CRYPTO: int.from_bytes(b"Cryp"),
    BLOCK: int.from_bytes(b"BkEr"),
    OVERWRITE: int.from_bytes(b"OW"),
    FREEZE: int.from_bytes(b"FrLk"),
}
# COUNT after any command of the set; bit 0 of COUNT before SANITIZE STATUS.
COMPLETED, IN_PROGRESS, FROZEN = 0x8000, 0x4000, 0x2000
CLEAR_FAILED = 0x0001
UNSUCCESSFUL, NOT_SUPPORTED, IS_FROZEN = 1, 2, 3  # why, in LBA(7:0)
ALL_DONE = 0xFFFF
# Word 59 of IDENTIFY DEVICE.
SUPPORTED = 0x1000
OFFERS = {"crypto": 0x2000, "overwrite": 0x4000, "block": 0x8000}


class State(enum.Enum):
    IDLE = "SD0"
    FROZEN = "SD1"
    SANITIZING = "SD2"
    FAILED = "SD3"


class Sanitize:
    """Goes on after a power cut; reads and writes are refused meanwhile."""

    def __init__(self, options: AtaOptions, eraser: Eraser, journal: Journal) -> None:
        self._options = options
        self._eraser = eraser
        self._journal = journal
        self._was_completed = False
        self.state = State.IDLE

    @property
    def word(self) -> int:
        """The bits of word 59 of IDENTIFY DEVICE."""
        offered = [OFFERS[name] for name in self._options.sanitize]
        return SUPPORTED | sum(offered) if offered else 0

    @property
    def refuses_access(self) -> bool:
        return self.state in {State.SANITIZING, State.FAILED}

    def power_on(self) -> None:
        """Only the freeze lock ends with the power."""
        if self.state is State.FROZEN:
            self.state = State.IDLE

    def execute(self, asked: Taskfile) -> Registers:
        if not self._options.sanitize:
            return refused()
        if asked.features == STATUS:
            return self._tell(clears=bool(asked.count & CLEAR_FAILED))
        if self.state is State.FROZEN:
            return refused(IS_FROZEN)
        if asked.features == FREEZE and self.state is State.IDLE:
            self.state = State.FROZEN
            return self._registers(self.state)
        return self._start(asked)

    def _registers(self, state: State) -> Registers:
        flags = {
            COMPLETED: self._was_completed and state is not State.SANITIZING,
            IN_PROGRESS: state is State.SANITIZING,
            FROZEN: state is State.FROZEN,
        }
        progress = ALL_DONE
        if state is State.SANITIZING:
            progress = int(self._eraser.progress * ALL_DONE)
        return Registers(
            count=sum(bit for bit, is_so in flags.items() if is_so), lba=progress
        )

    def _tell(self, *, clears: bool) -> Registers:
        state = self.state  # once: it may end while it is told
        if state is State.FAILED:
            if not clears:
                return refused(UNSUCCESSFUL)
            state = self.state = State.IDLE
        if state is State.SANITIZING and self._options.held_by:
            self._journal.note(asked_at(self._eraser.progress))
        return self._registers(state)

    def _start(self, asked: Taskfile) -> Registers:
        name = NAMES.get(asked.features, "")
        # OVERWRITE has its pattern below the key; the others fill all of it.
        key = asked.lba >> 32 if asked.features == OVERWRITE else asked.lba
        if name not in self._options.sanitize or key != KEYS[asked.features]:
            return refused(NOT_SUPPORTED)
        if self.state is State.SANITIZING:
            return refused()
        passes = f" {asked.count & 0xF or 16}" if name == "overwrite" else ""
        self._journal.note(f"SANITIZE {name}{passes}")
        self.state, self._was_completed = State.SANITIZING, False
        self._eraser.start(_pattern(name, asked), self._ended)
        return self._registers(State.SANITIZING)

    def _ended(self, worked: bool) -> None:
        self._was_completed = worked
        self.state = State.IDLE if worked else State.FAILED
        self._journal.note(f"SANITIZE {'done' if worked else 'failed'}")


def _pattern(name: str, asked: Taskfile) -> bytes:
    if name == "overwrite":
        return repeated((asked.lba & 0xFFFFFFFF).to_bytes(4, "little"))
    return SCRAMBLED if name == "crypto" else ERASED
