"""What must never be taken for an erasure, or be written to: a drive that was changed
for another, prints that were cut short, a drive that lies, a part that stays hidden.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from agent.erase.one import erase
from agent.methods import Ended
from tests.agent.erase.loops import filled, loop, needs_root
from tests.agent.erase.test_one import SIZE, Bench

pytestmark = [pytest.mark.root, needs_root]


@pytest.fixture
def bench(tmp_path):
    file = filled(tmp_path / "drive", SIZE)
    with loop(file) as target:
        yield Bench(tmp_path, target, file)


def change_for(bench, other):
    """Unplug the drive; another of its size comes under its name."""
    root, number = bench.around.root, Path(other.path).stat().st_rdev
    block = root / "sys/block/sda"
    (block / "dev").write_text(f"{os.major(number)}:{os.minor(number)}\n")
    (block / "device/vpd_pg80").write_bytes(b"\x00\x80\x00\x05OTHER")
    (root / "dev/sda").unlink()
    (root / "dev/sda").symlink_to(other.path)


def test_a_drive_changed_for_another_while_it_was_planned_is_not_touched(
    bench, tmp_path
):
    file = filled(tmp_path / "other", SIZE)
    untouched = file.read_bytes()
    with loop(file) as other:
        case = bench.case()

        def plan(*asked, made=case.means.plan):
            change_for(bench, other)
            return made(*asked)

        case.means = dataclasses.replace(case.means, plan=plan)
        record = erase(case)
    assert (record.ended, record.attempts) == (Ended.NOT_ATTEMPTED, ())
    assert "not the drive that was approved" in record.reason
    assert file.read_bytes() == bench.file.read_bytes() == untouched
