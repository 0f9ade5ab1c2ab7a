from __future__ import annotations

import os

import pytest

from agent import wire
from agent.erase.contract import Outcome
from agent.erase.firmware import emmc as firmware
from agent.erase.firmware.emmc import EmmcEraseWithBootAreas, OverwriteWithBootAreas
from agent.erase.overwrite import Overwrite
from agent.methods import Ended
from agent.parse.extcsd import ExtCsd
from agent.run import Ran, never
from tests.agent.erase.machines import EMMC_TREE, Clock, Told, ata_drive, target_of
from tests.agent.trees import around, grow

DRIVE = ata_drive(name="mmcblk0", path="/dev/mmcblk0", bus=wire.Bus.EMMC)
ALL = ExtCsd(secure_erase=True, sanitize=True)
SIZE = 3 * 2**20 + 512


class Mmc:
    """The tool; its `codes` are those of erase and of sanitize."""

    def __init__(self, **codes):
        self.codes = codes
        self.asked = []

    def __call__(self, argv, timeout_seconds):
        self.asked.append(tuple(argv))
        text = b"Secure Feature support [SEC_FEATURE_SUPPORT: 0x55]\n"
        said = text if argv[1] == "extcsd" and "mute" not in self.codes else b""
        return Ran(tuple(argv), self.codes.get(argv[1], 0), said)


@pytest.fixture
def root(tmp_path):
    tree = dict(EMMC_TREE)
    for area in ("mmcblk0boot0", "mmcblk0boot1", "mmcblk0rpmb"):
        tree[f"sys/block/{area}/size"] = str(SIZE // 512)
        tree[f"sys/block/{area}/force_ro"] = "1"
        tree[f"dev/{area}"] = b"donor" * (SIZE // 5) + b"d" * (SIZE % 5)
    return grow(tmp_path, tree)


def erase(root, tool, can=ALL):
    method = EmmcEraseWithBootAreas(around(root, tool), can, Clock().pace)
    return method.erase(target_of(DRIVE), Told(), never)


def areas(root):
    names = ("boot0", "boot1", "rpmb")
    return [set((root / f"dev/mmcblk0{name}").read_bytes()) for name in names]


def test_everything_is_erased_and_the_area_for_keys_left_alone(root):
    tool = Mmc()
    outcome = erase(root, tool)
    assert outcome.ended is Ended.ERASED
    assert [argv[1] for argv in tool.asked] == ["erase", "sanitize", "extcsd"]
    boot0, boot1, keys = areas(root)
    assert boot0 == boot1 == {0}
    assert keys == set(b"donor")
    locks = [(root / f"sys/block/mmcblk0boot{n}/force_ro").read_text() for n in (0, 1)]
    assert locks == ["1", "1"]


@pytest.mark.parametrize(
    ("can", "kinds"),
    [
        (ExtCsd(secure_erase=False, sanitize=True), ["legacy", "/dev/mmcblk0"]),
        (ExtCsd(secure_erase=True, sanitize=False), ["secure-erase"]),
    ],
)
def test_only_what_is_offered_is_asked(root, can, kinds):
    tool = Mmc()
    erase(root, tool, can)
    assert [argv[2] for argv in tool.asked if argv[1] != "extcsd"] == kinds


@pytest.mark.parametrize("codes", [{"erase": 1}, {"sanitize": 1}, {"mute": 0}])
def test_a_failure_leaves_the_boot_areas_and_is_one(root, codes):
    outcome = erase(root, Mmc(**codes))
    assert outcome.ended is Ended.FAILED
    assert areas(root)[0] == set(b"donor")


def test_a_boot_area_that_takes_nothing_spoils_it(root):
    os.truncate(root / "dev/mmcblk0boot1", 0)
    (root / "dev/mmcblk0boot1").unlink()
    outcome = erase(root, Mmc())
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "an area beside the main one could not be overwritten"
    assert (root / "sys/block/mmcblk0boot1/force_ro").read_text() == "1"


def with_general_purpose(root):
    """An area that whoever made the machine split off, with somebody's data."""
    grow(
        root,
        {
            "sys/block/mmcblk0gp0/size": "16",
            "sys/block/mmcblk0gp0/force_ro": "0",
            "dev/mmcblk0gp0": b"somebody" * 1024,
        },
    )
    return root / "dev/mmcblk0gp0"


def test_a_general_purpose_area_is_overwritten_too(root):
    area = with_general_purpose(root)
    assert erase(root, Mmc()).ended is Ended.ERASED
    assert area.read_bytes() == bytes(8192)


def test_a_general_purpose_area_that_takes_nothing_spoils_it(root):
    area = with_general_purpose(root)
    area.unlink()
    assert erase(root, Mmc()).ended is Ended.FAILED


def test_an_overwrite_takes_the_boot_areas_along(root, monkeypatch):
    monkeypatch.setattr(
        Overwrite, "erase", lambda *_: Outcome(Ended.ERASED, bytes_written=SIZE)
    )
    method = OverwriteWithBootAreas(around=around(root))
    outcome = method.erase(target_of(DRIVE), Told(), never)
    assert (outcome.ended, outcome.bytes_written) == (Ended.ERASED, SIZE)
    assert len(outcome.steps) == len(firmware.boot_areas(around(root), "mmcblk0")) == 2
    assert areas(root)[0] == {0}
