"""The NVMe drive that sanitizes and formats itself, without a machine."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.machine import disks
from tests.machine.remnants import CLEAN, remnants
from tests.machine.targets import nvme
from tests.machine.targets.journal import Journal, asked_at, lines
from tests.machine.targets.medium import Medium
from tests.machine.targets.nvme import Command, Completion, NvmeDisk
from tests.machine.targets.options import NvmeOptions

QUICK = NvmeOptions(seconds=0.0)
BLOCKS = 2 * disks.MEBIBYTE // disks.BLOCK
EXIT, BLOCK, OVERWRITE, CRYPTO = 1, 2, 3, 4
STATE = 7  # the low three bits of SSTAT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return disks.full(tmp_path / "nvme", 2)


def powered(file: Path, options: NvmeOptions) -> NvmeDisk:
    journal = Journal(file.with_suffix(".journal"))
    disk = NvmeDisk(Medium(file), options, journal, options.name)
    disk.power_on()
    return disk


def asked(opcode: int, *words: int, length: int = 0) -> Command:
    return Command(opcode, 1, 1, (*words, *(0,) * (6 - len(words))), length)


def sanitize(disk: NvmeDisk, *words: int) -> int:
    return disk.administer(asked(nvme.SANITIZE, *words)).status


def log(disk: NvmeDisk) -> tuple[int, int]:
    """SPROG and SSTAT."""
    page = disk.administer(asked(nvme.GET_LOG, nvme.LOG_SANITIZE, length=32)).data
    return int.from_bytes(page[:2], "little"), int.from_bytes(page[2:4], "little")


def ended(disk: NvmeDisk) -> int:
    """SSTAT when it is no longer busy."""
    while (status := log(disk)[1]) & STATE == nvme.State.IN_PROGRESS:
        pass
    return status


def read(disk: NvmeDisk) -> Completion:
    return disk.read_or_write(asked(nvme.READ), b"")


def test_a_sanitize_goes_on_after_a_power_cut(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, seconds=0.2))
    assert sanitize(disk, BLOCK) == nvme.SUCCESS
    disk.power_off()
    assert log(disk)[1] == nvme.State.IN_PROGRESS
    assert read(disk) == nvme.failed(nvme.SANITIZE_IN_PROGRESS)
    assert sanitize(disk, CRYPTO) & 0xFF == nvme.SANITIZE_IN_PROGRESS
    disk.power_on()
    assert ended(disk) == nvme.State.COMPLETED | nvme.GLOBAL_ERASED
    assert remnants(file) == CLEAN


def test_a_sanitize_stands_still_where_a_test_wants(file: Path) -> None:
    allowed = file.with_suffix(".steps")
    allowed.write_text("8")
    disk = powered(file, dataclasses.replace(QUICK, held_by=str(allowed)))
    sanitize(disk, BLOCK)
    while log(disk)[0] < nvme.ALL_DONE // 4 - 1:
        pass
    assert remnants(file).blocks == BLOCKS * 3 // 4
    assert lines(file.with_suffix(".journal"))[-1] == asked_at(1 / 4)
    allowed.write_text("32")
    assert ended(disk) & STATE == nvme.State.COMPLETED


def test_a_crypto_erase_changes_all_and_leaves_no_zeros(file: Path) -> None:
    disk = powered(file, QUICK)
    sanitize(disk, CRYPTO)
    ended(disk)
    left = remnants(file)
    assert left[:2] == (0, 0)
    assert left.nonzero_bytes > 2 * disks.MEBIBYTE * 0.99


def test_an_overwrite_writes_its_pattern_and_tells_its_passes(file: Path) -> None:
    disk = powered(file, QUICK)
    sanitize(disk, OVERWRITE | 2 << 4, 0xDEADBEEF)
    assert ended(disk) >> 3 & 31 == 2
    assert read(disk).data == 0xDEADBEEF.to_bytes(4, "little") * 128


def test_a_failed_sanitize_holds_the_medium_until_that_is_accepted(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, fails=True))
    sanitize(disk, BLOCK)
    assert ended(disk) == nvme.State.FAILED
    assert read(disk) == nvme.failed(nvme.SANITIZE_FAILED)
    sanitize(disk, EXIT)
    assert read(disk).status == nvme.SUCCESS
    assert remnants(file).blocks == BLOCKS // 2


def test_a_liar_says_that_all_went_well(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, lies=True))
    sanitize(disk, BLOCK)
    assert ended(disk) & STATE == nvme.State.COMPLETED
    assert disk.administer(asked(nvme.FORMAT, 1 << 9)).status == nvme.SUCCESS
    assert remnants(file).blocks == BLOCKS


@pytest.mark.parametrize("setting", [1, 2])
def test_a_format_leaves_nothing_of_what_was_there(file: Path, setting: int) -> None:
    disk = powered(file, QUICK)
    assert disk.administer(asked(nvme.FORMAT, setting << 9)).status == nvme.SUCCESS
    assert remnants(file)[:2] == (0, 0)


def test_what_is_not_offered_is_refused(file: Path) -> None:
    options = dataclasses.replace(QUICK, sanitize=("block",), formats_crypto=False)
    disk = powered(file, options)
    assert sanitize(disk, CRYPTO) & 0xFF == nvme.INVALID_FIELD
    assert disk.administer(asked(nvme.FORMAT, 2 << 9)).status & 0xFF
    assert remnants(file).blocks == BLOCKS


def test_nothing_is_read_or_written_beyond_the_end(file: Path) -> None:
    disk = powered(file, QUICK)
    beyond = asked(nvme.READ, BLOCKS)
    assert disk.read_or_write(beyond, b"") == nvme.failed(nvme.LBA_RANGE)
    beyond = asked(nvme.WRITE, BLOCKS)
    assert disk.read_or_write(beyond, bytes(512)) == nvme.failed(nvme.LBA_RANGE)
    assert remnants(file).blocks == BLOCKS


def test_what_it_was_asked_is_noted(file: Path) -> None:
    disk = powered(file, QUICK)
    sanitize(disk, CRYPTO)
    ended(disk)
    disk.administer(asked(nvme.FORMAT, 1 << 9))
    noted = lines(file.with_suffix(".journal"))
    assert noted == ["POWER ON", "SANITIZE crypto", "SANITIZE done", "FORMAT 1"]
