"""An ATA command as a drive gets it, and what it answers (ACS-3)."""

from __future__ import annotations

from dataclasses import dataclass

SECTOR = 512
READY, ABORTED = 0x50, 0x51  # the STATUS register: ready; the same with ERR
ABRT = 0x04  # the ERROR register


@dataclass(frozen=True)
class Taskfile:
    """The registers of one command; what its data are, where it brings some."""

    command: int
    features: int = 0
    count: int = 0
    lba: int = 0
    data: bytes = b""


@dataclass(frozen=True)
class Registers:
    """The registers after a command, and the data that it gave."""

    status: int = READY
    error: int = 0
    count: int = 0
    lba: int = 0
    data: bytes = b""

    @property
    def is_error(self) -> bool:
        return self.status == ABORTED


DONE = Registers()


def refused(lba: int = 0) -> Registers:
    """Command aborted; some commands say why in the LBA registers."""
    return Registers(status=ABORTED, error=ABRT, lba=lba)
