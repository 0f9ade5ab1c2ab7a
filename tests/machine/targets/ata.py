"""An ATA drive: commands in, registers out, its bytes in a file."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.machine.targets import ata_areas, ata_pages, ata_security
from tests.machine.targets.ata_areas import Areas
from tests.machine.targets.ata_sanitize import SANITIZE, Sanitize
from tests.machine.targets.ata_security import Security
from tests.machine.targets.journal import Journal
from tests.machine.targets.medium import Eraser, Medium
from tests.machine.targets.options import AtaOptions
from tests.machine.targets.taskfile import DONE, SECTOR, Registers, Taskfile, refused

IDENTIFY, SMART = 0xEC, 0xB0
CHECK_POWER, SET_FEATURES, FLUSH, FLUSH_EXT = 0xE5, 0xEF, 0xE7, 0xEA
IS_ACTIVE = 0xFF  # COUNT after CHECK POWER MODE
# SMART, by FEATURES.
READ_DATA, THRESHOLDS, OFFLINE, READ_LOG = 0xD0, 0xD1, 0xD4, 0xD5
AUTOSAVE, ENABLE, RETURN_STATUS, AUTO_OFFLINE = 0xD2, 0xD8, 0xDA, 0xDB
HEALTHY = 0xC24F00


class AtaDisk:
    """One drive. Commands come one after the other, whoever is connected."""

    def __init__(self, medium: Medium, options: AtaOptions, journal: Journal) -> None:
        self._medium = medium
        self._options = options
        self._journal = journal
        self._eraser = Eraser(medium, options)
        self._was_on = False
        self._busy = threading.Lock()
        self.areas = Areas(options, medium.size // SECTOR, journal)
        self.security = Security(options, self._eraser, journal)
        self.sanitize = Sanitize(options, self._eraser, journal)

    @property
    def shown_sectors(self) -> int:
        return self.areas.shown

    @property
    def options(self) -> AtaOptions:
        return self._options

    def power_on(self) -> None:
        self._journal.note("POWER ON")
        self.areas.power_on(first=not self._was_on)
        self.security.power_on(first=not self._was_on)
        self.sanitize.power_on()
        self._was_on = True
        self._eraser.power(on=True)

    def power_off(self) -> None:
        self._journal.note("POWER OFF")
        self._eraser.power(on=False)
        self.security.power_off()

    def read(self, sector: int, count: int) -> bytes | None:
        """None where the drive gives nothing away now."""
        with self._busy:
            if self._refuses_access:
                return None
            return self._medium.read(sector * SECTOR, count * SECTOR)

    def write(self, sector: int, content: bytes) -> bool:
        """Whether it was taken."""
        with self._busy:
            if self._refuses_access:
                return False
            if not self._options.forgets:
                self._medium.write(sector * SECTOR, content)
            return True

    @property
    def _refuses_access(self) -> bool:
        return self.security.is_locked or self.sanitize.refuses_access

    def identify(self) -> bytes:
        states = self.security.word, self.sanitize.word
        return ata_pages.identify(self._options, self.shown_sectors, *states)

    def execute(self, asked: Taskfile) -> Registers:
        """What has no data of the medium; a security erase ends when it is done."""
        with self._busy:
            return self._execute(asked)

    def _execute(self, asked: Taskfile) -> Registers:
        if asked.command in ata_security.COMMANDS:
            return self.security.execute(asked)
        if asked.command in ata_areas.COMMANDS:
            return self.areas.execute(asked)
        acts: dict[int, Callable[[Taskfile], Registers]] = {
            IDENTIFY: lambda _: Registers(data=self.identify()),
            SMART: self._smart,
            SANITIZE: self.sanitize.execute,
            CHECK_POWER: lambda _: Registers(count=IS_ACTIVE),
            SET_FEATURES: lambda _: DONE,
            FLUSH: lambda _: DONE,
            FLUSH_EXT: lambda _: DONE,
        }
        act = acts.get(asked.command)
        if act is None:
            return refused()
        return act(asked)

    def _smart(self, asked: Taskfile) -> Registers:
        pages = {
            READ_DATA: lambda: ata_pages.smart_data(self._options),
            THRESHOLDS: lambda: ata_pages.smart_thresholds(self._options),
            READ_LOG: lambda: ata_pages.log(asked.lba & 0xFF),
        }
        if asked.features in pages:
            return Registers(data=pages[asked.features]())
        if asked.features == RETURN_STATUS:
            return Registers(lba=HEALTHY)
        if asked.features in {OFFLINE, AUTOSAVE, ENABLE, AUTO_OFFLINE}:
            return DONE
        return refused()
