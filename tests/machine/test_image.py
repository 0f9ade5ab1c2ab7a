"""The image of `make image`, started from a stick by a machine with Secure Boot on.

Nobody but a technician helps it: somebody writes the server's address on the stick,
reads the screen with a telephone, and types a join code on a French keyboard; then the
tag of the machine, to say yes to an order of the server. The services of the image erase
two disks, and a drive that hides a part of itself.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.machine import cable, disks, erasing, vm
from tests.machine.conftest import HOST
from tests.machine.erasing import Office
from tests.machine.guest import Guest
from tests.machine.prepared_stick import SETTINGS, apart_from_settings, kept, written
from tests.machine.remnants import CLEAN, Remnants, remnants
from tests.machine.seat import LOOK, type_in, wait_for_code
from tests.machine.targets import AtaOptions, Target, ata_target
from tests.machine.vm import Disk, Hung, Machine
from tools.image import __main__ as image

pytestmark = [
    pytest.mark.machine,
    pytest.mark.slow,
    pytest.mark.server,
    erasing.HUNG_ONCE,
]

START, JOIN = 600.0, 300.0  # seconds; an emulated machine on a busy one needs many
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.ms.fd")
KEYS = Path("/usr/share/OVMF/OVMF_VARS_4M.ms.fd")  # Microsoft's, as in shops
MAC = "52:54:00:12:34:57"
ATA, NVME, SATA, STICK = "EX-ATA-0001", "EX-NVME-0002", "EX-SAT-0003", "EX-STICK-0004"
SERIALS = (ATA, NVME, SATA)
SIZE = 32  # mebibytes of each drive
HIDDEN, OVERLAID = 4096, 2048  # sectors


class Done(NamedTuple):
    """What came of the day of one machine.

    `seconds` are from power to the first screen, `shown` is the last address on it;
    `image` and `stick` say what they hold apart from the settings, which are `kept`.
    """

    found: dict[str, Any]
    left: dict[str, Remnants]
    asked: list[str]
    seconds: int
    shown: str
    image: str
    stick: str
    kept: str


@pytest.fixture(scope="session")
def iso(emulators: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return image.build(tmp_path_factory.mktemp("image"))[0]


def secure(folder: Path) -> list[str]:
    """Firmware that starts only what is signed."""
    keys = shutil.copy(KEYS, folder / "keys")
    flash = "if=pflash,format=raw"
    return [
        *("-machine", "smm=on"),
        *("-global", "driver=cfi.pflash01,property=secure,value=on"),
        *("-drive", f"{flash},readonly=on,file={FIRMWARE}"),
        *("-drive", f"{flash},file={keys}"),
        *("-vga", "std"),
    ]


def confirm(machine: Machine, desks: Office) -> None:
    """Type the tag of the machine, once the order can be read on its screen. Raises Hung."""
    deadline = time.monotonic() + erasing.WORK
    while "approved" in desks("found")["runs"].values():
        if time.monotonic() > deadline or machine.is_off:
            raise Hung("Nobody could say yes to the order.")
        type_in(machine, desks.device.replace("-", ""))
        time.sleep(LOOK)


@pytest.fixture(scope="module")
def done(iso: Path, guest: Guest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return erasing.a_day(
        tmp_path_factory, "stick", lambda folder: day(folder, guest, iso)
    )


def day(folder: Path, guest: Guest, iso: Path) -> Done:
    options = AtaOptions(
        serial=SATA, hidden_sectors=HIDDEN, overlaid_sectors=OVERLAID, seconds=5
    )
    with (
        ata_target(disks.full(folder / SATA, SIZE), options) as target,
        erasing.office(folder, "clear", ATA) as desks,
    ):
        return _erased(folder, guest, iso, desks, target)


def _erased(
    folder: Path, guest: Guest, iso: Path, desks: Office, target: Target
) -> Done:
    address = f"http://{HOST}:{desks.running.port}"
    stick = Disk(written(iso, folder / "stick", address), STICK)
    ata = disks.donated(folder, "ata", ATA, SIZE)
    nvme = disks.donated(folder, "nvme", NVME, SIZE)
    hardware = [*vm.ata(ata), *vm.nvme(nvme), *vm.stick(stick, boots=True)]
    hardware += [*vm.network(MAC), *cable.handed_in(folder, guest, target)]
    began = time.monotonic()
    with Machine(folder, [*hardware, *secure(folder)]) as machine:
        wait_for_code(machine, f"{address}/machines/", START)
        seconds = round(time.monotonic() - began)
        type_in(machine, desks.code)
        shown = wait_for_code(machine, f"{address}/machines/.+/", JOIN)
        cable.plug_in(machine, JOIN)
        desks("report")
        erasing.wait_until(machine, desks, lambda told: told["jobs"] == ["done"])
        desks("order", *SERIALS)
        confirm(machine, desks)
        found = erasing.ended(machine, desks, SERIALS)
    files = {ATA: ata.file, NVME: nvme.file, SATA: target.file}
    left = {serial: remnants(file) for serial, file in files.items()}
    both = apart_from_settings(iso), apart_from_settings(stick.file)
    return Done(found, left, target.journal, seconds, shown, *both, kept(stick.file))


def test_a_stick_with_secure_boot_on_joins_by_keyboard_and_telephone(
    done: Done, record_property: Callable[[str, object], None]
) -> None:
    record_property("seconds_to_screen", done.seconds)
    [agent] = done.found["agents"]
    assert done.shown.endswith(f"/machines/{agent}/")
    assert done.found["seen"] == dict.fromkeys(SERIALS, False) | {STICK: True}
    firmware = done.found["firmware"]
    assert (firmware["boot"], firmware["secure_boot"]) == ("uefi", True)


def test_the_host_finds_no_remnant_on_any_drive(done: Done) -> None:
    assert done.left == dict.fromkeys(SERIALS, CLEAN)


def test_the_server_holds_a_proof_of_each_drive(done: Done) -> None:
    assert {serial: each[0] for serial, each in done.found["erasures"].items()} == (
        dict.fromkeys(SERIALS, "erased")
    )
    assert done.found["blockers"] == []


def test_a_service_with_few_rights_may_uncover_what_a_drive_hides(done: Done) -> None:
    """The kernel shows all of it only after files below /sys/devices were written."""
    record = erasing.records(done.found)[SATA]
    assert (record["hidden"]["hpa"], record["hidden"]["dco"]) == ("removed", "removed")
    assert record["hidden"]["visible_after"] == SIZE * disks.MEBIBYTE
    assert "SANITIZE done" in done.asked


def test_the_stick_is_untouched_to_the_byte_beside_its_settings(done: Done) -> None:
    assert done.stick == done.image
    assert re.fullmatch(SETTINGS % ".*", done.kept)
