"""From the order of a person to nothing left on the disks, read by the host.

Two drives at once, of a machine that was started from a stick. The server's word, the
agent's and the tools' count for nothing here: only the bytes in the files do.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.machine import disks, erasing, vm
from tests.machine.guest import Guest
from tests.machine.remnants import CLEAN, Remnants, fingerprint, remnants
from tests.machine.vm import Disk, Machine
from tools.image.debian import run

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    erasing.HUNG_ONCE,
]

ATA, NVME, STICK = "EX-ATA-0001", "EX-NVME-0002", "EX-STICK-0003"
SIZE = 256  # mebibytes
# A live system's stick, as it was started from: read and not written.
LIVE = """
mkdir -p /run/live/medium
udevadm wait --timeout=60 /dev/disk/by-label/LIVE
mount -t vfat -o ro /dev/disk/by-label/LIVE /run/live/medium
"""


class Done(NamedTuple):
    found: dict[str, Any]
    left: dict[str, Remnants]
    stick_before: str
    stick_after: str


def live_stick(file: Path) -> Disk:
    disks.full(file, 64)
    run("mkfs.vfat", "-I", "-n", "LIVE", file)
    return Disk(file, STICK)


@pytest.fixture(scope="module")
def done(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return erasing.a_day(tmp_path_factory, "order", lambda folder: day(folder, guest))


def day(folder: Path, guest: Guest) -> Done:
    """One start of one machine, for all that is asked here."""
    ata = disks.donated(folder, "ata", ATA, SIZE)
    nvme = disks.donated(folder, "nvme", NVME, SIZE)
    stick = live_stick(folder / "stick")
    before = fingerprint(stick.file)
    with erasing.office(folder, "clear", ATA) as desks:
        arguments = [
            *erasing.bench(folder, guest, desks.words(), LIVE),
            *vm.ata(ata),
            *vm.nvme(nvme),
            *vm.stick(stick),
        ]
        with Machine(folder, arguments) as machine:
            machine.wait_for("^GUEST joined", erasing.BOOT)
            erasing.order(machine, desks, ATA, NVME)
            found = erasing.ended(machine, desks, (ATA, NVME))
    left = {ATA: remnants(ata.file), NVME: remnants(nvme.file)}
    return Done(found, left, before, fingerprint(stick.file))


def test_the_host_finds_no_remnant_on_any_disk(done: Done) -> None:
    assert done.left == {ATA: CLEAN, NVME: CLEAN}


def test_the_stick_it_was_started_from_is_untouched_to_the_byte(done: Done) -> None:
    assert done.found["seen"][STICK] is True
    assert done.stick_after == done.stick_before


def test_the_server_holds_a_proof_of_each_drive(done: Done) -> None:
    assert done.found["erasures"] == {
        ATA: ["erased", "overwrite", "clear"],
        NVME: ["erased", "overwrite", "clear"],
    }
    assert done.found["refused"] == {ATA: "", NVME: ""}
    assert done.found["blockers"] == []


def test_every_byte_was_written_and_read_back(done: Done) -> None:
    for record in erasing.records(done.found).values():
        assert record["bytes_erased"] == SIZE * disks.MEBIBYTE
        assert record["verified"]["mismatches"] == record["verified"]["errors"] == 0
        assert [each["ended"] for each in record["attempts"]] == ["erased"]
