"""What must never be taken for an erasure, or be written to: a drive that was changed
for another, prints that were cut short, a drive that lies, a part that stays hidden.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from agent.erase import markers, verify
from agent.erase.case import Left
from agent.erase.guard import Guard
from agent.erase.hidden import Revealed
from agent.erase.one import erase
from agent.erase.position import Positions
from agent.erase.record import record_of
from agent.methods import Ended, Exceptional
from agent.run import never
from tests.agent.erase.loops import filled, loop, needs_root
from tests.agent.erase.test_one import ENGLISH, MIB, SIZE, Bench, Own

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


class Sly(Own):
    """A drive that erases the places of the markers alone, wherever they are."""

    def erase(self, target, tell, stopped):
        self.asked.append(target.path)
        position = Positions(self.file.parent / "state").load("drive")
        seed = position.seed if position else ""
        with self.file.open("r+b") as opened:
            for place in markers.Markers(seed, SIZE).places:
                opened.seek(place)
                opened.write(bytes(MIB))
        return self.outcome


def test_a_service_that_stops_while_it_looks_looks_anew_at_its_next_start(bench):
    sly = Sly(bench.file)
    bench.methods = (sly,)

    def looked():
        return any(step == "look" and how.total_bytes for step, how in bench.told.steps)

    with pytest.raises(Left):
        erase(bench.case(stopped=looked, leaving=looked))
    assert sly.asked == []
    record = erase(bench.case())
    assert record.ended is Ended.FAILED
    assert record.verified.mismatches > 0


def test_prints_that_errors_cut_short_prove_nothing(bench, monkeypatch):
    monkeypatch.setattr(verify, "MOST_ERRORS", 2)

    def read(self, descriptor, buffer, start, count):
        if self._step == "look" and start < 2 * MIB:
            return 0
        return buffer.read(descriptor, start, count)

    monkeypatch.setattr(verify._Reading, "_read", read)
    sly = Sly(bench.file)
    bench.methods = (sly,)
    record = erase(bench.case())
    assert (record.ended, record.verified.markers_planted) == (Ended.FAILED, 0)
    assert "No marker could be planted" in record.reason


@pytest.mark.parametrize("kept", [b"", bytes(8), bytes(8 * 26)])
def test_prints_of_other_places_are_an_error_and_never_a_change(bench, kept):
    with Guard(bench.around, ENGLISH).hold(bench.drive) as target:
        whole = verify.whole(SIZE)
        looked = verify.are_changed(target, whole, kept, bench.told, never)
    assert (looked.errors, looked.bytes_read, looked.is_whole) == (1, 0, False)


def test_a_drive_that_has_more_than_it_shows_is_no_plain_erasure(bench):
    bench.erase()
    case = bench.case()
    larger = dataclasses.replace(case.position.drive, native_bytes=2 * SIZE)
    case.keep(drive=larger)
    record = record_of(case, Ended.ERASED, "")
    assert record.ended is Ended.ERASED_WITH_EXCEPTIONS
    assert record.exceptions == (Exceptional.HIDDEN_AREA_LEFT,)


def looking(bench):
    """A case, and what becomes of its drive before it is opened."""
    case, asked = bench.case(), []

    def reveal(*_):
        asked.append("reveal")
        return Revealed(bench.hidden)

    case.means = dataclasses.replace(case.means, reveal=reveal)
    return case, asked


def test_a_drive_that_anything_holds_is_not_even_uncovered(bench):
    case, asked = looking(bench)
    held = os.open(
        os.path.realpath(bench.around.root / "dev/sda"), os.O_RDONLY | os.O_EXCL
    )
    try:
        record = erase(case)
    finally:
        os.close(held)
    assert (asked, record.ended) == ([], Ended.NOT_ATTEMPTED)


def test_a_drive_that_is_given_up_while_it_is_looked_at_is_told_nothing(bench):
    own = Own(bench.file)
    bench.methods = (own,)
    record = bench.erase(
        stopped=lambda: any(step == "look" for step, _ in bench.told.steps)
    )
    assert (record.ended, own.asked) == (Ended.ABORTED, [])
