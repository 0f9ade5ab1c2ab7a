"""Every byte of a drive is overwritten, whatever its size; what fails is counted."""

from __future__ import annotations

import dataclasses
import errno
import os
import subprocess

import pytest

from agent.erase.overwrite import MOST_ERRORS, Overwrite
from agent.erase.target import BUFFER_BYTES, opened
from agent.methods import Ended, Technique
from agent.run import never
from tests.agent.erase.loops import Told, filled, loop, needs_root

pytestmark = [pytest.mark.root, needs_root]

MIB = 2**20


@pytest.mark.parametrize(
    ("block", "size"),
    [
        (512, 512),
        (512, 4 * MIB),
        (512, 9 * MIB + 512),
        (512, 4 * MIB - 512),
        (4096, 4096),
        (4096, 13 * MIB + 4096),
    ],
)
def test_every_byte_is_zero_afterwards(tmp_path, block, size):
    with loop(filled(tmp_path / "drive", size), block) as target:
        outcome = Overwrite().erase(target, Told(), never)
    assert (outcome.ended, outcome.bytes_written) == (Ended.ERASED, size)
    assert (outcome.passes, outcome.pattern, outcome.errors) == (1, "00", 0)
    assert (tmp_path / "drive").read_bytes() == bytes(size)


def test_what_is_no_whole_sector_belongs_to_no_drive(tmp_path):
    size = 2 * MIB + 300
    with loop(filled(tmp_path / "drive", size)) as target:
        assert Overwrite().erase(target, Told(), never).bytes_written == 2 * MIB
    assert (tmp_path / "drive").read_bytes()[: 2 * MIB] == bytes(2 * MIB)


def test_a_plan_names_the_device_and_its_bytes(tmp_path):
    with loop(filled(tmp_path / "drive", MIB)) as target:
        (line,) = Overwrite().lines(target)
    assert target.path in line
    assert str(MIB) in line
    assert Overwrite().technique is Technique.OVERWRITE


def test_an_overwrite_goes_on_from_where_it_was(tmp_path):
    size, start = 6 * MIB, 2 * MIB
    file = filled(tmp_path / "drive", size)
    before = file.read_bytes()
    with loop(file) as target:
        outcome = Overwrite(start=start).erase(target, Told(), never)
    assert (outcome.resumed_from, outcome.bytes_written) == (start, size - start)
    assert file.read_bytes() == before[:start] + bytes(size - start)


def test_stopping_is_an_abort_between_two_buffers(tmp_path):
    marks: list[int] = []
    asked = iter([False, False, True])
    file = filled(tmp_path / "drive", 5 * BUFFER_BYTES)
    with loop(file) as target:
        method = Overwrite(mark=marks.append)
        outcome = method.erase(target, Told(), lambda: next(asked))
    assert (outcome.ended, outcome.passes) == (Ended.ABORTED, 0)
    assert outcome.bytes_written == marks[-1] == 2 * BUFFER_BYTES
    assert not file.read_bytes()[: 2 * BUFFER_BYTES].strip(b"\0")
    assert file.read_bytes()[2 * BUFFER_BYTES]


def test_the_position_is_marked_every_half_minute(tmp_path):
    marks: list[int] = []
    clock = iter(range(0, 10_000, 20))
    with loop(filled(tmp_path / "drive", 6 * BUFFER_BYTES)) as target:
        method = Overwrite(mark=marks.append, monotonic=lambda: next(clock))
        method.erase(target, Told(), never)
    assert marks[-1] == 6 * BUFFER_BYTES
    assert len(marks) >= 3


def test_progress_is_told_up_to_the_end(tmp_path):
    told = Told()
    with loop(filled(tmp_path / "drive", 3 * MIB)) as target:
        Overwrite().erase(target, told, never)
    step, advance = told.steps[-1]
    assert step == "overwrite"
    assert advance == (3 * MIB, 3 * MIB, 100, None)


