from __future__ import annotations

import json
from typing import Any

import pytest

from agent.parse import Unreadable, lshw

USB = {"id": "usb", "class": "storage", "businfo": "usb@1:2"}
CARD: dict[str, Any] = {
    "id": "disk",
    "class": "disk",
    "logicalname": ["/dev/sdb", "/media/x"],
    "children": [{"id": "medium", "class": "disk", "size": 4096}],
}
DISK = {
    "id": "disk:0",
    "class": "disk",
    "logicalname": "/dev/sda",
    "product": "FICTIF",
    "serial": "FICTIF1",
    "size": 512,
}
NVME = {
    "id": "namespace:1",
    "class": "disk",
    "logicalname": "/dev/nvme0n1",
    "size": 1024,
}
EMPTY = {"id": "disk:1", "class": "disk", "logicalname": "/dev/sdc"}
OPTICAL = {"id": "cdrom", "class": "disk", "logicalname": "/dev/sr0", "size": 1}


def machine(*children):
    return {"id": "pc", "class": "system", "vendor": "Maker", "children": [*children]}


def read(raw):
    return lshw.parse(json.dumps(raw).encode())


def test_drives_are_told_from_slots_discs_and_media():
    said = read(machine(DISK, NVME, EMPTY, OPTICAL, {**USB, "children": [CARD]}))
    assert [(disk.path, disk.size_bytes, disk.is_usb) for disk in said.disks] == [
        ("/dev/sda", 512, False),
        ("/dev/nvme0n1", 1024, False),
        ("/dev/sdb", 4096, True),
    ]


@pytest.mark.parametrize(
    "output",
    [
        json.dumps(machine(DISK)),
        json.dumps([machine(DISK)]),
        json.dumps(machine(DISK)) + "\n" + json.dumps({"id": "x", "class": "bus"}),
        json.dumps(machine(DISK)) + ",\n",
    ],
    ids=["an object", "a list", "one after the other", "a comma too many"],
)
def test_every_version_of_its_output_is_read(output):
    said = lshw.parse(output.encode())
    assert (said.make, len(said.disks)) == ("Maker", 1)


def test_memory_is_the_banks_and_else_the_whole():
    bank = {"id": "bank:0", "class": "memory", "size": 2**30}
    whole = {"id": "memory", "class": "memory", "description": "System Memory"}
    flash = {"id": "memory:1", "class": "memory", "description": "Flash Memory"}
    both = machine({**whole, "children": [bank]}, {**flash, "children": [bank]})
    assert read(both).memory_bytes == 2**30
    assert read(machine({**whole, "size": 2**31})).memory_bytes == 2**31
    assert read(machine()).memory_bytes is None


@pytest.mark.parametrize(
    "output",
    [b"", b"{}", b"[]", b"lshw: not found", b"{" * 9, b"0" * 10**6],
    ids=len,
)
def test_what_is_nothing_of_lshw_s_is_unreadable(output):
    with pytest.raises(Unreadable):
        lshw.parse(output)
