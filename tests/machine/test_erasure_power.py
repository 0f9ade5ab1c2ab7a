"""The power fails three times while drives are erased, and nothing is lost by it.

QEMU is killed at three moments of an overwrite and of two sanitizes, at a quarter, half
and three quarters of these; the drives that erase themselves go on when power is back,
and the agent finds them at it.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.machine import disks, erasing, vm
from tests.machine.guest import Guest
from tests.machine.remnants import CLEAN, Remnants, remnants
from tests.machine.targets import (
    AtaOptions,
    NvmeOptions,
    Target,
    ata_target,
    nvme_target,
)
from tests.machine.targets.journal import asked_at
from tests.machine.targets.medium import STEPS
from tests.machine.targets.wires import plug
from tests.machine.vm import Disk, Hung, Machine
from tools.image.media import settings_partition

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    erasing.HUNG_ONCE,
]

ATA, SATA, NVME, STICK = "EX-ATA-0001", "EX-SAT-0002", "EX-NVT-0003", "EX-STICK-0003"
SERIALS = (ATA, SATA, NVME)
# The agent notes its place in an overwrite with every gibibyte.
SIZE, SMALL = 2048, 32  # mebibytes
CUTS = (256, 1152, 1536)  # mebibytes that are overwritten when the power fails
# Bytes a second of the disk: until somebody looks, and then.
SLOW, RATE = 1_000_000, 60_000_000
# How far the drives that erase themselves have come at each failure; then to the end.
PARTS = (1 / 4, 1 / 2, 3 / 4)
SURELY = 6  # times that a drive is asked how far it is, where its work was adopted


class Done(NamedTuple):
    found: dict[str, Any]
    left: dict[str, Remnants]
    asked: dict[str, list[str]]
    reached: list[int]  # bytes that were zero when the power failed


@pytest.fixture(scope="module")
def done(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return erasing.a_day(tmp_path_factory, "power", lambda folder: day(folder, guest))


def day(folder: Path, guest: Guest) -> Done:
    ata = disks.donated(folder, "ata", ATA, SIZE)
    stick = Disk(settings_partition(folder / "stick"), STICK)
    allowed = folder / "steps"  # how far the drives that erase themselves may go
    sata = AtaOptions(serial=SATA, seconds=10, held_by=str(allowed))
    nvme = NvmeOptions(serial=NVME, seconds=10, held_by=str(allowed))
    with ExitStack() as stack:
        targets = (
            stack.enter_context(ata_target(disks.full(folder / SATA, SMALL), sata)),
            stack.enter_context(nvme_target(disks.full(folder / NVME, SMALL), nvme)),
        )
        desks = stack.enter_context(erasing.office(folder, "standard", ATA))
        arguments = [
            *erasing.bench(folder, guest, desks.words("stick"), plug(*targets)),
            *_slow(ata),
            *vm.stick(stick),
        ]
        reached = []
        for place, (moment, part) in enumerate(zip(CUTS, PARTS, strict=True)):
            allowed.write_text(f"{part * STEPS:.0f}")
            with Machine(folder, arguments) as machine:
                machine.wait_for("^GUEST joined", erasing.BOOT)
                if not place:
                    erasing.order(machine, desks, *SERIALS)
                _sanitizing(machine, targets, part)
                machine.tell(f"block_set_io_throttle ata {RATE} 0 0 0 0 0")
                _overwritten(machine, ata.file, moment)
            reached.append(_zeros(ata.file))
        with Machine(folder, arguments) as machine:
            _sanitizing(machine, targets, PARTS[-1])
            allowed.write_text(str(STEPS))
            machine.tell("block_set_io_throttle ata 0 0 0 0 0 0")
            found = erasing.ended(machine, desks, SERIALS)
    files = {ATA: ata.file, **{each.options.serial: each.file for each in targets}}
    left = {serial: remnants(file) for serial, file in files.items()}
    asked = {each.options.serial: each.journal for each in targets}
    return Done(found, left, asked, reached)


def _slow(disk: Disk) -> list[str]:
    arguments = vm.ata(disk)
    place = next(at for at, word in enumerate(arguments) if "file=" in word)
    arguments[place] += f",throttling.bps-total={SLOW}"
    return arguments


def _overwritten(machine: Machine, file: Path, mebibytes: int) -> None:
    """Wait until that much of a disk is zero."""
    _until(machine, lambda: not any(_read(file, mebibytes * disks.MEBIBYTE - 512)))


def _read(file: Path, offset: int) -> bytes:
    with file.open("rb") as opened:
        opened.seek(offset)
        return opened.read(512)


def _zeros(file: Path) -> int:
    """How many bytes of a disk are zero, from its beginning."""
    with file.open("rb") as opened:
        while (part := opened.read(disks.MEBIBYTE)) and not any(part):
            pass
        return opened.tell()


def _sanitizing(machine: Machine, targets: tuple[Target, ...], part: float) -> None:
    """Wait until the drives are so far by themselves, and followed, in this start."""

    def are_followed() -> bool:
        return all(_times_asked(each, part) >= SURELY for each in targets)

    _until(machine, are_followed)


def _times_asked(target: Target, part: float) -> int:
    noted = target.journal
    power = [at for at, line in enumerate(noted) if line == "POWER ON"]
    if not power or noted[-1] == "POWER OFF":
        return 0
    return noted[power[-1] :].count(asked_at(part))


def _until(machine: Machine, true: Any) -> None:
    deadline = time.monotonic() + erasing.WORK
    while not true():
        if time.monotonic() > deadline or machine.is_off:
            raise Hung(machine.said)
        time.sleep(erasing.POLL)


def test_no_remnant_is_left_whenever_the_power_failed(done: Done) -> None:
    assert done.left == dict.fromkeys(SERIALS, CLEAN)


def test_the_overwrite_went_on_where_it_was_and_every_try_is_on_record(
    done: Done,
) -> None:
    attempts = erasing.records(done.found)[ATA]["attempts"]
    ends = [each["ended"] for each in attempts]
    assert ends == ["aborted", "aborted", "aborted", "erased"]
    # Before the first mark all is written anew; after it, from the last one.
    first, second, third, last = (each["resumed_from"] or 0 for each in attempts)
    assert first == 0 < third
    for resumed, reached in zip((second, third, last), done.reached, strict=True):
        assert resumed <= reached


def test_each_try_was_of_another_start_of_the_machine(done: Done) -> None:
    attempts = erasing.records(done.found)[ATA]["attempts"]
    assert len({each["boot_id"] for each in attempts}) == 4


@pytest.mark.parametrize("serial", [SATA, NVME])
def test_a_sanitize_is_begun_once_and_found_going_on(done: Done, serial: str) -> None:
    asked = [line for line in done.asked[serial] if line.startswith("SANITIZE")]
    assert asked == ["SANITIZE block", "SANITIZE done"]
    pairs = zip(done.asked[serial], done.asked[serial][1:], strict=False)
    failures = [line for line, then in pairs if then == "POWER OFF"]
    assert failures[:3] == [asked_at(part) for part in PARTS]
    attempts = erasing.records(done.found)[serial]["attempts"]
    assert attempts[-1]["ended"] == "erased"
    assert attempts[-1]["adopted"] is True


def test_the_server_holds_one_proof_of_each_drive(done: Done) -> None:
    assert {each[0] for each in done.found["erasures"].values()} == {"erased"}
    assert len(done.found["records"]) == 3
    assert done.found["blockers"] == []
