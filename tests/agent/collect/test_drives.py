from __future__ import annotations

import threading
import time

import pytest

from agent import wire
from agent.collect.drives import drives
from agent.run import Ran
from tests.agent.trees import Tools, around, disk, grow, mount, proc

SSD = disk(
    "sda",
    parts=("sda1", "sda2"),
    device_model="FICTIF SSD 850  ",
    device_vendor="ATA     ",
    device_rev="EMT0",
    device_vpd_pg80=b"\x00\x80\x00\x0c  FICTIFSSD1",
    device_wwid="naa.5002538d00000001",
)
NVME = disk(
    "nvme0n1",
    place="pci0000:00/0000:00:1d.0/nvme/nvme0",
    number="259:0",
    device_model="FICTIF NVME 512",
    device_serial="FICTIFNVME1   ",
    device_firmware_rev="2B2QEXE7",
    wwid="eui.0025385971b2c3d4",
)
STICK = disk(
    "sdb",
    place="pci0000:00/0000:00:14.0/usb1/1-2/host4/target4:0:0/4:0:0:0",
    number="8:16",
    parts=("sdb1",),
    removable="1",
    queue__rotational="1",
    device_vendor="FICTIF",
    device_model="Stick",
)
LSBLK = {
    "blockdevices": [
        {
            "name": "sda",
            "kname": "sda",
            "type": "disk",
            "tran": "sata",
            "model": "FICTIF SSD 850 EVO 250GB",
            "serial": "FICTIFSSD1",
            "wwn": "0x5002538d00000001",
            "children": [
                {"name": "sda1", "kname": "sda1", "type": "part", "mountpoints": [None]}
            ],
        }
    ]
}
SMART = {
    "smartctl": {"version": [7, 3], "exit_status": 4},
    "model_name": "FICTIF SSD 850 EVO 250GB",
    "serial_number": "FICTIFSSD1",
    "firmware_version": "EMT02B6Q",
    "rotation_rate": 0,
    "smart_status": {"passed": True},
    "power_on_time": {"hours": 14203},
    "temperature": {"current": 31},
    "ata_smart_attributes": {"table": [{"id": 5, "raw": {"value": 0, "string": "0"}}]},
}


def look(root, tree, tools=None):
    return drives(around(grow(root, {**proc(), **tree}), tools))


def test_the_kernel_alone_is_enough_to_know_a_drive(tmp_path):
    seen = look(tmp_path, SSD)
    assert seen.what == (
        wire.Drive(
            name="sda",
            path="/dev/sda",
            bus=wire.Bus.SATA,
            behind=wire.Behind.NOTHING,
            medium=wire.Medium.SSD,
            make="FICTIF",
            model="FICTIF SSD 850",
            serial="FICTIFSSD1",
            wwn="0x5002538d00000001",
            firmware="EMT0",
            size_bytes=250_059_350_016,
            rotational=False,
            removable=False,
            read_only=False,
            in_use=False,
            seen_by=("sysfs",),
        ),
    )
    assert [(u.subject, u.why, u.about) for u in seen.unseen] == [
        ("drive_identity", "tool_missing", "lsblk"),
        ("drive_health", "tool_missing", "/dev/sda"),
        ("drive_abilities", "tool_missing", "/dev/sda"),
    ]


def test_three_witnesses_make_one_drive(tmp_path):
    tools = Tools(lsblk=LSBLK, smartctl={"/dev/sda": SMART})
    (found,) = look(tmp_path, SSD, tools).what
    assert found.model == "FICTIF SSD 850 EVO 250GB"
    assert found.firmware == "EMT02B6Q"
    assert found.seen_by == ("sysfs", "lsblk", "smartctl")
    assert found.health == wire.Health(
        tool="smartctl 7.3",
        exit_status=4,
        passed=True,
        power_on_hours=14203,
        temperature_celsius=31,
        attributes=1,
        reallocated_sectors=0,
    )


def test_each_bus_is_told_from_the_path_of_the_drive(tmp_path):
    emmc = disk("mmcblk0", place="mmc0/mmc0:0001", number="179:0", device_type="MMC")
    card = disk("mmcblk1", place="mmc1/mmc1:0001", number="179:8", device_type="SD")
    sas = disk("sdc", place="pci0/host1/port-1:0/end_device-1:0/t", number="8:32")
    disc = disk("vda", place="pci0/virtio1", number="254:0", serial="FICTIFV")
    odd = disk("sdd", place="pci0/host9/target9:0:0", number="8:48")
    found = look(tmp_path, {**NVME, **STICK, **emmc, **card, **sas, **disc, **odd})
    assert {d.name: (d.bus.value, d.medium.value) for d in found.what} == {
        "mmcblk0": ("emmc", "emmc"),
        "mmcblk1": ("card", "flash"),
        "nvme0n1": ("nvme", "nvme"),
        "sdb": ("usb", "unknown"),
        "sdc": ("sas", "ssd"),
        "sdd": ("unknown", "ssd"),
        "vda": ("virtio", "unknown"),
    }


