"""The ATA drive that erases itself, without a machine: registers in, registers out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.machine import disks
from tests.machine.remnants import CLEAN, remnants
from tests.machine.targets import ata_areas, ata_sanitize, ata_security
from tests.machine.targets.ata import AtaDisk
from tests.machine.targets.journal import Journal, lines
from tests.machine.targets.medium import Medium
from tests.machine.targets.options import FOREVER, AtaOptions
from tests.machine.targets.taskfile import Registers, Taskfile

QUICK = AtaOptions(seconds=0.0)
SECTORS = 2 * disks.MEBIBYTE // disks.BLOCK
PASSWORD = b"\0\0NULL".ljust(512, b"\0")
WRONG = b"\0\0other".ljust(512, b"\0")
STATUS = Taskfile(ata_sanitize.SANITIZE)
BLOCK_ERASE = Taskfile(ata_sanitize.SANITIZE, ata_sanitize.BLOCK, 0, 0x426B4572)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return disks.full(tmp_path / "ata", 2)


def powered(file: Path, options: AtaOptions) -> AtaDisk:
    disk = AtaDisk(Medium(file), options, Journal(file.with_suffix(".journal")))
    disk.power_on()
    return disk


def secured(disk: AtaDisk, command: int, data: bytes = b"") -> bool:
    return not disk.execute(Taskfile(command, data=data)).is_error


def erase_unit(disk: AtaDisk, password: bytes = PASSWORD) -> bool:
    secured(disk, ata_security.ERASE_PREPARE)
    return secured(disk, ata_security.ERASE_UNIT, password)


def word(disk: AtaDisk, number: int) -> int:
    return int.from_bytes(disk.identify()[2 * number : 2 * number + 2], "little")


def sanitized(disk: AtaDisk) -> Registers:
    """The registers when it is no longer busy."""
    while (told := disk.execute(STATUS)).count & ata_sanitize.IN_PROGRESS:
        pass
    return told


def test_it_says_who_it_is_with_a_right_sum(file: Path) -> None:
    page = powered(file, QUICK).identify()
    assert sum(page) % 256 == 0
    assert page[20:32] == b"XES-TA0-00 7"  # two letters in each word, the second first


def test_a_security_erase_leaves_zeros_and_no_password(file: Path) -> None:
    disk = powered(file, QUICK)
    assert secured(disk, ata_security.SET_PASSWORD, PASSWORD)
    assert erase_unit(disk)
    assert remnants(file) == CLEAN
    assert not word(disk, 128) & ata_security.ENABLED


def test_an_erasure_wants_the_right_password_and_its_preparation(file: Path) -> None:
    disk = powered(file, QUICK)
    secured(disk, ata_security.SET_PASSWORD, PASSWORD)
    assert not secured(disk, ata_security.ERASE_UNIT, PASSWORD)
    assert not erase_unit(disk, WRONG)
    assert remnants(file).blocks == SECTORS
    assert word(disk, 128) & ata_security.ENABLED


def test_a_frozen_drive_thaws_when_its_power_was_cut(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, frozen=True))
    assert word(disk, 128) & ata_security.FROZEN
    assert not secured(disk, ata_security.SET_PASSWORD, PASSWORD)
    disk.power_off()
    disk.power_on()
    assert not word(disk, 128) & ata_security.FROZEN
    assert secured(disk, ata_security.SET_PASSWORD, PASSWORD)


def test_a_password_locks_at_the_next_start_until_it_is_said(file: Path) -> None:
    disk = powered(file, QUICK)
    secured(disk, ata_security.SET_PASSWORD, PASSWORD)
    disk.power_off()
    disk.power_on()
    assert disk.read(0, 1) is None
    assert not secured(disk, ata_security.UNLOCK, WRONG)
    assert secured(disk, ata_security.UNLOCK, PASSWORD)
    assert disk.read(0, 1) == disks.PRIVATE[:512]


def test_a_sanitize_goes_on_after_a_power_cut(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, seconds=0.2))
    assert disk.execute(BLOCK_ERASE).count & ata_sanitize.IN_PROGRESS
    disk.power_off()
    assert disk.execute(STATUS).count & ata_sanitize.IN_PROGRESS
    assert disk.read(0, 1) is None
    disk.power_on()
    assert sanitized(disk).count == ata_sanitize.COMPLETED
    assert remnants(file) == CLEAN


def test_a_crypto_scramble_changes_all_and_leaves_no_zeros(file: Path) -> None:
    disk = powered(file, QUICK)
    disk.execute(Taskfile(ata_sanitize.SANITIZE, ata_sanitize.CRYPTO, 0, 0x43727970))
    assert sanitized(disk).count == ata_sanitize.COMPLETED
    left = remnants(file)
    assert left[:2] == (0, 0)
    assert left.nonzero_bytes > 2 * disks.MEBIBYTE * 0.99


def test_an_overwrite_writes_the_pattern_that_was_asked_for(file: Path) -> None:
    disk = powered(file, QUICK)
    pattern = 0x4F57 << 32 | 0xDEADBEEF
    disk.execute(Taskfile(ata_sanitize.SANITIZE, ata_sanitize.OVERWRITE, 1, pattern))
    sanitized(disk)
    assert disk.read(7, 1) == 0xDEADBEEF.to_bytes(4, "little") * 128


def test_a_sanitize_without_its_key_does_nothing(file: Path) -> None:
    disk = powered(file, QUICK)
    asked = dataclasses.replace(BLOCK_ERASE, lba=0)
    assert disk.execute(asked).lba == ata_sanitize.NOT_SUPPORTED
    assert remnants(file).blocks == SECTORS


def test_a_failing_drive_says_so_and_gives_nothing_away(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, fails=True))
    disk.execute(BLOCK_ERASE)
    assert sanitized(disk).lba == ata_sanitize.UNSUCCESSFUL
    assert disk.read(0, 1) is None
    assert remnants(file).blocks == SECTORS // 2


def test_a_liar_says_that_all_went_well(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, lies=True))
    disk.execute(BLOCK_ERASE)
    assert sanitized(disk).count == ata_sanitize.COMPLETED
    secured(disk, ata_security.SET_PASSWORD, PASSWORD)
    assert erase_unit(disk)
    assert remnants(file).blocks == SECTORS


@pytest.mark.parametrize(("count", "afterwards"), [(0, 1000), (1, 2000)])
def test_a_hidden_area_comes_back_unless_it_is_removed_for_good(
    file: Path, count: int, afterwards: int
) -> None:
    disk = powered(file, dataclasses.replace(QUICK, hidden_sectors=SECTORS - 1000))
    assert disk.shown_sectors == 1000
    assert disk.execute(Taskfile(ata_areas.NATIVE_MAX_EXT)).lba == SECTORS - 1
    disk.execute(Taskfile(ata_areas.SET_MAX_EXT, count=count, lba=1999))
    assert disk.shown_sectors == 2000
    disk.power_off()
    disk.power_on()
    assert disk.shown_sectors == afterwards


def test_what_it_was_asked_is_noted(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, seconds=FOREVER))
    disk.execute(BLOCK_ERASE)
    disk.power_off()
    noted = lines(file.with_suffix(".journal"))
    assert noted == ["POWER ON", "SANITIZE block", "POWER OFF"]
