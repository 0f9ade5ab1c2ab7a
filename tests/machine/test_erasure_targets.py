"""Unmodified hdparm and nvme-cli against drives that erase themselves, and one that lies.

What the agent builds on, shown without the agent: commands on a console, and the bytes
that the host reads afterwards.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.machine import disks, vm
from tests.machine.guest import Guest
from tests.machine.remnants import CLEAN, Remnants, remnants
from tests.machine.targets import AtaOptions, NvmeOptions, ata_target, nvme_target
from tests.machine.targets.wires import plug
from tests.machine.vm import Machine

pytestmark = [pytest.mark.machine, pytest.mark.slow]

START, WORK = 300.0, 300.0
HIDDEN, OVERLAID = 4096, 2048  # sectors
SIZE = 32  # mebibytes of each drive
SECTORS = SIZE * disks.MEBIBYTE // disks.BLOCK
ADMITTED = SECTORS - OVERLAID
SIZES = f"sectors={SECTORS} admitted={ADMITTED}"
# Everything as a person would type it; `run` shows how each ended.
ORDERS = """
run() { name=$1; shift; "$@" 2>&1; echo "ENDED $name $?"; }
drive() { lsblk -dnro PATH,SERIAL | sed -n "s/ $1$//p"; }
sure=--yes-i-know-what-i-am-doing
good=$(drive EX-SAT-GOOD) frozen=$(drive EX-SAT-FROZEN) fails=$(drive EX-SAT-FAILS)
lies=$(drive EX-ATA-0001)
run hidden hdparm -N $good
run early hdparm $sure --dco-restore $good
run shown hdparm $sure -N p$admitted $good
run overlay hdparm --dco-identify $good
run restored hdparm $sure --dco-restore $good
run whole hdparm -N $good
run newer hdparm $sure -N p$sectors $fails
run again hdparm $sure -N p$sectors $fails
run set hdparm --user-master u --security-set-pass NULL $good
run wrong hdparm --user-master u --security-erase wrong $good
run erase hdparm --user-master u --security-erase-enhanced NULL $good
run open hdparm -I $good
run block hdparm $sure --sanitize-block-erase $good
run busy hdparm --sanitize-status $good
run reading dd if=$good of=/dev/null bs=4096 count=1 iflag=direct
until hdparm --sanitize-status $good | grep -q SD0; do sleep 0.2; done
run done hdparm --sanitize-status $good
run freeze hdparm -I $frozen
run frozen hdparm --user-master u --security-set-pass NULL $frozen
run start hdparm $sure --sanitize-block-erase $fails
until hdparm --sanitize-status $fails 2>&1 | grep -q SD3; do sleep 0.2; done
run failed hdparm --sanitize-status $fails
run lock hdparm --user-master u --security-set-pass NULL $lies
run lie hdparm --user-master u --security-erase NULL $lies
run crypto nvme sanitize /dev/nvme0 --sanact=4
run scrambling nvme sanitize-log /dev/nvme0 -o json
until nvme sanitize-log /dev/nvme0 | grep -q ': *0x1$'; do sleep 0.2; done
"""


class Seen(NamedTuple):
    """The console by command, and what is left on each drive."""

    console: dict[str, str]
    exits: dict[str, int]
    left: dict[str, Remnants]


@pytest.fixture(scope="module")
def seen(guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """One start of one machine, for all that is asked here."""
    folder = tmp_path_factory.mktemp("targets")
    files = {
        name: disks.full(folder / name, SIZE)
        for name in ("good", "frozen", "fails", "lies", "nvme")
    }
    good = AtaOptions(
        serial="EX-SAT-GOOD", hidden_sectors=HIDDEN, overlaid_sectors=OVERLAID
    )
    frozen = AtaOptions(serial="EX-SAT-FROZEN", frozen=True)
    fails = AtaOptions(
        serial="EX-SAT-FAILS", fails=True, amax=True, hidden_sectors=HIDDEN
    )
    with (
        ata_target(files["good"], good) as first,
        ata_target(files["frozen"], frozen) as second,
        ata_target(files["fails"], fails) as third,
        nvme_target(files["nvme"], NvmeOptions(seconds=3)) as fourth,
    ):
        arguments = [
            *vm.booting(guest),
            *vm.orders(
                folder, f"{plug(first, second, third, fourth)}\n{SIZES}\n{ORDERS}"
            ),
            *vm.network("52:54:00:12:34:56"),
            *vm.ata(vm.Disk(files["lies"], "EX-ATA-0001", "EXEMPLE-HDD")),
        ]
        with Machine(folder, arguments) as machine:
            machine.wait_for("^GUEST ready", START)
            machine.wait_for("^GUEST done", WORK)
            console = machine.said
    return _seen(console, files)


def _seen(console: str, files: dict[str, Path]) -> Seen:
    parts = re.split(r"^ENDED (\w+) (\d+)\r?$", console, flags=re.MULTILINE)
    names = parts[1::3]
    return Seen(
        dict(zip(names, parts[0::3], strict=False)),
        dict(zip(names, map(int, parts[2::3]), strict=True)),
        {name: remnants(file) for name, file in files.items()},
    )


def test_a_hidden_area_is_seen_and_removed(seen: Seen) -> None:
    shown = f"{ADMITTED - HIDDEN}/{ADMITTED}, HPA is enabled"
    assert shown in seen.console["hidden"]
    assert f"{ADMITTED}/{ADMITTED}, HPA is disabled" in seen.console["shown"]


def test_an_overlay_is_seen_and_removed_after_the_hidden_area(seen: Seen) -> None:
    assert f"Real max sectors: {SECTORS}" in seen.console["overlay"]
    assert "Checksum verified" in seen.console["overlay"]
    assert (seen.exits["early"], seen.exits["restored"]) == (5, 0)
    assert f"{SECTORS}/{SECTORS}, HPA is disabled" in seen.console["whole"]


def test_the_successor_of_the_hidden_area_is_set_once_until_the_power_is_cut(
    seen: Seen,
) -> None:
    removed = f"{SECTORS}/{SECTORS}, ACCESSIBLE MAX ADDRESS disabled"
    assert removed in seen.console["newer"]
    assert "SET_ACCESSIBLE_MAX_ADDRESS_EXT failed" in seen.console["again"]


def test_an_erasure_wants_the_right_password(seen: Seen) -> None:
    assert (seen.exits["set"], seen.exits["wrong"], seen.exits["erase"]) == (0, 5, 0)
    assert re.search(r"^\tnot\tenabled", seen.console["open"], re.MULTILINE)


def test_a_sanitize_tells_its_progress_and_gives_nothing_away(seen: Seen) -> None:
    assert "SD2 Sanitize operation In Process" in seen.console["busy"]
    assert seen.exits["reading"] == 1
    assert "Completed Without Error" in seen.console["done"]
    assert seen.left["good"] == CLEAN


def test_a_frozen_drive_refuses_and_keeps_all(seen: Seen) -> None:
    assert re.search(r"^\t\tfrozen", seen.console["freeze"], re.MULTILINE)
    assert seen.exits["frozen"] == 5
    assert seen.left["frozen"].blocks == SECTORS


def test_a_failed_sanitize_is_said_and_leaves_half(seen: Seen) -> None:
    assert seen.exits["start"] == 0
    assert "SD3 Sanitize Operation Failed" in seen.console["failed"]
    assert seen.left["fails"].blocks == SECTORS // 2


def test_a_lie_exits_with_0_and_nothing_was_erased(seen: Seen) -> None:
    """Why no tool's exit code is ever trusted alone."""
    assert (seen.exits["lock"], seen.exits["lie"]) == (0, 0)
    assert seen.left["lies"].blocks == SECTORS


def test_a_crypto_erase_leaves_no_text_and_no_zeros(seen: Seen) -> None:
    assert seen.exits["crypto"] == 0
    assert "Sanitize in Progress" in seen.console["scrambling"]
    left = seen.left["nvme"]
    assert left[:2] == (0, 0)
    assert left.nonzero_bytes > 0.99 * SIZE * disks.MEBIBYTE