@pytest.mark.parametrize(
    ("vendor", "bus"), [("ATA     ", wire.Bus.SATA), ("HGST    ", wire.Bus.SAS)]
)
def test_a_sata_drive_on_a_sas_controller_is_a_sata_drive(tmp_path, vendor, bus):
    place = "pci0000:00/0000:00:1f.2/host6/port-6:0/end_device-6:0/target6:0:0/6:0:0:0"
    (found,) = look(tmp_path, disk("sda", place=place, device_vendor=vendor)).what
    assert (found.bus, found.behind) == (bus, wire.Behind.NOTHING)


def test_a_path_that_says_nothing_leaves_the_bus_to_udev(tmp_path):
    odd = disk("sda", place="pci0/host9/target9:0:0")
    (found,) = look(tmp_path, odd, Tools(lsblk=LSBLK)).what
    assert found.bus is wire.Bus.SATA


def test_a_drive_knows_best_whether_it_turns(tmp_path):
    turning = {**SMART, "rotation_rate": 5400}
    tools = Tools(smartctl={"/dev/sda": turning})
    assert look(tmp_path, SSD, tools).what[0].medium is wire.Medium.HDD


@pytest.mark.parametrize(
    "name",
    [
        "zram0",
        "loop3",
        "ram0",
        "fd0",
        "sr0",
        "dm-0",
        "md127",
        "zd0",
        "nbd0",
        "mmcblk0boot0",
        "mmcblk0rpmb",
    ],
)
def test_what_is_no_drive_is_left_out(tmp_path, name):
    seen = look(tmp_path, disk(name))
    assert seen.what == ()
    assert not [u for u in seen.unseen if u.subject == "drives"]


def test_the_hidden_half_of_a_multipath_drive_is_left_out(tmp_path):
    assert look(tmp_path, disk("nvme0c0n1", hidden="1")).what == ()


def test_a_fixed_drive_without_capacity_is_said_to_be_there(tmp_path):
    seen = look(tmp_path, disk("sda", sectors=0))
    assert seen.what == ()
    assert ("drives", "unreadable", "/dev/sda") in [
        (u.subject, u.why, u.about) for u in seen.unseen
    ]


def test_an_empty_card_slot_is_no_drive(tmp_path):
    seen = look(tmp_path, disk("sda", sectors=0, removable="1"))
    assert not [u for u in seen.unseen if u.subject == "drives"]


def test_a_raid_controller_may_hide_drives_and_that_is_said(tmp_path):
    slot = {"sys/bus/pci/devices/0000:00:17.0/class": "0x010400"}
    seen = look(tmp_path, {**SSD, **slot})
    assert ("drives", "hidden", "0000:00:17.0") in [
        (u.subject, u.why, u.about) for u in seen.unseen
    ]


def test_a_system_without_block_devices_in_sight_says_so(tmp_path):
    seen = drives(around(tmp_path))
    assert seen.what == ()
    assert [(u.subject, u.why) for u in seen.unseen] == [("drives", "not_offered")]


def test_a_drive_without_a_serial_number_is_named(tmp_path):
    seen = look(tmp_path, STICK)
    assert ("drive_identity", "not_offered", "/dev/sdb") in [
        (u.subject, u.why, u.about) for u in seen.unseen
    ]


def test_more_drives_than_the_wire_carries_are_counted(tmp_path):
    tree: dict[str, str | bytes] = {}
    for number in range(257):
        tree |= disk(
            f"sd{number:03}", place=f"pci0/virtio{number}", number=f"8:{number}"
        )
    seen = look(tmp_path, tree)
    assert len(seen.what) == 256
    assert "257 found, 256 reported" in [u.detail for u in seen.unseen]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"{", "unreadable"),
        (b'{"blockdevices": 5}', "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (Ran(("lsblk",), exit_code=1, stderr=b"lsblk: unknown column"), "tool_failed"),
        (Ran(("lsblk",), why=wire.Why.TIMEOUT), "timeout"),
    ],
    ids=str,
)
def test_what_lsblk_cannot_say_is_said(tmp_path, answer, why):
    seen = look(tmp_path, SSD, Tools(lsblk=answer))
    assert len(seen.what) == 1
    assert [u.why for u in seen.unseen if u.about == "lsblk"] == [why]


def test_one_drive_that_hangs_holds_up_no_other(tmp_path):
    both_asked = threading.Barrier(2, timeout=10)

    class Slow(Tools):
        def __call__(self, argv, timeout_seconds):
            if argv[0] == "smartctl":
                both_asked.wait()
            if argv[-1] == "/dev/sda":
                return Ran(tuple(argv), why=wire.Why.TIMEOUT)
            return super().__call__(argv, timeout_seconds)

    tools = Slow(smartctl={"/dev/nvme0n1": SMART})
    started = time.monotonic()
    nvme, ssd = look(tmp_path, {**SSD, **NVME}, tools).what
    assert time.monotonic() - started < 10
    assert nvme.health
    assert ssd.health is None


def test_no_path_of_a_mount_leaves_the_machine(tmp_path):
    tree = {**STICK, **proc(mount("8:17", "/media/jeanne/PHOTOS"))}
    seen = drives(around(grow(tmp_path, tree)))
    assert seen.what[0].in_use_by == (wire.Use.MOUNT,)
    assert b"jeanne" not in seen.what[0].to_bytes()
