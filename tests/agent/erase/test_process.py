"""The order, the service's thread and the process apart, together and for real."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest

from agent import identity, wire
from agent.erase import apart
from agent.erase.job import START, Erase
from agent.identity import Identity
from agent.jobs import Jobs
from agent.methods import Ended, ErasureClass, Technique
from agent.proofs import Run
from agent.run import Talk, never
from agent.spool import Spool
from tests.agent.erase.loops import filled, loop, machine, needs_root
from tests.agent.test_jobs import AGENT, job
from tests.agent.trees import around

pytestmark = [pytest.mark.root, needs_root]

MIB = 2**20
ROOT = Path(__file__).resolve().parents[3]


class Machine:
    def __init__(self, folder, stack, *sizes, first=None):
        self.files = [
            filled(folder / f"drive{n}", size) for n, size in enumerate(sizes)
        ]
        if first:
            self.files[0] = first
        targets = [stack.enter_context(loop(file)) for file in self.files]
        self.root = folder / "root"
        machine(self.root, *targets)
        self.state = folder / "state"
        self.state.mkdir()
        known = Identity(
            server=identity.Server(address="http://127.0.0.1:9"),
            agent_id=AGENT,
            token="fictional-token-0123456789",
            private_key=bytes(range(32)),
        )
        identity.keep(self.state, known)
        self.spool = Spool(self.state / "spool", AGENT, known.seal)
        self.jobs = Jobs(self.state / "jobs.json")
        self.told = []
        self.started = []
        self.erase = Erase(self.state, self.jobs, self.start)

    def start(self, argv):
        words = [sys.executable, "-m", "tests.agent.erase.child", str(self.root)]
        talk = Talk(["env", f"PYTHONPATH={ROOT}", *words, *argv[-2:]])
        self.started.append(talk)
        return talk

    def order(self, *serials, confirmed=True):
        runs = tuple(
            Run(
                run_id=uuid.UUID(int=n),
                token="fictional-token-0123456789",
                cycle=1,
                serial=serial,
                least=ErasureClass.CLEAR,
            )
            for n, serial in enumerate(serials, start=1)
        )
        args = wire.JobArgs(runs=runs, language="en", confirmed=confirmed)
        asked = job(kind=wire.Work.ERASE, args=args)
        self.jobs.take(asked)
        return asked

    def progress(self, step, percent=None, seconds_left=None, stride=None):
        self.told.append((step, stride))

    def records(self):
        return [envelope.report().erasure for envelope in self.spool.envelopes(10)]


@pytest.fixture
def build(tmp_path):
    with contextlib.ExitStack() as stack:
        yield lambda *sizes: Machine(tmp_path, stack, *sizes)


def test_an_order_is_planned_confirmed_done_and_reported(build):
    bench = build(9 * MIB, 5 * MIB + 512)
    asked = bench.order("FICTIF-00001", "FICTIF-00002", confirmed=False)

    def progress(step, percent=None, seconds_left=None, stride=None):
        bench.progress(step, percent, seconds_left, stride)
        if step == "confirm":
            bench.jobs.confirm(asked.job_id)

    assert bench.erase(asked, progress, never).state is wire.Stage.DONE
    assert all(not file.read_bytes().strip(b"\0") for file in bench.files)
    records = bench.records()
    assert {record.ended for record in records} <= {
        Ended.ERASED,
        Ended.ERASED_WITH_EXCEPTIONS,
    }
    assert {record.technique for record in records} == {Technique.OVERWRITE}
    plans = [stride.plan for step, stride in bench.told if step == "plan" and stride]
    assert len(plans) == 2
    assert any("write zeros: /dev/sda" in line for line in plans[0])


def test_a_plan_touches_nothing(build):
    bench = build(3 * MIB)
    before = bench.files[0].read_bytes()
    asked = bench.order("FICTIF-00001", confirmed=False)

    def progress(step, *_rest):
        if step == "confirm":
            bench.erase.leave()

    bench.erase(asked, progress, never)
    assert bench.files[0].read_bytes() == before
    assert bench.records() == []


def test_what_nobody_confirmed_is_not_erased_however_it_is_started(build):
    bench = build(3 * MIB)
    before = bench.files[0].read_bytes()
    bench.order("FICTIF-00001", confirmed=False)
    assert apart.main(["erase", str(bench.state)], around(bench.root)) == 1
    assert bench.files[0].read_bytes() == before
    assert bench.records() == []


def test_a_cancelled_order_reports_what_was_aborted(build):
    bench = build(400 * MIB)
    cancelled = threading.Event()

    def progress(step, *_rest):
        if step == "look":
            cancelled.set()

    end = bench.erase(bench.order("FICTIF-00001"), progress, cancelled.is_set)
    assert end.state is wire.Stage.CANCELLED
    (record,) = bench.records()
    assert record.ended is Ended.ABORTED


def test_the_end_of_the_service_leaves_the_drive_to_the_next_start(build):
    bench = build(400 * MIB)

    def progress(step, *_rest):
        if step == "overwrite":
            bench.erase.leave()

    asked = bench.order("FICTIF-00001")
    bench.erase(asked, progress, never)
    assert bench.records() == []
    again = Erase(bench.state, Jobs(bench.state / "jobs.json"), bench.start)
    assert again(asked, bench.progress, never).state is wire.Stage.DONE
    (record,) = bench.records()
    assert len(record.attempts) == 2
    assert record.attempts[0].ended is Ended.ABORTED
    assert record.bytes_erased == 400 * MIB
    assert not bench.files[0].read_bytes().strip(b"\0")


def test_a_process_that_is_killed_goes_on_where_it_was(build):
    bench = build(400 * MIB)

    def progress(step, *_rest):
        if step == "overwrite":
            bench.started[0].end()

    asked = bench.order("FICTIF-00001")
    assert bench.erase(asked, progress, never).state is wire.Stage.FAILED
    assert bench.records() == []
    assert bench.erase(asked, bench.progress, never).state is wire.Stage.DONE
    (record,) = bench.records()
    assert [each.ended for each in record.attempts][-1] is Ended.ERASED
    assert len(record.attempts) == 2


def test_a_held_drive_is_refused_and_the_others_are_erased(build):
    bench = build(3 * MIB, 3 * MIB)
    held = os.open(os.path.realpath(bench.root / "dev/sda"), os.O_RDONLY | os.O_EXCL)
    try:
        asked = bench.order("FICTIF-00001", "FICTIF-00002")
        bench.erase(asked, bench.progress, never)
    finally:
        os.close(held)
    ends = {record.drive.name: record.ended for record in bench.records()}
    assert ends["sda"] is Ended.NOT_ATTEMPTED
    assert bench.files[0].read_bytes()[:4096].strip(b"\0")
    assert not bench.files[1].read_bytes().strip(b"\0")


def test_the_process_really_starts_as_the_service_starts_it(tmp_path):
    """Without an order it has nothing to do, and says so by its exit code."""
    talk = Talk([sys.executable, "-I", "-c", START, "erase", str(tmp_path)])
    assert talk.leave(60) == 1


def test_nothing_of_the_server_is_loaded_to_erase():
    code = "import agent.erase.apart, sys; print('agent.transport' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True
    )
    assert said.stdout == b"False\n"
