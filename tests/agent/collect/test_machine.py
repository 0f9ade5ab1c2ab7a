from __future__ import annotations

from pathlib import Path

import pytest

from agent import wire
from agent.collect.firmware import firmware
from agent.collect.machine import FILES, machine
from tests.agent.trees import around, grow

DMI = "sys/class/dmi/id"
LAPTOP = {
    f"{DMI}/sys_vendor": "Maker\n",
    f"{DMI}/product_name": "Model 840\n",
    f"{DMI}/product_serial": "FICTIF4711\n",
    f"{DMI}/chassis_type": "10\n",
    f"{DMI}/bios_vendor": "Maker\n",
    f"{DMI}/bios_version": "L71 Ver. 01.44\n",
    f"{DMI}/bios_date": "04/12/2018\n",
}


def test_a_machine_says_who_made_it(tmp_path):
    seen = machine(around(grow(tmp_path, LAPTOP)))
    assert seen.what == wire.Machine(
        make="Maker",
        model="Model 840",
        serial="FICTIF4711",
        chassis=wire.Chassis.LAPTOP,
        chassis_type=10,
    )
    assert not seen.unseen


def test_a_machine_without_firmware_tables_is_said_to_be_unseen(tmp_path):
    seen = machine(around(tmp_path))
    assert seen.what == wire.Machine()
    assert [(u.subject, u.why) for u in seen.unseen] == [("machine", "not_offered")]
    assert firmware(around(tmp_path)).what is None


def test_a_field_that_may_not_be_read_is_named(tmp_path, monkeypatch):
    grow(tmp_path, LAPTOP)
    opened = Path.open

    def only_for_root(path, *args, **kwargs):
        if path.name == "product_serial":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", only_for_root)
    seen = machine(around(tmp_path))
    assert seen.what.serial == ""
    assert seen.what.model == "Model 840"
    assert [(u.about, u.why) for u in seen.unseen] == [("serial", "permission")]


@pytest.mark.parametrize(
    ("files", "chassis"),
    [
        ({"chassis_type": "3"}, "desktop"),
        ({"chassis_type": "13"}, "all_in_one"),
        ({"chassis_type": "35"}, "mini"),
        ({"chassis_type": "30"}, "tablet"),
        ({"chassis_type": "23"}, "server"),
        ({"chassis_type": "1", "sys_vendor": "QEMU"}, "virtual"),
        ({"chassis_type": "2"}, "unknown"),
        ({"chassis_type": "999"}, "unknown"),
        ({"chassis_type": "²"}, "unknown"),
        ({}, "unknown"),
    ],
    ids=str,
)
def test_the_case_is_told_by_its_number(tmp_path, files, chassis):
    grow(tmp_path, {f"{DMI}/{name}": word for name, word in files.items()})
    (tmp_path / DMI).mkdir(parents=True, exist_ok=True)
    assert machine(around(tmp_path)).what.chassis == chassis


def test_bytes_that_are_no_text_do_not_stop_anybody(tmp_path):
    grow(tmp_path, {f"{DMI}/product_name": b"\xe9\x00\x07Modell\xff\n"})
    assert machine(around(tmp_path)).what.model == "\ufffd\ufffd\ufffdModell\ufffd"


def test_the_firmware_says_how_the_system_was_started(tmp_path):
    grow(tmp_path, LAPTOP)
    assert firmware(around(tmp_path)).what == wire.Firmware(
        make="Maker",
        version="L71 Ver. 01.44",
        date="04/12/2018",
        boot=wire.Boot.BIOS,
        secure_boot=False,
    )
    (tmp_path / "sys/firmware/efi").mkdir(parents=True)
    found = firmware(around(tmp_path)).what
    assert found
    assert found.boot is wire.Boot.UEFI


def test_every_field_of_the_wire_but_the_case_is_a_file():
    fields = set(wire.Machine().to_json()) - {"chassis", "chassis_type"}
    assert fields == set(FILES)
