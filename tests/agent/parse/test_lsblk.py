from __future__ import annotations

import json

import pytest

from agent.parse.lsblk import Disk, parse


def entries(*devices: object) -> bytes:
    return json.dumps({"blockdevices": devices}).encode()


def test_only_disks_are_disks():
    said = entries(
        {"name": "/dev/sda", "type": "disk", "model": "A "},
        {"name": "sr0", "type": "rom"},
        {"name": "loop0", "type": "loop"},
        "nonsense",
    )
    assert parse(said) == [Disk(name="sda", model="A")]


def test_old_and_new_spellings_of_mount_points_are_read():
    part = {"type": "part", "mountpoint": "/boot"}
    crypt = {"type": "crypt", "mountpoints": ["/home", None], "fstype": "ext4"}
    said = entries(
        {"kname": "sda", "type": "disk", "children": [part, {"children": [crypt]}]}
    )
    (disk,) = parse(said)
    assert set(disk.mount_points) == {"/boot", "/home"}
    assert disk.file_systems == {"ext4"}


def test_a_serial_number_loses_the_model_that_udev_put_before_it():
    said = {"kname": "sda", "type": "disk", "model": "FICTIF SSD 850"}
    (disk,) = parse(entries({**said, "serial": "FICTIF_SSD_850_F1"}))
    assert disk.serial == "F1"
    (disk,) = parse(entries({**said, "serial": "F1"}))
    assert disk.serial == "F1"


@pytest.mark.parametrize("said", [b"", b"[]", b"{}", b'{"blockdevices": null}'])
def test_what_is_no_list_of_devices_is_refused(said):
    with pytest.raises(ValueError, match=r".+"):
        parse(said)
