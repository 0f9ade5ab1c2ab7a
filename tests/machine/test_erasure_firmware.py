"""Drives that erase themselves, by order: good ones, a failing one, and one that lies.

All at once in one machine, with unmodified hdparm and nvme-cli. It goes to sleep for the
frozen ones before it begins. Success is what the host reads in the files afterwards;
the server has to have judged the same.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.machine import disks, erasing
from tests.machine.guest import Guest
from tests.machine.remnants import CLEAN, Remnants, remnants
from tests.machine.targets import (
    AtaOptions,
    NvmeOptions,
    Options,
    SasOptions,
    Target,
    ata_target,
    nvme_target,
    sas_target,
)
from tests.machine.targets.wires import plug
from tests.machine.vm import Machine

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    erasing.HUNG_ONCE,
]

SIZE = 32  # mebibytes of each drive
SECTORS = SIZE * disks.MEBIBYTE // disks.BLOCK
SATA, NVME, LIES = "EX-SAT-0001", "EX-NVT-0002", "EX-SAT-0003"
FAILS, FROZEN, FORGETS = "EX-NVT-0004", "EX-SAT-0005", "EX-SAT-0006"
THAWS, SAS = "EX-SAT-0007", "EX-SAS-0008"
HIDDEN, OVERLAID = 4096, 2048  # sectors
DRIVES: dict[str, Options] = {
    SATA: AtaOptions(
        serial=SATA, hidden_sectors=HIDDEN, overlaid_sectors=OVERLAID, seconds=15
    ),
    NVME: NvmeOptions(serial=NVME, sanitize=("crypto",), seconds=15),
    LIES: AtaOptions(serial=LIES, lies=True, seconds=0.5),
    FAILS: NvmeOptions(serial=FAILS, fails=True, formats=False),
    FROZEN: AtaOptions(
        serial=FROZEN,
        frozen=True,
        freezes_again=True,
        sanitize=(),
        overlaid_sectors=0,
        overlay_frozen=True,
    ),
    SAS: SasOptions(serial=SAS, seconds=3),
    THAWS: AtaOptions(
        serial=THAWS, frozen=True, sanitize=(), amax=True, hidden_sectors=HIDDEN
    ),
    FORGETS: AtaOptions(serial=FORGETS, lies=True, forgets=True, security=False),
}


class Done(NamedTuple):
    found: dict[str, Any]
    left: dict[str, Remnants]
    asked: dict[str, list[str]]
    percents: dict[str, set[int]]


@pytest.fixture(scope="module")
def done(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return erasing.a_day(
        tmp_path_factory, "firmware", lambda folder: day(folder, guest)
    )


def day(folder: Path, guest: Guest) -> Done:
    """One start of one machine, for all that is asked here."""
    with ExitStack() as stack:
        targets = {
            serial: stack.enter_context(_target(folder, options))
            for serial, options in DRIVES.items()
        }
        desks = stack.enter_context(erasing.office(folder, "standard", SATA))
        words = f"{desks.words()} rebond.thaw=sleep"
        arguments = erasing.bench(folder, guest, words, plug(*targets.values()))
        machine = stack.enter_context(Machine(folder, arguments))
        machine.wait_for("^GUEST joined", erasing.BOOT)
        erasing.order(machine, desks, *DRIVES)
        _without_power_asleep(machine, targets)
        percents: dict[str, set[int]] = {serial: set() for serial in DRIVES}

        def all_ended(found: dict[str, Any]) -> bool:
            for serial, percent in found["percents"].items():
                percents[serial].add(percent or 0)
            return set(found["runs"].values()) == {"ended"}

        found = erasing.wait_until(machine, desks, all_ended)
    left = {serial: remnants(target.file) for serial, target in targets.items()}
    asked = {serial: target.journal for serial, target in targets.items()}
    return Done(found, left, asked, percents)


def _without_power_asleep(machine: Machine, targets: dict[str, Target]) -> None:
    """What the emulator leaves out: a machine that sleeps cuts the power of drives."""
    machine.wait_until_told("info status", "suspended", erasing.WORK)
    for target in targets.values():
        target.cut_power()


def _target(folder: Path, options: Options) -> Any:
    file = disks.full(folder / options.serial, SIZE)
    if isinstance(options, NvmeOptions):
        return nvme_target(file, options)
    if isinstance(options, SasOptions):
        return sas_target(file, options)
    assert isinstance(options, AtaOptions)
    return ata_target(file, options)


def test_drives_that_erase_themselves_are_purged(done: Done) -> None:
    assert done.left[SATA] == CLEAN
    assert done.left[NVME][:2] == (0, 0)
    assert done.found["erasures"][SATA] == [
        "erased",
        "ata_sanitize_block_erase",
        "purge",
    ]
    assert done.found["erasures"][NVME] == ["erased", "nvme_sanitize_crypto", "purge"]


def test_a_sas_drive_erases_itself_by_commands_of_its_own(done: Done) -> None:
    sanitize = "scsi_sanitize_overwrite"
    assert done.found["erasures"][SAS] == ["erased", sanitize, "purge"]
    asked = [line for line in done.asked[SAS] if line.startswith("SANITIZE")]
    assert asked == ["SANITIZE overwrite", "SANITIZE done"]
    assert done.left[SAS] == CLEAN


def test_hidden_areas_are_uncovered_before(done: Done) -> None:
    record = erasing.records(done.found)[SATA]
    hidden = record["hidden"]
    assert (hidden["hpa"], hidden["dco"]) == ("removed", "removed")
    assert hidden["visible_before"] == (SECTORS - HIDDEN - OVERLAID) * disks.BLOCK
    assert record["bytes_erased"] == SIZE * disks.MEBIBYTE
    uncovered = [line for line in done.asked[SATA] if line[:3] in {"SET", "OVE"}]
    assert uncovered == [
        f"SET MAX {SECTORS - OVERLAID} permanent",
        f"OVERLAY restored to {SECTORS}",
    ]


def test_the_successor_of_the_hidden_area_is_uncovered_too(done: Done) -> None:
    record = erasing.records(done.found)[THAWS]
    assert record["hidden"]["amax"] == "removed"
    assert record["bytes_erased"] == SIZE * disks.MEBIBYTE
    assert f"SET ACCESSIBLE MAX {SECTORS}" in done.asked[THAWS]


def test_what_a_frozen_overlay_hides_is_not_known(done: Done) -> None:
    record = erasing.records(done.found)[FROZEN]
    assert record["hidden"]["dco"] == "unknown"
    assert record["ended"] == "erased_with_exceptions"


def test_progress_is_told_while_a_drive_works(done: Done) -> None:
    for serial in (SATA, NVME):
        assert any(0 < percent < 100 for percent in done.percents[serial])


def test_a_liar_is_not_believed(done: Done) -> None:
    """It ended with 0, its markers were still there, and nothing else was asked."""
    assert "SANITIZE done" in done.asked[LIES]
    assert "SECURITY ERASE UNIT done" not in done.asked[LIES]
    (lie,) = erasing.records(done.found)[LIES]["attempts"]
    assert (lie["ended"], done.found["results"][LIES]) == ("failed", "failed")
    assert done.left[LIES].blocks > 0


def test_a_drive_that_forgets_what_is_written_ends_as_failed(done: Done) -> None:
    assert done.left[FORGETS].blocks == SECTORS
    assert "SANITIZE done" in done.asked[FORGETS]
    assert done.found["results"][FORGETS] == "failed"


def test_a_drive_that_fails_at_it_ends_as_failed(done: Done) -> None:
    assert done.left[FAILS].blocks > 0
    assert "SANITIZE failed" in done.asked[FAILS]
    assert done.found["results"][FAILS] == "failed"


def test_a_frozen_drive_is_overwritten_which_is_no_more_than_clear(done: Done) -> None:
    record = erasing.records(done.found)[FROZEN]
    assert done.left[FROZEN] == CLEAN
    assert (record["technique"], record["erasure_class"]) == ("overwrite", "clear")
    assert any("figé" in line for line in record["plan"])
    assert done.found["drives"][FROZEN] != done.found["drives"][SATA]


def test_a_frozen_drive_thaws_where_the_machine_sleeps(done: Done) -> None:
    record = erasing.records(done.found)[THAWS]
    assert record["technique"] == "ata_secure_erase_enhanced"
    assert (record["ended"], done.left[THAWS][:2]) == ("erased", (0, 0))
    assert "SECURITY ERASE UNIT done" in done.asked[THAWS]


def test_the_device_stays_where_it_is(done: Done) -> None:
    """Three of its drives are purged; Clear is not enough for the others."""
    assert done.found["blockers"] == ["drive_unproven"] * 5
