"""A machine knows itself by most of its marks, and never by one alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from agent.collect import Around
from agent.marks import Marks, is_another, look, renewed

LAPTOP = Marks(
    uuid="4c4c4544-0031-3010-8052-b4c04f4e3132",
    board_serial="FICTIFB1",
    macs=("a4:4c:c8:00:00:01", "a4:4c:c8:00:00:02"),
    drives=("FICTIFSSD1",),
)
OTHER = Marks(
    uuid="4c4c4544-0031-3010-8052-b4c04f4e3133",
    board_serial="FICTIFB2",
    macs=("a4:4c:c8:00:00:03",),
    drives=("FICTIFSSD2",),
)


def with_(**changes):
    return dataclasses.replace(LAPTOP, **changes)


@pytest.mark.parametrize(
    ("now", "another"),
    [
        (LAPTOP, False),
        (OTHER, True),
        (with_(macs=OTHER.macs), False),
        (with_(drives=OTHER.drives), False),
        (with_(macs=LAPTOP.macs[:1]), False),
        (with_(drives=(), macs=()), False),
        (with_(macs=OTHER.macs, drives=OTHER.drives), False),
        (dataclasses.replace(OTHER, drives=LAPTOP.drives), True),
        (Marks(), False),
        (Marks(drives=OTHER.drives), False),
        (Marks(macs=OTHER.macs, drives=OTHER.drives), True),
    ],
    ids=[
        "itself",
        "a master image on another machine",
        "another network card",
        "another drive",
        "a card less",
        "half of it not seen",
        "two kinds against two",
        "its drive in another machine",
        "nothing seen",
        "one kind alone",
        "two kinds and no other seen",
    ],
)
def test_the_majority_of_the_marks_decides(now, another):
    assert is_another(LAPTOP, now) is another


def test_marks_of_today_replace_those_of_then_where_they_are_seen():
    seen = Marks(macs=OTHER.macs)
    assert renewed(LAPTOP, seen) == with_(macs=OTHER.macs)


def put(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def root(tmp_path):
    put(tmp_path / "sys/class/dmi/id/product_uuid", f"{LAPTOP.uuid.upper()}\n")
    put(tmp_path / "sys/class/dmi/id/board_serial", "FICTIFB1\n")
    put(tmp_path / "sys/class/net/eth0/address", "a4:4c:c8:00:00:01\n")
    put(tmp_path / "sys/class/net/eth0/device/vendor", "0x8086\n")
    put(tmp_path / "sys/block/nvme0n1/device/serial", "FICTIFNVME1   \n")
    put(tmp_path / "sys/block/sda/device/vpd_pg80", b"\x00\x80\x00\x0a FICTIFSSD1")
    return tmp_path


def test_the_marks_are_read_without_any_program(root):
    def no_program(*_words):
        raise AssertionError

    assert look(Around(root=root, run=no_program)) == Marks(
        uuid=LAPTOP.uuid,
        board_serial="FICTIFB1",
        macs=("a4:4c:c8:00:00:01",),
        drives=("FICTIFNVME1", "FICTIFSSD1"),
    )


def test_placeholders_and_what_software_made_up_are_no_marks(root):
    put(root / "sys/class/dmi/id/product_uuid", f"{'F' * 8}-FFFF-FFFF-FFFF-{'F' * 12}")
    put(root / "sys/class/dmi/id/board_serial", "Default string\n")
    put(root / "sys/class/net/eth0/address", "02:42:ac:11:00:02\n")
    put(root / "sys/class/net/docker0/address", "a4:4c:c8:00:00:09\n")
    put(root / "sys/block/nvme0n1/device/serial", "To be filled by O.E.M.\n")
    put(root / "sys/block/sda/removable", "1\n")
    assert look(Around(root=root)) == Marks()


def test_a_card_on_usb_is_no_mark_of_the_machine(root):
    put(root / "sys/devices/usb1/1-1/1-1:1.0/bInterfaceNumber", "00\n")
    put(root / "sys/class/net/enx0/address", "a4:4c:c8:00:00:07\n")
    device = root / "sys/class/net/enx0/device"
    device.symlink_to(root / "sys/devices/usb1/1-1/1-1:1.0")
    assert look(Around(root=root)).macs == ("a4:4c:c8:00:00:01",)


def test_a_machine_that_shows_nothing_has_no_marks(tmp_path):
    assert look(Around(root=tmp_path)) == Marks()
