"""What an ATA drive has and does not show: the host's area, its successor, the overlay.

Host Protected Area and Device Configuration Overlay are ATA8-ACS (7.17, 7.45), the
successor of the former, Accessible Max Address, is ACS-3 (7.2, 7.41).
"""

from __future__ import annotations

import struct

from tests.machine.targets.ata_pages import summed
from tests.machine.targets.journal import Journal
from tests.machine.targets.options import AtaOptions
from tests.machine.targets.taskfile import DONE, SECTOR, Registers, Taskfile, refused

NATIVE_MAX, NATIVE_MAX_EXT, SET_MAX, SET_MAX_EXT = 0xF8, 0x27, 0xF9, 0x37
ACCESSIBLE_MAX, OVERLAY = 0x78, 0xB1
COMMANDS = {NATIVE_MAX, NATIVE_MAX_EXT, SET_MAX, SET_MAX_EXT, ACCESSIBLE_MAX, OVERLAY}
STAYS = 0x01  # in COUNT of SET MAX: also after the power was cut
# By FEATURES: of ACCESSIBLE MAX, and of the overlay.
GET, SET = 0x0000, 0x0001
RESTORE, FREEZE, IDENTIFY = 0xC0, 0xC1, 0xC2
REVISION, ALL_MDMA, ALL_UDMA = 2, 0x07, 0x7F  # what may be taken away, of word 0 to 2


class Areas:
    """There are `real` sectors, the overlay leaves `native`, and `shown` are to be read."""

    def __init__(self, options: AtaOptions, real: int, journal: Journal) -> None:
        self._options = options
        self._journal = journal
        self._real = real
        self._native = real - (options.overlaid_sectors or 0)
        self._kept = self.shown = self._native - options.hidden_sectors
        self._is_frozen = options.overlay_frozen
        self._was_set = False

    def power_on(self, *, first: bool) -> None:
        self.shown = self._kept
        self._was_set = False
        if not first:
            self._is_frozen = self._is_frozen and self._options.freezes_again

    def execute(self, asked: Taskfile) -> Registers:
        if asked.command == OVERLAY:
            return self._overlay(asked)
        if (asked.command == ACCESSIBLE_MAX) is not self._options.amax:
            return refused()
        if asked.command == ACCESSIBLE_MAX and asked.features == SET:
            return self._set_accessible(asked)
        if asked.command in {SET_MAX, SET_MAX_EXT}:
            return self._set_max(asked)
        return Registers(lba=self._native - 1)

    def _set_accessible(self, asked: Taskfile) -> Registers:
        """Once; the next time, its power has to be cut before."""
        if self._was_set or asked.lba >= self._native:
            return refused()
        self._was_set = True
        self._kept = self.shown = asked.lba + 1
        self._journal.note(f"SET ACCESSIBLE MAX {self.shown}")
        return DONE

    def _set_max(self, asked: Taskfile) -> Registers:
        if asked.lba >= self._native:
            return refused()
        self.shown = asked.lba + 1
        stays = bool(asked.count & STAYS)
        if stays:
            self._kept = self.shown
        kind = "permanent" if stays else "volatile"
        self._journal.note(f"SET MAX {self.shown} {kind}")
        return DONE

    def _overlay(self, asked: Taskfile) -> Registers:
        if self._options.overlaid_sectors is None or self._is_frozen:
            return refused()
        if asked.features == IDENTIFY:
            return Registers(data=self._what_was_made())
        if asked.features == FREEZE:
            self._is_frozen = True
            return DONE
        is_whole = self.shown == self._native
        return self._restore() if asked.features == RESTORE and is_whole else refused()

    def _restore(self) -> Registers:
        self._native = self._kept = self.shown = self._real
        self._journal.note(f"OVERLAY restored to {self._real}")
        return DONE

    def _what_was_made(self) -> bytes:
        page = bytearray(SECTOR)
        last = self._real - 1
        struct.pack_into("<HHHQ", page, 0, REVISION, ALL_MDMA, ALL_UDMA, last)
        page[510] = 0xA5
        return summed(page)
