"""A drive that anything holds is never shown as free."""

from __future__ import annotations

import pytest

from agent import wire
from agent.collect.drives import drives
from agent.collect.usage import of_mount_point
from tests.agent.trees import Tools, around, disk, grow, mount, proc

DISK = disk("sda", parts=("sda1", "sda2"))


def uses(root, tree, tools=None):
    (found,) = drives(around(grow(root, tree), tools)).what
    assert found.in_use is bool(found.in_use_by)
    return set(found.in_use_by), found


def above(name: str, **files: str) -> dict[str, str]:
    """A device stacked above others, such as dm-0 or md0."""
    tree = {f"sys/devices/virtual/block/{name}/dev": f"253:{name[-1]}"}
    tree |= {
        f"sys/devices/virtual/block/{name}/{key.replace('__', '/')}": word
        for key, word in files.items()
    }
    return {**tree, f"sys/block/{name}": f"-> sys/devices/virtual/block/{name}"}


def holder(part: str, name: str) -> dict[str, str]:
    device = "sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0"
    return {f"{device}/block/sda/{part}/holders/{name}/x": ""}


def test_a_drive_that_nothing_holds_is_free(tmp_path):
    found, drive = uses(tmp_path, {**DISK, **proc(mount("0:30", "/tmp", kind="tmpfs"))})
    assert found == set()
    assert not drive.boot_medium


@pytest.mark.parametrize("number", ["8:0", "8:2"])
def test_a_mounted_drive_or_partition_is_in_use(tmp_path, number):
    found, drive = uses(tmp_path, {**DISK, **proc(mount(number, "/"))})
    assert found == {wire.Use.ROOT}
    assert drive.boot_medium


def test_a_live_medium_is_marked(tmp_path):
    found, drive = uses(tmp_path, {**DISK, **proc(mount("8:1", "/run/live/medium"))})
    assert found == {wire.Use.LIVE}
    assert drive.boot_medium


def test_a_mount_that_only_the_first_process_sees_counts(tmp_path):
    tree = {**DISK, **proc(), "proc/1/mountinfo": mount("8:1", "/srv")}
    assert uses(tmp_path, tree)[0] == {wire.Use.SYSTEM}


def test_swap_counts_by_whatever_name_it_has(tmp_path):
    tree = {
        **DISK,
        **proc(swaps="/dev/mapper/vg-swap partition 1 0 -2\n"),
        **holder("sda2", "dm-0"),
        **above("dm-0", dm__name="vg-swap", dm__uuid="LVM-abc"),
    }
    assert uses(tmp_path, tree)[0] == {wire.Use.SWAP, wire.Use.LVM}
    direct = {**DISK, **proc(swaps="/dev/sda1 partition 1 0 -2\n")}
    assert uses(tmp_path / "direct", direct)[0] == {wire.Use.SWAP}


def test_everything_above_a_partition_holds_its_drive(tmp_path):
    tree = {
        **DISK,
        **proc(mount("253:1", "/home")),
        **holder("sda2", "dm-0"),
        **above("dm-0", dm__uuid="CRYPT-LUKS2-abc", holders__dm__x=""),
        **above("dm-1", dm__uuid="LVM-abc"),
    }
    tree["sys/devices/virtual/block/dm-0/holders/dm-1/x"] = ""
    assert uses(tmp_path, tree)[0] >= {wire.Use.CRYPT, wire.Use.LVM, wire.Use.HOME}


@pytest.mark.parametrize(
    ("name", "uuid", "use"),
    [
        ("md0", "", "raid"),
        ("dm-0", "DMRAID-x", "raid"),
        ("dm-0", "mpath-x", "raid"),
        ("bcache0", "", "holder"),
    ],
)
def test_a_holder_is_named_by_its_kind(tmp_path, name, uuid, use):
    tree = {**DISK, **proc(), **holder("sda1", name), **above(name, dm__uuid=uuid)}
    assert uses(tmp_path, tree)[0] == {wire.Use(use)}


def test_holders_that_hold_each_other_come_to_an_end(tmp_path):
    tree = {**DISK, **proc(), **holder("sda1", "dm-0"), **above("dm-0", dm__uuid="")}
    tree["sys/devices/virtual/block/dm-0/holders/dm-0/x"] = ""
    assert uses(tmp_path, tree)[0] == {wire.Use.HOLDER}


def test_a_file_system_without_a_device_number_is_found_by_its_source(tmp_path):
    tree = {**DISK, **proc(mount("0:35", "/home", "/dev/sda2", "btrfs"))}
    assert uses(tmp_path, tree)[0] == {wire.Use.HOME}


def test_every_member_of_a_mounted_pool_is_in_use(tmp_path):
    tree = {**DISK, **proc(), "sys/fs/btrfs/0a1b/devices/sda1/x": ""}
    assert uses(tmp_path, tree)[0] == {wire.Use.MOUNT}


def test_a_drive_under_a_loop_device_is_in_use(tmp_path):
    tree = {**DISK, **proc(), "sys/block/loop0/loop/backing_file": "/dev/sda1\n"}
    assert uses(tmp_path, tree)[0] == {wire.Use.HOLDER}


def test_a_mount_that_only_lsblk_sees_counts(tmp_path):
    parts = [{"kname": "sda1", "type": "part", "mountpoints": ["/boot/efi", "[SWAP]"]}]
    said = {"blockdevices": [{"kname": "sda", "type": "disk", "children": parts}]}
    found = uses(tmp_path, {**DISK, **proc()}, Tools(lsblk=said))[0]
    assert found == {wire.Use.BOOT, wire.Use.SWAP}


def test_a_member_of_a_running_zfs_is_in_use_and_an_old_one_is_not(tmp_path):
    parts = [{"kname": "sda1", "type": "part", "fstype": "zfs_member"}]
    said = {"blockdevices": [{"kname": "sda", "type": "disk", "children": parts}]}
    old = uses(tmp_path / "old", {**DISK, **proc()}, Tools(lsblk=said))[0]
    running = {**DISK, **proc(), "proc/spl/kstat/zfs/x": ""}
    assert old == set()
    assert uses(tmp_path / "new", running, Tools(lsblk=said))[0] == {wire.Use.ZFS}


@pytest.mark.parametrize("missing", ["proc/self/mountinfo", "proc/swaps"])
def test_where_nobody_can_say_a_drive_counts_as_in_use(tmp_path, missing):
    tree = {**DISK, **proc()}
    del tree[missing]
    seen = drives(around(grow(tmp_path, tree)))
    assert seen.what[0].in_use
    assert seen.what[0].in_use_by == (wire.Use.UNKNOWN,)
    assert ("drive_use", "not_offered") in [(u.subject, u.why) for u in seen.unseen]


def test_an_odd_line_among_the_mounts_is_passed_over(tmp_path):
    lines = "\nhalf a line\n" + mount("8:1", r"/mnt/with\040blank")
    assert uses(tmp_path, {**DISK, **proc(lines)})[0] == {wire.Use.MOUNT}


@pytest.mark.parametrize(
    ("point", "use"),
    [
        ("/", "root"),
        ("/boot/efi", "boot"),
        ("/home/jeanne", "home"),
        ("/var/lib", "system"),
        ("/homework", "mount"),
        ("/lib/live/mount/medium", "live"),
        ("/cdrom", "live"),
        ("/mnt/data", "mount"),
    ],
)
def test_a_mount_point_has_a_kind(point, use):
    assert of_mount_point(point) is wire.Use(use)
