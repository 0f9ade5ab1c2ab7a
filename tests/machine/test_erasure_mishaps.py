"""Sectors that fail, and a drive that is exchanged after its erasure: both are caught."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.machine import disks, erasing, vm
from tests.machine.guest import Guest
from tests.machine.remnants import CLEAN, Remnants, remnants
from tests.machine.vm import Disk, Machine
from tools.image.media import settings_partition

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    erasing.HUNG_ONCE,
]

BAD, GOOD, OTHER = "EX-ATA-0001", "EX-NVME-0002", "EX-NVME-0009"
STICK = "EX-STICK-0003"
SIZE = 64  # mebibytes
BAD_SECTOR = 20_480
BLKDEBUG = f"""
[inject-error]
event = "read_aio"
errno = "5"
sector = "{BAD_SECTOR}"
"""


class Done(NamedTuple):
    """What the server held after the erasure, and once another drive was inside."""

    erased: dict[str, Any]
    exchanged: dict[str, Any]
    left: dict[str, Remnants]


@pytest.fixture(scope="module")
def done(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return erasing.a_day(tmp_path_factory, "mishaps", lambda folder: day(folder, guest))


def day(folder: Path, guest: Guest) -> Done:
    bad = disks.donated(folder, "ata", BAD, SIZE)
    good = disks.donated(folder, "nvme", GOOD, SIZE)
    other = disks.donated(folder, "other", OTHER, SIZE)
    stick = Disk(settings_partition(folder / "stick"), STICK)
    with erasing.office(folder, "clear", BAD) as desks:
        common = [
            *erasing.bench(folder, guest, desks.words("stick")),
            *_failing(folder, bad),
            *vm.stick(stick),
        ]
        with Machine(folder, [*common, *vm.nvme(good)]) as machine:
            machine.wait_for("^GUEST joined", erasing.BOOT)
            erasing.order(machine, desks, BAD, GOOD)
            erased = erasing.ended(machine, desks, (BAD, GOOD))
        with Machine(folder, [*common, *vm.nvme(other)]) as machine:
            exchanged = erasing.wait_until(
                machine, desks, lambda found: OTHER in found["seen"]
            )
    left = {BAD: remnants(bad.file), GOOD: remnants(good.file)}
    return Done(erased, exchanged, left)


def _failing(folder: Path, disk: Disk) -> list[str]:
    """An ATA disk with one sector that is neither read nor written."""
    rules = folder / "blkdebug"
    rules.write_text(BLKDEBUG)
    arguments = vm.ata(disk)
    place = next(at for at, word in enumerate(arguments) if "file=" in word)
    arguments[place] = arguments[place].replace(
        f"file={disk.file}", f"file=blkdebug:{rules}:{disk.file}"
    )
    arguments[place] += ",rerror=report,werror=report"
    return arguments


def test_a_drive_with_a_bad_sector_ends_as_failed(done: Done) -> None:
    record = erasing.records(done.erased)[BAD]
    assert (record["ended"], done.erased["results"][BAD]) == ("failed", "failed")
    assert record["attempts"][-1]["errors"] > 0
    assert done.left[BAD].blocks > 0


def test_what_lies_around_a_bad_sector_is_overwritten(done: Done) -> None:
    assert done.left[BAD].blocks * disks.BLOCK <= 64 * 1024


def test_the_other_drive_of_the_machine_is_erased_all_the_same(done: Done) -> None:
    assert done.left[GOOD] == CLEAN
    assert done.erased["erasures"][GOOD][0] == "erased"


def test_the_device_may_not_leave_with_a_failed_drive(done: Done) -> None:
    assert done.erased["blockers"]


def test_a_drive_that_was_exchanged_is_caught_by_the_next_report(done: Done) -> None:
    """The erased one is gone, and a full one is in its place."""
    assert OTHER not in done.erased["drives"]
    assert done.exchanged["drives"][OTHER] == "awaiting_erasure"
    assert len(done.exchanged["blockers"]) > len(done.erased["blockers"])
