"""The SAS drive that sanitizes itself, without a machine: commands in, sense out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from agent.parse import scsi as parse
from agent.parse.sanitizing import State
from tests.machine import disks
from tests.machine.remnants import CLEAN, remnants
from tests.machine.targets import sas, scsi
from tests.machine.targets.journal import Journal, lines
from tests.machine.targets.medium import Medium
from tests.machine.targets.options import FOREVER, SasOptions
from tests.machine.targets.sas import SasDisk

QUICK = SasOptions(seconds=0.0)
BLOCKS = 2 * disks.MEBIBYTE // disks.BLOCK
AT_ONCE = 0x80  # IMMED, in byte 1
READ = bytes([scsi.READ_10, 0, 0, 0, 0, 0, 0, 0, 1, 0])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return disks.full(tmp_path / "sas", 2)


def powered(file: Path, options: SasOptions) -> SasDisk:
    disk = SasDisk(Medium(file), options, Journal(file.with_suffix(".journal")))
    disk.power_on()
    return disk


def sanitize(disk: SasDisk, action: int, sent: bytes = b"") -> int:
    """The status."""
    return disk.execute(bytes([sas.SANITIZE, AT_ONCE | action, *bytes(8)]), sent).status


def sense(disk: SasDisk) -> bytes:
    return disk.execute(bytes([scsi.REQUEST_SENSE, *bytes(5)])).data


def ended(disk: SasDisk) -> State:
    while (state := parse.standing(sense(disk)).state) is State.RUNNING:
        pass
    return state


def supported(disk: SasDisk, action: int) -> bool:
    asked = [sas.MAINTENANCE_IN, sas.WHAT_IS_SUPPORTED, 2, sas.SANITIZE, 0, action]
    return parse.is_supported(disk.execute(bytes(asked) + bytes(6)).data)


def test_a_block_erase_leaves_zeros_and_stands_idle(file: Path) -> None:
    disk = powered(file, QUICK)
    assert sanitize(disk, sas.BLOCK_ERASE) == scsi.GOOD
    assert ended(disk) is State.IDLE
    assert remnants(file) == CLEAN


def test_an_overwrite_writes_the_pattern_that_came_with_it(file: Path) -> None:
    disk = powered(file, QUICK)
    sanitize(disk, sas.OVERWRITE, bytes([1, 0, 0, 4]) + b"\xde\xad\xbe\xef")
    ended(disk)
    assert disk.execute(READ).data == b"\xde\xad\xbe\xef" * 128


def test_nothing_is_given_away_while_it_sanitizes(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, seconds=FOREVER))
    sanitize(disk, sas.CRYPTO_ERASE)
    now = parse.standing(sense(disk))
    assert (now.state, now.action) == (State.RUNNING, parse.SANITIZING)
    assert disk.execute(READ).status == scsi.CHECK_CONDITION
    assert sanitize(disk, sas.BLOCK_ERASE) == scsi.CHECK_CONDITION
    assert lines(file.with_suffix(".journal"))[1:] == ["SANITIZE crypto"]


def test_it_offers_what_it_was_made_with_and_refuses_the_rest(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, sanitize=("block",)))
    assert supported(disk, sas.BLOCK_ERASE)
    assert not supported(disk, sas.CRYPTO_ERASE)
    assert sanitize(disk, sas.CRYPTO_ERASE) == scsi.CHECK_CONDITION
    assert remnants(file).blocks == BLOCKS


def test_a_failure_is_left_only_where_that_was_allowed_before(file: Path) -> None:
    disk = powered(file, dataclasses.replace(QUICK, fails=True))
    sanitize(disk, sas.BLOCK_ERASE)
    assert ended(disk) is State.FAILED
    assert sanitize(disk, sas.EXIT_FAILURE) == scsi.CHECK_CONDITION
    assert disk.execute(READ).status == scsi.CHECK_CONDITION
    assert remnants(file).blocks == BLOCKS // 2
