"""The Security feature set of an ATA drive: a password, and an erasure behind it."""

from __future__ import annotations

from collections.abc import Callable

from tests.machine.targets.journal import Journal
from tests.machine.targets.medium import ERASED, SCRAMBLED, Eraser
from tests.machine.targets.options import AtaOptions
from tests.machine.targets.taskfile import DONE, Registers, Taskfile, refused

SET_PASSWORD, UNLOCK, ERASE_PREPARE = 0xF1, 0xF2, 0xF3
ERASE_UNIT, FREEZE_LOCK, DISABLE_PASSWORD = 0xF4, 0xF5, 0xF6
COMMANDS = range(SET_PASSWORD, DISABLE_PASSWORD + 1)

PASSWORD = slice(2, 34)  # in the data of a command
ENHANCED = 0x02  # bit 1 of the first byte
TRIES = 5
# Word 128 of IDENTIFY DEVICE.
SUPPORTED, ENABLED, LOCKED, FROZEN, EXPIRED, HAS_ENHANCED = 1, 2, 4, 8, 16, 32


class Security:
    """One user password; there is no master password to go round it with."""

    def __init__(self, options: AtaOptions, eraser: Eraser, journal: Journal) -> None:
        self._options = options
        self._eraser = eraser
        self._journal = journal
        self._password = options.password.encode().ljust(32, b"\0")
        self._is_prepared = False
        self._is_erasing = False
        self._tries = 0
        self.is_enabled = bool(options.password)
        self.is_locked = self.is_enabled
        self.is_frozen = options.frozen

    @property
    def word(self) -> int:
        """Word 128 of IDENTIFY DEVICE."""
        if not self._options.security:
            return 0
        states = {
            SUPPORTED: True,
            ENABLED: self.is_enabled,
            LOCKED: self.is_locked,
            FROZEN: self.is_frozen,
            EXPIRED: self._tries >= TRIES,
            HAS_ENHANCED: self._options.enhanced,
        }
        return sum(bit for bit, is_so in states.items() if is_so)

    def power_on(self, *, first: bool) -> None:
        """A power cut locks what has a password, and thaws what its firmware froze."""
        self._is_prepared = False
        self._tries = 0
        self.is_locked = self.is_enabled
        if not first:
            self.is_frozen = self._options.freezes_again

    def power_off(self) -> None:
        """An erasure of this kind does not go on after a power cut."""
        if self._is_erasing:
            self._eraser.stop()
            self._is_erasing = False

    def execute(self, asked: Taskfile) -> Registers:
        if not self._options.security:
            return refused()
        acts: dict[int, Callable[[Taskfile], Registers]] = {
            SET_PASSWORD: self._set_password,
            UNLOCK: self._unlock,
            ERASE_PREPARE: self._prepare,
            ERASE_UNIT: self._erase,
            FREEZE_LOCK: self._freeze,
            DISABLE_PASSWORD: self._disable,
        }
        # Only the command right after the preparation may erase.
        was_prepared, self._is_prepared = self._is_prepared, False
        if asked.command == ERASE_UNIT and not was_prepared:
            return refused()
        if self.is_frozen and asked.command != FREEZE_LOCK:
            return refused()
        return acts[asked.command](asked)

    def _set_password(self, asked: Taskfile) -> Registers:
        if self.is_locked:
            return refused()
        self._password = asked.data[PASSWORD]
        self.is_enabled = True
        return DONE

    def _unlock(self, asked: Taskfile) -> Registers:
        if self._tries >= TRIES or not self._is_right(asked):
            return refused()
        self.is_locked = False
        return DONE

    def _prepare(self, asked: Taskfile) -> Registers:
        self._is_prepared = True
        return DONE

    def _erase(self, asked: Taskfile) -> Registers:
        """The command ends when the erasure does, minutes or hours later."""
        enhanced = bool(asked.data[0] & ENHANCED)
        if enhanced and not self._options.enhanced:
            return refused()
        if not self.is_enabled or not self._is_right(asked):
            self._journal.note("SECURITY ERASE UNIT wrong password")
            return refused()
        self._journal.note(
            f"SECURITY ERASE UNIT {'enhanced' if enhanced else 'normal'}"
        )
        ends: list[bool] = []
        self._is_erasing = True
        self._eraser.start(SCRAMBLED if enhanced else ERASED, ends.append)
        self._eraser.wait()
        self._is_erasing = False
        if ends != [True]:
            return refused()
        self.is_enabled = self.is_locked = False
        self._journal.note("SECURITY ERASE UNIT done")
        return DONE

    def _freeze(self, asked: Taskfile) -> Registers:
        self.is_frozen = True
        return DONE

    def _disable(self, asked: Taskfile) -> Registers:
        if self.is_locked or not self._is_right(asked):
            return refused()
        self.is_enabled = False
        return DONE

    def _is_right(self, asked: Taskfile) -> bool:
        is_right = self.is_enabled and asked.data[PASSWORD] == self._password
        self._tries = 0 if is_right else self._tries + 1
        return is_right
