"""What must never be erased is not let through, by whatever path it is reached."""

from __future__ import annotations

import dataclasses
import uuid

import pytest

from agent import wire
from agent.collect.drives import drive as look_at
from agent.erase.guard import Guard, Refused
from agent.methods import ErasureClass
from agent.proofs import Run
from agent.words import Words
from tests.agent.trees import Tools, around, disk, grow, mount, proc

ENGLISH = Words(is_french=False)
SERIAL = b"\x00\x80\x00\x0cFICTIF-00001"
SIZE = 488_397_168 * 512
DISK = disk(
    "sda",
    parts=("sda1", "sda2"),
    device_model="EXAMPLE HDD 250",
    device_vpd_pg80=SERIAL,
)
USB = "pci0000:00/0000:00:14.0/usb1/1-1/host6/target6:0:0/6:0:0:0"
OTHER = "pci0000:00/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0"


def run_for(**changes):
    known = {
        "run_id": uuid.UUID(int=5),
        "token": "fictional-token-0123456789",
        "cycle": 1,
        "model": "EXAMPLE HDD 250",
        "serial": "FICTIF-00001",
        "size_bytes": SIZE,
        "least": ErasureClass.CLEAR,
    }
    return Run(**{**known, **changes})


def guard(root, tree, **facts):
    seen = around(grow(root, tree))
    return Guard(seen, ENGLISH, **facts), look_at(seen, "sda")


def refused(root, tree, **facts):
    """Why the guard does not let sda through."""
    keeper, planned = guard(root, tree, **facts)
    with pytest.raises(Refused) as why:
        keeper.check(planned)
    return str(why.value)


def test_a_free_drive_that_was_approved_is_let_through(tmp_path):
    keeper, planned = guard(tmp_path, {**DISK, **proc()}, run=run_for())
    assert keeper.check(planned) == planned


@pytest.mark.parametrize(
    ("point", "use"),
    [
        ("/", "started from the drive"),
        ("/boot", "started from the drive"),
        ("/run/live/medium", "started from the drive"),
        ("/home", "in use: personal folders"),
        ("/mnt/usb", "in use: mounted"),
    ],
)
def test_a_mounted_drive_is_refused(tmp_path, point, use):
    assert use in refused(tmp_path, {**DISK, **proc(mount("8:1", point))})


def test_a_bind_mount_of_a_part_of_it_refuses_a_drive(tmp_path):
    line = "31 1 8:2 /folder /srv/data rw - ext4 /dev/sda2 rw\n"
    assert "in use" in refused(tmp_path, {**DISK, **proc(line)})


def test_swap_on_it_refuses_a_drive(tmp_path):
    tree = {**DISK, **proc(swaps="/dev/sda2 partition 1 0 -2\n")}
    assert "swap" in refused(tmp_path, tree)


def test_a_pool_that_it_is_a_member_of_refuses_a_drive(tmp_path):
    tree = {**DISK, **proc(), "sys/fs/btrfs/0a1b/devices/sda1/x": ""}
    assert "mounted" in refused(tmp_path, tree)


def test_what_is_stacked_above_it_refuses_a_drive(tmp_path):
    folder = "sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0"
    tree = {**DISK, **proc(), f"{folder}/block/sda/sda2/holders/dm-0/x": ""}
    tree["sys/block/dm-0/dm/uuid"] = "LVM-abc"
    assert "LVM" in refused(tmp_path, tree)


def test_a_loop_device_on_it_refuses_a_drive(tmp_path):
    tree = {**DISK, **proc(), "sys/block/loop0/loop/backing_file": "/dev/sda1\n"}
    assert "held by another device" in refused(tmp_path, tree)


@pytest.mark.parametrize("missing", ["proc/self/mountinfo", "proc/swaps"])
def test_what_cannot_be_read_counts_as_held(tmp_path, missing):
    tree = {**DISK, **proc()}
    del tree[missing]
    assert "not known, so taken as yes" in refused(tmp_path, tree)


@pytest.mark.parametrize("label", ["REBOND", "REBOND_LIVE"])
def test_a_stick_with_our_image_is_refused_though_nothing_of_it_is_held(
    tmp_path, label
):
    tree = {**DISK, **proc(), f"dev/disk/by-label/{label}": "-> dev/sda1"}
    assert "started from" in refused(tmp_path, {**tree, "dev/sda1": ""}, asked=True)


@pytest.mark.parametrize(
    "word",
    ["root=UUID=ab-cd", "root=/dev/sda2", "live-media=/dev/sda2", "resume=UUID=ab-cd"],
)
def test_a_drive_that_the_kernel_was_started_with_is_refused(tmp_path, word):
    tree = {
        **DISK,
        **proc(),
        "proc/cmdline": f"quiet {word} ro",
        "dev/sda2": "",
        "dev/disk/by-uuid/ab-cd": "-> dev/sda2",
    }
    assert "started from" in refused(tmp_path, tree, run=run_for())


def test_a_read_only_drive_is_refused(tmp_path):
    assert "read-only" in refused(tmp_path, {**DISK, **proc(), **disk("sda", ro="1")})


def test_a_stick_is_erased_only_where_it_is_named(tmp_path):
    stick = disk("sda", place=USB, removable="1", device_model="STICK")
    assert "named" in refused(tmp_path / "a", {**stick, **proc()})
    keeper, planned = guard(tmp_path / "b", {**stick, **proc()}, asked=True)
    assert keeper.check(planned) == planned


