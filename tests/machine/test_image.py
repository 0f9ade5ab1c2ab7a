"""The image of `make image`, started from a stick by a machine with Secure Boot on.

Nobody but a technician helps it: somebody writes the server's address on the stick,
reads the screen with a telephone, and types a join code on a French keyboard.
"""

from __future__ import annotations

import re
import shutil
import struct
import time
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.machine import parts, vm
from tests.machine.conftest import HOST, workshop
from tests.machine.vm import Disk, Hung, Machine
from tools.image import __main__ as image
from tools.image.debian import run

pytestmark = [pytest.mark.machine, pytest.mark.slow, pytest.mark.server]

LOOK = 4.0  # seconds between two looks: each costs the machine some of its own time
START, JOIN = 600.0, 300.0  # seconds; an emulated machine on a busy one needs many
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.ms.fd")
KEYS = Path("/usr/share/OVMF/OVMF_VARS_4M.ms.fd")  # Microsoft's, as in shops
MAC = "52:54:00:12:34:57"
# Where a French keyboard has what an American one has elsewhere.
AZERTY = {"a": "q", "q": "a", "z": "w", "w": "z", "m": "semicolon"}


@pytest.fixture(scope="session")
def iso(emulators: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return image.build(tmp_path_factory.mktemp("image"))[0]


def written(iso: Path, stick: Path, address: str) -> Path:
    """A stick as somebody prepares it: the image, then one line in its settings."""
    shutil.copy(iso, stick)
    settings = stick.with_suffix(".toml")
    settings.write_text(f'server = "{address}"\nplain_http = true\n')
    run(
        "mcopy",
        "-o",
        "-i",
        f"{stick}@@{_third(stick)}",
        settings,
        "::rebond-agent.toml",
    )
    return stick


def _third(stick: Path) -> int:
    """Where the third partition begins, in bytes, as the boot record says."""
    with stick.open("rb") as opened:
        record = opened.read(512)
    (sector,) = struct.unpack_from("<I", record, 446 + 2 * 16 + 8)
    return int(sector) * 512


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


def read(machine: Machine) -> str:
    """What a telephone reads on the screen; empty where there is no code."""
    picture = machine.folder / "screen.png"
    machine.tell(f"screendump {picture} -f png")
    found = zxingcpp.read_barcodes(Image.open(picture))
    return found[0].text if found else ""


def wait_for_code(machine: Machine, pattern: str, within: float) -> str:
    """The address on the screen, once it is such a one. Raises Hung."""
    deadline = time.monotonic() + within
    while not re.fullmatch(pattern, shown := read(machine)):
        if time.monotonic() > deadline or machine.is_off:
            raise Hung(f"{shown!r} on the screen, and {pattern!r} was waited for")
        time.sleep(LOOK)
    return shown


def type_in(machine: Machine, text: str) -> None:
    for letter in text.lower():
        key = f"shift-{letter}" if letter.isdigit() else AZERTY.get(letter, letter)
        machine.tell(f"sendkey {key}")
    machine.tell("sendkey ret")


def test_a_stick_with_secure_boot_on_joins_by_keyboard_and_telephone(
    iso: Path, tmp_path: Path, record_property
) -> None:
    with workshop(tmp_path / "server") as (server, office):
        address = f"http://{HOST}:{server.port}"
        stick = Disk(written(iso, tmp_path / "stick", address), "EX-STICK-0003")
        disk = Disk(parts.empty(tmp_path / "ata", 64), "EX-ATA-0001", "EXEMPLE-HDD")
        hardware = [*vm.ata(disk), *vm.stick(stick, boots=True), *vm.network(MAC)]
        began = time.monotonic()
        with Machine(tmp_path, [*hardware, *secure(tmp_path)]) as machine:
            wait_for_code(machine, f"{address}/machines/", START)
            record_property("seconds_to_screen", round(time.monotonic() - began))
            type_in(machine, office("open", disk.serial)["code"])
            shown = wait_for_code(machine, f"{address}/machines/.+/", JOIN)
            found = office("found")
            deadline = time.monotonic() + JOIN
            while not found["reports"] and time.monotonic() < deadline:
                found = office("found")
    assert shown == f"{address}/machines/{found['agents'][0]}/"
    assert dict(found["seen"]) == {disk.serial: False, stick.serial: True}
    assert found["reports"][0]["firmware"]["boot"] == "uefi"
    assert found["reports"][0]["firmware"]["secure_boot"] is True
