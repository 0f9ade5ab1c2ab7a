"""Erased from the machine's own terminal, without a server, and a stick pulled out.

The sealed reports are read from the console, where the guest prints them.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from agent import wire
from agent.methods import Ended, Exceptional
from agent.proofs import ErasureRecord
from tests.machine import disks, erasing, vm
from tests.machine.guest import Guest
from tests.machine.remnants import CLEAN, Remnants, fingerprint, remnants
from tests.machine.vm import Disk, Hung, Machine
from tools.image.debian import run

pytestmark = [pytest.mark.machine, pytest.mark.slow, erasing.HUNG_ONCE]

DISK, STICK, PULLED = "EX-ATA-0001", "EX-STICK-0003", "EX-USB-0009"
SIZE = 64  # mebibytes
RATE = 4_000_000  # bytes a second that the stick takes
ORDERS = """
export PYTHONPATH=/usr/share/rebond-agent
mkdir -p /run/live/medium /run/alone
udevadm wait --timeout=60 /dev/disk/by-label/LIVE
mount -t vfat -o ro /dev/disk/by-label/LIVE /run/live/medium
erase() { python3 -m agent --state /run/alone erase --language en "$@"; }
erase --dry-run EX-ATA-0001
say planned
echo 0003 | erase EX-STICK-0003
say refused
printf '0001\\n0009\\n' | erase EX-ATA-0001 EX-USB-0009
for file in /run/alone/spool/waiting/*; do echo; echo "SEALED $(cat $file)"; done
"""


class Done(NamedTuple):
    console: str
    sealed: dict[str, wire.Envelope]
    left_when_planned: Remnants
    left: Remnants
    stick_before: str
    stick_after: str

    def record(self, serial: str) -> ErasureRecord:
        found = self.sealed[serial].report().erasure
        assert found is not None
        return found


@pytest.fixture(scope="module")
def done(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return erasing.a_day(tmp_path_factory, "alone", lambda folder: day(folder, guest))


def day(folder: Path, guest: Guest) -> Done:
    """One start of one machine, for all that is asked here."""
    disk = disks.donated(folder, "ata", DISK, SIZE)
    pulled = Disk(disks.full(folder / "usb", SIZE), PULLED)
    stick = Disk(disks.full(folder / "stick", SIZE), STICK)
    run("mkfs.vfat", "-I", "-n", "LIVE", stick.file)
    before = fingerprint(stick.file)
    arguments = [
        *vm.booting(guest),
        *vm.orders(folder, ORDERS),
        *vm.network("52:54:00:12:34:56"),
        *vm.ata(disk),
        *vm.stick(stick),
        *_second_stick(pulled),
    ]
    with Machine(folder, arguments) as machine:
        machine.wait_for("^GUEST planned", erasing.BOOT)
        planned = remnants(disk.file)
        machine.wait_for("^GUEST refused", erasing.WORK)
        _pull_when_begun(machine, pulled.file)
        machine.wait_for("^GUEST done", erasing.WORK)
        console = machine.said
    after = fingerprint(stick.file)
    return Done(console, _sealed(console), planned, remnants(disk.file), before, after)


def _second_stick(disk: Disk) -> list[str]:
    options = f"format=raw,cache=unsafe,throttling.bps-write={RATE}"
    device = f"usb-storage,id=pulled,bus=usb.0,drive=pulled,serial={disk.serial}"
    return [
        *("-drive", f"if=none,id=pulled,file={disk.file},{options}"),
        *("-device", f"{device},removable=on"),
    ]


def _pull_when_begun(machine: Machine, file: Path) -> None:
    """Pull a stick out as soon as its first blocks are zero."""
    deadline = time.monotonic() + erasing.WORK
    while True:
        with file.open("rb") as opened:
            if not any(opened.read(disks.BLOCK)):
                break
        if machine.is_off or time.monotonic() > deadline:
            raise Hung(machine.said)
        time.sleep(erasing.POLL)
    machine.tell("device_del pulled")


def _sealed(console: str) -> dict[str, wire.Envelope]:
    found = {}
    for line in re.findall(r"^SEALED (.*?)\r?$", console, re.MULTILINE):
        envelope = wire.Envelope.from_bytes(line.encode())
        record = envelope.report().erasure
        if record:
            found[record.drive.serial] = envelope
    return found


def test_a_dry_run_tells_the_exact_commands_and_touches_nothing(done: Done) -> None:
    told = done.console.partition("GUEST planned")[0]
    size = SIZE * disks.MEBIBYTE
    assert f"write zeros: /dev/sda, {size} bytes" in " ".join(told.split())
    assert done.left_when_planned.nonzero_bytes == size


def test_what_the_machine_runs_from_is_not_erased_when_named(done: Done) -> None:
    told = done.console.partition("GUEST planned")[2].partition("GUEST refused")[0]
    assert "This system was started from the drive." in " ".join(told.split())
    assert done.stick_after == done.stick_before


def test_a_stick_that_is_pulled_out_ends_as_failed(done: Done) -> None:
    record = done.record(PULLED)
    assert record.ended is Ended.FAILED
    assert "gone" in record.attempts[-1].reason


def test_the_other_drive_is_erased_all_the_same(done: Done) -> None:
    assert done.left == CLEAN
    assert done.record(DISK).ended is Ended.ERASED
    assert Exceptional.SERIAL_MISSING not in done.record(DISK).exceptions


def test_a_record_without_an_order_says_so(done: Done) -> None:
    record = done.record(DISK)
    assert (record.run_id, record.token, record.cycle) == (None, None, None)