@pytest.mark.parametrize(
    "change",
    [
        {"serial": "FICTIF-00002"},
        {"model": "ANOTHER 500"},
        {"make": "Somebody", "model": "HDD 250"},
        {"size_bytes": SIZE - 512},
    ],
)
def test_another_drive_than_the_approved_one_is_refused(tmp_path, change):
    said = refused(tmp_path, {**DISK, **proc()}, run=run_for(**change))
    assert said.endswith("but EXAMPLE HDD 250 FICTIF-00001.")


def test_a_shorter_name_and_another_case_are_the_same_drive(tmp_path):
    run = run_for(model="Example 250", serial="fictif-00001")
    keeper, planned = guard(tmp_path, {**DISK, **proc()}, run=run)
    assert keeper.check(planned) == planned


def test_a_drive_whose_hidden_part_was_uncovered_is_still_the_approved_one(tmp_path):
    run = run_for(size_bytes=SIZE - 4096)
    keeper, planned = guard(tmp_path, {**DISK, **proc()}, run=run)
    uncovered = dataclasses.replace(keeper, sizes=frozenset({SIZE}))
    assert uncovered.check(planned) == planned


def test_a_drive_without_its_serial_is_not_the_approved_one(tmp_path):
    nameless = disk("sda", device_model="EXAMPLE HDD 250")
    assert "not the drive" in refused(tmp_path, {**nameless, **proc()}, run=run_for())


def test_a_drive_that_changed_since_the_plan_is_refused(tmp_path):
    keeper, planned = guard(tmp_path, {**DISK, **proc()})
    was = dataclasses.replace(planned, serial="FICTIF-00009")
    with pytest.raises(Refused, match="not the drive that was approved"):
        keeper.check(was)


def test_a_drive_that_was_pulled_out_is_refused(tmp_path):
    keeper, planned = guard(tmp_path, {**DISK, **proc()})
    with pytest.raises(Refused, match="no longer there"):
        keeper.check(dataclasses.replace(planned, name="sdb"))


@pytest.mark.parametrize("name", ["loop0", "dm-0", "md0", "zram0", "sr0"])
def test_what_is_no_drive_is_never_let_through(tmp_path, name):
    keeper, planned = guard(tmp_path, {**DISK, **proc(), f"sys/block/{name}/size": "9"})
    with pytest.raises(Refused, match="no longer there"):
        keeper.check(dataclasses.replace(planned, name=name))


@pytest.mark.parametrize("mounted", [mount("8:17", "/"), ""])
def test_the_same_serial_through_another_bus_is_refused(tmp_path, mounted):
    twin = disk(
        "sdb",
        place=USB,
        number="8:16",
        parts=("sdb1",),
        device_model="EXAMPLE HDD 250",
        device_vpd_pg80=SERIAL,
    )
    assert "also seen as sdb" in refused(tmp_path, {**DISK, **twin, **proc(mounted)})


def test_the_same_world_wide_name_through_another_bus_is_refused(tmp_path):
    wwid = "naa.5000c500a1b2c3d4"
    tree = {
        **DISK,
        **disk("sda", device_wwid=wwid),
        **disk("sdb", place=OTHER, number="8:16", device_wwid=wwid),
        **proc(mount("8:16", "/")),
    }
    assert "also seen as sdb" in refused(tmp_path, tree)


def test_a_placeholder_makes_no_twins(tmp_path):
    blank = b"\x00\x80\x00\x0c000000000000"
    tree = {
        **disk("sda", device_model="STICK", device_vpd_pg80=blank),
        **disk("sdb", place=OTHER, number="8:16", device_vpd_pg80=blank),
        **proc(),
    }
    keeper, planned = guard(tmp_path, tree)
    assert keeper.check(planned) == planned


def test_another_namespace_of_the_same_drive_must_be_free(tmp_path):
    def namespace(number, minor):
        return disk(
            f"nvme0n{number}",
            place=f"pci0000:00/0000:00:1d.0/nvme/nvme0/{number}",
            number=f"259:{minor}",
            device_model="EXAMPLE NVME",
            device_serial="FICTIF-NVME",
        )

    tree = {**namespace(1, 0), **namespace(2, 5)}
    free = around(grow(tmp_path / "free", {**tree, **proc()}))
    planned = look_at(free, "nvme0n1")
    assert planned
    assert Guard(free, ENGLISH).check(planned) == planned
    held = around(grow(tmp_path / "held", {**tree, **proc(mount("259:5", "/"))}))
    with pytest.raises(Refused, match="also seen as nvme0n2"):
        Guard(held, ENGLISH).check(planned)


def test_a_kernel_and_a_drive_that_disagree_are_refused(tmp_path):
    said = {
        "model_name": "EXAMPLE HDD 250",
        "serial_number": "ANOTHER-SERIAL",
        "device": {"type": "sat", "protocol": "ATA"},
    }
    seen = around(
        grow(tmp_path, {**DISK, **proc()}), Tools(smartctl={"/dev/sda": said})
    )
    planned = look_at(seen, "sda")
    assert planned
    assert planned.behind is wire.Behind.NOTHING
    with pytest.raises(Refused, match="different serials"):
        Guard(seen, ENGLISH).check(planned)
