from __future__ import annotations

from pathlib import Path

import pytest

from agent.bench import __main__ as bench
from agent.bench.place import own_folder
from agent.bench.settings import Settings
from tests.agent.trees import around, grow

FIRMWARE = {
    "sys/class/dmi/id/product_uuid": "11111111-2222-3333-4444-555555555555\n",
    "sys/class/dmi/id/board_serial": "Default string\n",
}


def card(name: str, mac: str, bus: str) -> dict[str, str]:
    device = f"sys/devices/{bus}/{name}"
    return {
        f"{device}/vendor": "0x8086\n",
        f"sys/class/net/{name}/device": f"-> {device}",
        f"sys/class/net/{name}/address": f"{mac}\n",
        f"sys/class/net/{name}/type": "1\n",
    }


def folder(root: Path, *parts: dict[str, str]) -> Path:
    for part in (FIRMWARE, *parts):
        grow(root, part)
    own = own_folder(Path("/stick"), around(root))
    assert own
    return own


INSIDE = card("eth0", "02:00:00:00:00:01", "pci0000:00")


def test_a_machine_finds_its_own_folder_again(tmp_path):
    first = folder(tmp_path / "a", INSIDE)
    assert first == folder(tmp_path / "b", INSIDE)
    assert first.parent == Path("/stick/machines")


def test_two_machines_whose_firmware_names_nobody_differ_by_their_cards(tmp_path):
    other = card("eth0", "02:00:00:00:00:02", "pci0000:00")
    assert folder(tmp_path / "a", INSIDE) != folder(tmp_path / "b", other)


def test_the_bench_s_own_usb_adapter_makes_no_other_machine(tmp_path):
    adapter = card("enx0", "02:00:00:00:00:09", "pci0000:00/usb1/1-1")
    with_adapter = folder(tmp_path / "a", INSIDE, adapter)
    assert with_adapter == folder(tmp_path / "b", INSIDE)


PLACEHOLDERS = {
    "sys/class/dmi/id/product_uuid": "03000200-0400-0500-0006-000700080009\n",
    "sys/class/dmi/id/product_serial": "To be filled by O.E.M.\n",
    "sys/class/dmi/id/board_serial": "Default string\n",
}


def test_machines_of_placeholders_share_no_folder(tmp_path):
    adapter = card("enx0", "02:00:00:00:00:09", "pci0000:00/usb1/1-1")
    machine = around(grow(grow(tmp_path, PLACEHOLDERS), adapter))
    assert own_folder(Path("/stick"), machine) is None


def test_a_placeholder_adds_nothing_to_the_marks(tmp_path):
    with_serial = {"sys/class/dmi/id/product_serial": "To be filled by O.E.M.\n"}
    assert folder(tmp_path / "a", INSIDE) == folder(tmp_path / "b", INSIDE, with_serial)


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """The programs that were started; all of them fail."""
    commands: list[str] = []

    def fails(*words: str) -> int:
        commands.append(words[0])
        return 32

    monkeypatch.setattr(bench, "_run", fails)
    monkeypatch.setattr("os.path.ismount", lambda _path: True)
    machine = around(grow(grow(tmp_path / "root", FIRMWARE), INSIDE))
    monkeypatch.setattr(bench, "Around", lambda: machine)
    return commands


def test_a_stick_that_cannot_be_written_holds_no_start_up(ran, tmp_path, capsys):
    stick = tmp_path / "stick"
    stick.write_text("what stands where a folder should")
    assert bench.prepare(Settings(), stick, tmp_path / "state") == 0
    assert ran == ["loadkeys"]
    assert "Not a directory" in capsys.readouterr().err


def test_a_mount_that_fails_holds_no_start_up(ran, tmp_path):
    assert bench.prepare(Settings(), tmp_path / "stick", tmp_path / "state") == 0
    assert ran == ["loadkeys", "mount"]


def test_nothing_is_bound_where_no_mark_is_the_machine_s_own(
    ran, tmp_path, monkeypatch
):
    nobody = around(grow(tmp_path / "nobody", PLACEHOLDERS))
    monkeypatch.setattr(bench, "Around", lambda: nobody)
    assert bench.prepare(Settings(), tmp_path / "stick", tmp_path / "state") == 0
    assert ran == ["loadkeys"]
    assert not (tmp_path / "stick").exists()
