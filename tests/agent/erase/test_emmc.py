from __future__ import annotations

import contextlib
import os

import pytest

from agent import wire
from agent.erase.contract import Advance, Outcome
from agent.erase.firmware.areas import STEP, areas
from agent.erase.firmware.emmc import EmmcEraseWithAreas, OverwriteWithAreas
from agent.erase.overwrite import Overwrite
from agent.methods import Ended
from agent.parse.extcsd import ExtCsd
from agent.run import Ran, never
from tests.agent.erase.loops import PATTERN, filled, loop, needs_root
from tests.agent.erase.machines import EMMC_TREE, Clock, Told, ata_drive, target_of
from tests.agent.trees import around, grow

pytestmark = [pytest.mark.root, needs_root]

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


def area(root, stack, name, size=SIZE):
    """An area of the drive, with somebody's data: a loop device under its name."""
    file = filled(root / name, size)
    made = stack.enter_context(loop(file))
    grow(
        root,
        {f"sys/block/{name}/size": str(size // 512)}
        | {f"sys/block/{name}/force_ro": "1"},
    )
    (root / "dev").mkdir(exist_ok=True)
    (root / "dev" / name).symlink_to(made.path)
    return file


@pytest.fixture
def root(tmp_path):
    grow(tmp_path, EMMC_TREE)
    with contextlib.ExitStack() as stack:
        for name in ("mmcblk0boot0", "mmcblk0boot1", "mmcblk0rpmb"):
            area(tmp_path, stack, name)
        yield tmp_path


@pytest.fixture
def general_purpose(root):
    """One that whoever made the machine split off."""
    with contextlib.ExitStack() as stack:
        yield area(root, stack, "mmcblk0gp0", 12 * 2**20)


def erase(root, tool, can=ALL, told=None, stopped=never):
    method = EmmcEraseWithAreas(around(root, tool), can, Clock().pace)
    return method.erase(target_of(DRIVE), told or Told(), stopped)


def is_zero(root, name):
    return not (root / name).read_bytes().strip(b"\0")


def is_untouched(root, name):
    return (root / name).read_bytes()[: len(PATTERN)] == PATTERN


def test_everything_is_erased_and_the_area_for_keys_left_alone(root):
    tool = Mmc()
    outcome = erase(root, tool)
    assert outcome.ended is Ended.ERASED
    assert [argv[1] for argv in tool.asked] == ["erase", "sanitize", "extcsd"]
    assert is_zero(root, "mmcblk0boot0")
    assert is_zero(root, "mmcblk0boot1")
    assert is_untouched(root, "mmcblk0rpmb")
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
    assert is_untouched(root, "mmcblk0boot0")


def test_a_boot_area_that_takes_nothing_spoils_it(root):
    (root / "dev/mmcblk0boot1").unlink()
    outcome = erase(root, Mmc())
    assert outcome.ended is Ended.FAILED
    assert outcome.reason == "an area beside the main one could not be overwritten"
    assert (root / "sys/block/mmcblk0boot1/force_ro").read_text() == "1"


def test_a_general_purpose_area_is_overwritten_too(root, general_purpose):
    assert erase(root, Mmc()).ended is Ended.ERASED
    assert not general_purpose.read_bytes().strip(b"\0")


def test_how_far_the_areas_are_is_told_and_never_goes_back(root, general_purpose):
    told = []
    erase(root, Mmc(), told=lambda step, advance: told.append((step, advance)))
    done = [advance.done_bytes for step, advance in told if step == STEP]
    size = 2 * (2 * SIZE + 12 * 2**20)
    assert (done == sorted(done), done[-1]) == (True, size)
    assert {each.total_bytes for step, each in told if step == STEP} == {size}


def test_a_large_area_is_left_between_two_buffers(root, general_purpose):
    """The drive is aborted, and its other areas are not begun."""
    told: list[tuple[str, Advance]] = []

    def stopped():
        return any(step == STEP for step, _ in told)

    tell = lambda step, advance: told.append((step, advance))  # noqa: E731
    outcome = erase(root, Mmc(), told=tell, stopped=stopped)
    assert (outcome.ended, outcome.reason) == (Ended.ABORTED, "stopped")
    assert general_purpose.read_bytes().strip(b"\0")
    assert (root / "sys/block/mmcblk0gp0/force_ro").read_text() == "1"


def test_an_area_that_somebody_holds_spoils_it_and_is_left_alone(root):
    device = os.path.realpath(root / "dev/mmcblk0boot1")
    held = os.open(device, os.O_RDONLY | os.O_EXCL)
    try:
        outcome = erase(root, Mmc())
    finally:
        os.close(held)
    assert outcome.ended is Ended.FAILED
    assert is_untouched(root, "mmcblk0boot1")


@pytest.mark.parametrize("size", ["0", "much", "8"])
def test_an_area_of_another_size_than_its_own_spoils_it(root, general_purpose, size):
    (root / "sys/block/mmcblk0gp0/size").write_text(size)
    assert erase(root, Mmc()).ended is Ended.FAILED
    assert general_purpose.read_bytes().strip(b"\0")


def test_an_area_that_keeps_what_it_held_spoils_it(root, general_purpose, monkeypatch):
    monkeypatch.setattr(Overwrite, "erase", lambda *_: Outcome(Ended.ERASED))
    assert erase(root, Mmc()).ended is Ended.FAILED


def test_an_overwrite_takes_the_areas_along(root, monkeypatch):
    plain = Overwrite.erase

    def main_area(self, target, tell, stopped):
        if target.path != DRIVE.path:
            return plain(self, target, tell, stopped)
        return Outcome(Ended.ERASED, bytes_written=SIZE)

    monkeypatch.setattr(Overwrite, "erase", main_area)
    method = OverwriteWithAreas(around=around(root))
    outcome = method.erase(target_of(DRIVE), Told(), never)
    assert (outcome.ended, outcome.bytes_written) == (Ended.ERASED, SIZE)
    assert len(outcome.steps) == len(areas(around(root), "mmcblk0")) == 2
    assert is_zero(root, "mmcblk0boot0")
