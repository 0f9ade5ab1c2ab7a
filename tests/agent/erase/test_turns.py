"""One process at an order, and one at a drive, whoever started the other one."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time

import pytest

from agent.collect.drives import drive as look_at
from agent.erase import turns
from agent.erase.guard import Guard, Refused
from agent.erase.position import Positions
from agent.erase.several import WAITING
from agent.methods import Ended
from tests.agent.erase.loops import filled, loop, needs_root
from tests.agent.erase.test_one import ENGLISH, SIZE, Bench
from tests.agent.erase.test_several import MIB, Hangs, Machine

pytestmark = [pytest.mark.root, needs_root]
LOCKS = """
import fcntl, os, sys
descriptor = os.open(sys.argv[1], os.O_RDONLY)
fcntl.flock(descriptor, fcntl.LOCK_EX)
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def bench(tmp_path):
    with loop(filled(tmp_path / "drive", SIZE)) as target:
        yield Bench(tmp_path, target, tmp_path / "drive")


@pytest.fixture
def build(tmp_path):
    with contextlib.ExitStack() as stack:
        yield lambda *sizes: Machine(tmp_path, stack, *sizes)


@contextlib.contextmanager
def another_agent(device):
    """A process that shares nothing with this one, at a drive until the end."""
    command = [sys.executable, "-c", LOCKS, str(device)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        yield


def test_a_drive_that_another_agent_is_at_is_not_even_uncovered(bench, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.0)
    with another_agent(bench.around.root / "dev/sda"):
        record = bench.erase()
    assert (record.ended, record.attempts) == (Ended.NOT_ATTEMPTED, ())
    assert record.reason == "Another process is erasing the drive."
    assert "look" not in dict(bench.told.steps)
    assert bench.file.read_bytes()[:4096].strip(b"\0")


def test_a_moment_of_somebody_who_only_looks_is_waited_for(bench, monkeypatch):
    with contextlib.ExitStack() as looks:
        looks.enter_context(another_agent(bench.around.root / "dev/sda"))
        monkeypatch.setattr(time, "sleep", lambda _seconds: looks.close())
        assert bench.erase().ended is Ended.ERASED


def test_a_lock_ends_with_whoever_had_it(bench):
    guard = Guard(bench.around, ENGLISH)
    drive = look_at(bench.around, "sda")
    assert drive is not None
    for _ in range(2):
        with guard.lock(drive), guard.hold(drive) as target:
            assert target.size_bytes == SIZE


def test_a_drive_whose_device_file_is_gone_is_refused(bench):
    (bench.around.root / "dev/sda").unlink()
    with pytest.raises(Refused, match="No such file"):
        Guard(bench.around, ENGLISH).lock(bench.drive).__enter__()


def test_what_another_process_is_at_is_reported_by_that_one_alone(build):
    """The order is the same and so is the folder: a service left a process behind."""
    bench = build(9 * MIB)
    (order,) = bench.orders
    before = bench.files[0].read_bytes()
    with bench.positions.turn(order.name):
        bench.several.stop.set()
        (record,) = bench.several.run([order])
    assert (record.ended, record.attempts) == (Ended.NOT_ATTEMPTED, ())
    assert (bench.reports(), bench.positions.load(order.name)) == ([], None)
    assert bench.files[0].read_bytes() == before


def test_what_another_process_left_behind_is_waited_for_and_not_done_twice(build):
    bench = build(9 * MIB)
    (order,) = bench.orders
    with contextlib.ExitStack() as other:
        other.enter_context(bench.positions.turn(order.name))

        def say(news):
            if news.step == WAITING:
                other.close()
            bench.news.append(news)

        bench.several._speak = say
        (record,) = bench.several.run([order])
    assert record.ended is Ended.ERASED
    steps = [news.step for news in bench.news]
    assert steps == [WAITING, "look", "overwrite", "verify", "erased"]


def test_who_waits_for_another_process_says_where_that_one_stands(build):
    bench = build(9 * MIB)
    (order,) = bench.orders
    bench.several.leave.set()
    bench.several.stop.set()
    bench.several.run([order])
    second = bench.fresh()
    second.stop.set()
    with bench.positions.turn(order.name):
        second.run([order])
    waiting = [news for news in bench.news if news.step == WAITING]
    assert waiting[-1].stride.total_bytes == 9 * MIB
    assert bench.reports() == []


def test_an_order_that_ended_meanwhile_is_not_begun_again(build):
    bench = build(9 * MIB)
    (order,) = bench.orders
    first, second = bench.several, bench.fresh()
    (ended,) = first.run([order])
    (found,) = second.run([order])
    assert (ended.ended, found) == (Ended.ERASED, ended)
    assert len(bench.reports()) == 1


def test_a_drive_that_comes_back_after_it_was_given_up_changes_nothing(
    build, monkeypatch
):
    monkeypatch.setattr("agent.erase.several.GRACE_SECONDS", 0.0)
    bench = build(3 * MIB)
    hangs = bench.plans["sda"] = Hangs()
    (order,) = bench.orders
    threads: list[threading.Thread] = []

    def say(news):
        threads.extend(each for each in _erasing() if each not in threads)
        bench.several.stop.set()

    bench.several._speak = say
    (record,) = bench.several.run([order])
    kept = bench.positions.load(order.name)
    hangs.gate.set()
    for thread in threads:
        thread.join()
    assert record.ended is Ended.ABORTED
    assert bench.positions.load(order.name) == kept
    assert len(bench.reports()) == 1


def _erasing():
    return [each for each in threading.enumerate() if each.name.startswith("erase-")]


def test_the_position_of_what_another_process_is_at_is_not_swept_away(tmp_path):
    positions = Positions(tmp_path)
    positions.keep_prints("theirs", b"prints")
    positions.keep_prints("former", b"prints")
    with positions.turn("theirs"):
        positions.forget_others({"mine"})
    assert positions.prints("theirs") == b"prints"
    assert positions.prints("former") is None
