"""Drives whose writes hang in the kernel, where nobody can end them: for real."""

from __future__ import annotations

import contextlib
import subprocess
import time

import pytest

from agent import wire
from agent.erase import job
from agent.erase.job import Erase
from agent.erase.several import WAITING
from agent.methods import Ended
from agent.run import never
from tests.agent.erase.loops import filled, needs_root
from tests.agent.erase.test_process import MIB, Machine

pytestmark = [pytest.mark.root, needs_root]

DRIVE = 24 * MIB
FAST = 30  # half a minute of the service passes in a second


def run(*argv):
    subprocess.run(argv, check=True, capture_output=True)


class Frozen:
    """A file system whose files take no write until it is thawed."""

    def __init__(self, folder):
        self.point = folder
        self.is_frozen = False

    def freeze(self):
        run("fsfreeze", "--freeze", str(self.point))
        self.is_frozen = True

    def thaw(self):
        if self.is_frozen:
            run("fsfreeze", "--unfreeze", str(self.point))
            self.is_frozen = False


@pytest.fixture
def frozen(tmp_path):
    disk, point = tmp_path / "disk", tmp_path / "point"
    with disk.open("wb") as file:
        file.truncate(4 * DRIVE)
    point.mkdir()
    run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", str(disk))
    run("mount", "-o", "loop", str(disk), str(point))
    found = Frozen(point)
    try:
        yield found
    finally:
        found.thaw()
        run("umount", str(point))


@pytest.fixture
def bench(tmp_path, frozen):
    """Two drives. The first hangs with every write as soon as it is frozen."""
    with contextlib.ExitStack() as stack:
        hangs = filled(frozen.point / "drive", DRIVE)
        run("sync", str(hangs))
        made = Machine(tmp_path, stack, DRIVE, DRIVE, first=hangs)
        yield made
        frozen.thaw()
        for process in made.started:
            assert process.leave(30) is not None


def service(bench):
    """One start of the service, whose clock is fast."""
    return Erase(bench.state, bench.jobs, bench.start, lambda: time.monotonic() * FAST)


def test_a_write_that_hangs_in_the_kernel_is_told_and_holds_no_other(bench, frozen):
    frozen.freeze()
    asked, ended = bench.order("FICTIF-00001", "FICTIF-00002"), []
    stuck: list[object] = []

    def progress(step, percent=None, seconds_left=None, stride=None):
        if step.startswith(Ended.ERASED):
            ended.append((stride.serial, bool(stuck)))
        if stride and stride.stuck_seconds:
            stuck.append((stride.serial, stride.done_bytes))
        if ended and stuck:
            frozen.thaw()

    assert service(bench)(asked, progress, never).state is wire.Stage.DONE
    assert stuck[0] == ("FICTIF-00001", 0)
    assert [serial for serial, _ in ended] == ["FICTIF-00002", "FICTIF-00001"]
    assert all(not file.read_bytes().strip(b"\0") for file in bench.files)


def test_a_process_that_hangs_is_waited_for_by_the_next_start(
    bench, frozen, monkeypatch
):
    """Not even killed does it let go of its drive; nothing is reported in its place."""
    monkeypatch.setattr(job, "LEAVE_SECONDS", 0.0)
    frozen.freeze()
    asked, waited, first = bench.order("FICTIF-00001"), [], service(bench)

    def progress(step, percent=None, seconds_left=None, stride=None):
        if stride and stride.stuck_seconds:
            first.leave()

    first(asked, progress, never)
    bench.started[0].end()

    def again(step, percent=None, seconds_left=None, stride=None):
        if step == WAITING and stride.stuck_seconds:
            waited.append(len(bench.records()))
            frozen.thaw()

    assert service(bench)(asked, again, never).state is wire.Stage.DONE
    (record,) = bench.records()
    assert (waited[0], len(record.attempts)) == (0, 2)
    assert record.attempts[-1].ended is Ended.ERASED
    assert not bench.files[0].read_bytes().strip(b"\0")
