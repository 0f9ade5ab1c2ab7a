"""The kernel's own last word, on real devices: whoever holds a drive keeps it."""

from __future__ import annotations

import contextlib
import subprocess

import pytest

from agent.collect.drives import drive as look_at
from agent.erase.guard import Guard, Refused
from agent.words import Words
from tests.agent.erase.loops import filled, loop, machine, needs_root

pytestmark = [pytest.mark.root, needs_root]

MIB = 2**20
ENGLISH = Words(is_french=False)


def run(*argv):
    subprocess.run(argv, check=True, capture_output=True)


@pytest.fixture
def target(tmp_path):
    with loop(filled(tmp_path / "drive", 8 * MIB)) as target:
        yield target


def holding(folder, target):
    """A guard that was told by /proc and /sys that nothing is held."""
    seen = machine(folder / "root", target)
    planned = look_at(seen, "sda")
    assert planned
    guard = Guard(seen, ENGLISH)
    return guard.hold(guard.check(planned))


@contextlib.contextmanager
def mounted(folder, target):
    run("mkfs.ext4", "-q", "-F", target.path)
    point = folder / "point"
    point.mkdir()
    run("mount", target.path, str(point))
    try:
        yield point
    finally:
        subprocess.run(["umount", str(point)], capture_output=True, check=False)


def test_a_free_drive_is_held_until_the_end(tmp_path, target):
    with holding(tmp_path, target) as held:
        assert (held.size_bytes, held.block_bytes) == (8 * MIB, 512)
        again = holding(tmp_path / "again", target)
        with pytest.raises(Refused, match="Device or resource busy"), again:
            pass
    with holding(tmp_path / "after", target):
        pass


def test_a_mount_that_nobody_told_of_keeps_its_drive(tmp_path, target):
    with (
        mounted(tmp_path, target),
        pytest.raises(Refused, match="busy"),
        holding(tmp_path, target),
    ):
        pass


def test_a_file_system_that_was_lazily_unmounted_keeps_its_drive(tmp_path, target):
    with mounted(tmp_path, target) as point:
        with (point / "open").open("w"):
            run("umount", "-l", str(point))
            with pytest.raises(Refused, match="busy"), holding(tmp_path, target):
                pass
        with holding(tmp_path / "after", target):
            pass


def test_swap_keeps_its_drive(tmp_path, target):
    run("mkswap", target.path)
    run("swapon", target.path)
    try:
        with pytest.raises(Refused, match="busy"), holding(tmp_path, target):
            pass
    finally:
        run("swapoff", target.path)


def test_a_drive_that_the_kernel_made_read_only_is_refused(tmp_path, target):
    run("blockdev", "--setro", target.path)
    try:
        with pytest.raises(Refused, match="read-only"), holding(tmp_path, target):
            pass
    finally:  # the device keeps it for whoever gets it next
        run("blockdev", "--setrw", target.path)


def test_a_drive_of_two_sizes_is_refused(tmp_path, target):
    context = holding(tmp_path, target)
    filled(tmp_path / "drive", 4 * MIB)
    run("losetup", "-c", target.path)
    with pytest.raises(Refused, match="two sizes"), context:
        pass