def test_a_drive_of_another_size_is_not_touched(tmp_path):
    file = filled(tmp_path / "drive", 2 * MIB)
    before = file.read_bytes()
    with loop(file) as target:
        other = dataclasses.replace(target, size_bytes=MIB)
        outcome = Overwrite().erase(other, Told(), never)
    assert (outcome.ended, outcome.bytes_written) == (Ended.FAILED, 0)
    assert file.read_bytes() == before


def test_a_drive_that_goes_away_in_the_middle_fails(tmp_path):
    file = filled(tmp_path / "drive", 3 * BUFFER_BYTES)
    with loop(file) as target:

        def pulled_out() -> bool:
            os.truncate(file, BUFFER_BYTES)
            subprocess.run(["losetup", "-c", target.path], check=True)
            return False

        outcome = Overwrite().erase(target, Told(), pulled_out)
    assert outcome.ended is Ended.FAILED
    assert "the drive is gone: byte 4194304" in outcome.reason
    assert outcome.errors == 1


class Bad:
    """A device on which some bytes cannot be written."""

    def __init__(self, monkeypatch, *bad: int, short: int = 0) -> None:
        self.bad, self.short = bad, short
        self.pwrite = os.pwrite
        monkeypatch.setattr("agent.erase.overwrite.os.pwrite", self)

    def __call__(self, descriptor, content, offset):
        if any(offset <= place < offset + len(content) for place in self.bad):
            raise OSError(errno.EIO, "Input/output error")
        if self.short and len(content) > self.short:
            content = content[: self.short // 512 * 512]
            return self.pwrite(descriptor, content, offset) + self.short % 512
        return self.pwrite(descriptor, content, offset)


def test_a_bad_place_fails_the_pass_and_all_around_it_is_erased(tmp_path, monkeypatch):
    size, bad = 2 * BUFFER_BYTES, BUFFER_BYTES + 5 * 65_536 + 17
    file, marks = filled(tmp_path / "drive", size), list[int]()
    with loop(file) as target:
        Bad(monkeypatch, bad)
        outcome = Overwrite(mark=marks.append).erase(target, Told(), never)
    assert (outcome.ended, outcome.errors) == (Ended.FAILED, 1)
    assert outcome.bytes_written == size - 65_536
    left = file.read_bytes()
    start = BUFFER_BYTES + 5 * 65_536
    assert left[:start] == bytes(start)
    assert left[start + 65_536 :] == bytes(size - start - 65_536)
    assert marks == []


def test_a_drive_full_of_bad_places_is_given_up(tmp_path, monkeypatch):
    size = 4 * BUFFER_BYTES
    with loop(filled(tmp_path / "drive", size)) as target:
        Bad(monkeypatch, *range(0, size, 65_536))
        outcome = Overwrite().erase(target, Told(), never)
    assert (outcome.ended, outcome.errors) == (Ended.FAILED, MOST_ERRORS + 1)
    assert outcome.bytes_written == 0


def test_what_was_written_in_part_is_written_again(tmp_path, monkeypatch):
    size = 5 * MIB
    with loop(filled(tmp_path / "drive", size)) as target:
        Bad(monkeypatch, short=1_000_100)
        outcome = Overwrite().erase(target, Told(), never)
    assert (outcome.ended, outcome.bytes_written) == (Ended.ERASED, size)
    assert (tmp_path / "drive").read_bytes() == bytes(size)


def test_a_device_that_takes_nothing_is_no_endless_pass(tmp_path, monkeypatch):
    with loop(filled(tmp_path / "drive", MIB)) as target:
        monkeypatch.setattr("agent.erase.overwrite.os.pwrite", lambda *_: 0)
        outcome = Overwrite().erase(target, Told(), never)
    assert outcome.ended is Ended.FAILED


def test_a_device_is_opened_past_the_page_cache(tmp_path):
    with (
        loop(filled(tmp_path / "drive", MIB), 4096) as target,
        opened(target, os.O_WRONLY) as descriptor,
        pytest.raises(OSError, match="Invalid argument"),
    ):
        os.pwrite(descriptor, b"unaligned", 1)
