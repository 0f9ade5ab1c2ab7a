from __future__ import annotations

from pathlib import Path

from agent.bench.place import own_folder
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
    grow(root, FIRMWARE)
    for part in parts:
        grow(root, part)
    return own_folder(Path("/stick"), around(root))


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
