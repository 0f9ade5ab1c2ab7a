"""Drives are erased at once, and each is reported when it ends."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import uuid

import pytest

from agent import identity
from agent.collect.drives import drives
from agent.erase import several as several_module
from agent.erase.case import Means
from agent.erase.contract import Plan
from agent.erase.hidden import Revealed
from agent.erase.orders import orders
from agent.erase.overwrite import Overwrite
from agent.erase.position import Positions
from agent.erase.several import Several
from agent.identity import Identity
from agent.methods import Ended, ErasureClass, Hidden
from agent.proofs import Counters, HiddenAreas, Run
from agent.spool import Spool
from agent.words import Words
from tests.agent.erase.loops import filled, loop, machine, needs_root
from tests.agent.test_jobs import AGENT

pytestmark = [pytest.mark.root, needs_root]

MIB = 2**20
NONE = HiddenAreas(hpa=Hidden.NONE, dco=Hidden.NONE, amax=Hidden.NONE)


class Machine:
    """A machine with drives of these sizes, and orders for each."""

    def __init__(self, folder, stack, *sizes):
        self.files = [
            filled(folder / f"drive{n}", size) for n, size in enumerate(sizes)
        ]
        targets = [stack.enter_context(loop(file)) for file in self.files]
        self.around = machine(folder / "root", *targets)
        self.state = folder / "state"
        self.known = Identity(
            server=identity.Server(address="http://127.0.0.1:9"),
            agent_id=AGENT,
            token="fictional-token-0123456789",
            private_key=bytes(range(32)),
        )
        self.spool = Spool(self.state / "spool", AGENT, self.known.seal)
        self.positions = Positions(self.state)
        self.news = []
        self.plans = {}
        self.several = self.fresh()

    def fresh(self):
        means = Means(
            plan=lambda _around, drive, _run, _words: Plan(
                drive, (self.plans.get(drive.name, Overwrite()),), ("line",)
            ),
            reveal=lambda *_: Revealed(NONE),
            counters=lambda *_: Counters(),
            tools=lambda _around: (),
        )
        return Several(
            self.around,
            Words(is_french=False),
            means,
            self.positions,
            self.spool,
            self.news.append,
        )

    @property
    def orders(self):
        runs = [run(n) for n in range(1, len(self.files) + 1)]
        return orders(runs, drives(self.around).what, self.positions)

    def reports(self):
        return [envelope.report() for envelope in self.spool.envelopes(10)]


def run(number):
    return Run(
        run_id=uuid.UUID(int=number),
        token="fictional-token-0123456789",
        cycle=1,
        serial=f"FICTIF-{number:05d}",
        least=ErasureClass.CLEAR,
    )


@pytest.fixture
def build(tmp_path):
    with contextlib.ExitStack() as stack:
        yield lambda *sizes: Machine(tmp_path, stack, *sizes)


@dataclasses.dataclass(frozen=True)
class Hangs(Overwrite):
    """A write that hangs in the kernel, where nobody can end it."""

    gate: threading.Event = dataclasses.field(default_factory=threading.Event)

    def erase(self, target, tell, stopped):
        self.gate.wait(60)
        return super().erase(target, tell, lambda: True)


def test_every_drive_is_erased_and_reported(build):
    bench = build(9 * MIB, 5 * MIB + 512)
    records = bench.several.run(bench.orders)
    assert [record.ended for record in records] == [Ended.ERASED] * 2
    assert all(not file.read_bytes().strip(b"\0") for file in bench.files)
    reports = bench.reports()
    assert {report.erasure.run_id.int for report in reports} == {1, 2}
    assert all(report.drives == () for report in reports)


def test_a_report_waits_before_its_drive_is_said_to_have_ended(build):
    bench = build(3 * MIB)
    seen = []

    def say(news):
        if news.ended:
            seen.append((news.ended, len(bench.reports())))

    bench.several._speak = say
    bench.several.run(bench.orders)
    assert seen == [(Ended.ERASED, 1)]


def test_a_drive_that_hangs_holds_no_other(build, monkeypatch):
    monkeypatch.setattr(several_module, "GRACE_SECONDS", 0.0)
    bench = build(3 * MIB, 3 * MIB)
    hangs = bench.plans["sda"] = Hangs()

    def say(news):
        if news.ended is Ended.ERASED:
            bench.several.stop.set()

    bench.several._speak = say
    records = bench.several.run(bench.orders)
    assert {(each.drive.name, each.ended) for each in records} == {
        ("sda", Ended.ABORTED),
        ("sdb", Ended.ERASED),
    }
    assert len(bench.reports()) == 2
    hangs.gate.set()


def test_one_drive_is_given_up_and_the_others_are_erased(build):
    bench = build(9 * MIB, 3 * MIB)
    bench.several.stop_one(str(run(1).run_id))
    records = bench.several.run(bench.orders)
    ends = {record.drive.name: record.ended for record in records}
    assert ends == {"sda": Ended.ABORTED, "sdb": Ended.ERASED}
    assert bench.files[0].read_bytes().strip(b"\0")


def test_what_the_service_leaves_is_gone_on_with(build):
    bench = build(9 * MIB)
    bench.several.leave.set()
    bench.several.stop.set()
    assert bench.several.run(bench.orders) == []
    assert bench.reports() == []
    (record,) = bench.fresh().run(bench.orders)
    assert record.ended is Ended.ERASED
    assert len(record.attempts) == 2


def test_a_drive_that_was_reported_is_not_erased_again(build):
    bench = build(3 * MIB)
    bench.several.run(bench.orders)
    assert bench.orders == []


def test_a_report_that_was_cut_off_is_handed_in_once_more_under_its_id(build):
    bench = build(3 * MIB)
    (order,) = bench.orders
    bench.several.run([order])
    position = bench.positions.load(order.name)
    bench.positions.keep(order.name, dataclasses.replace(position, is_told=False))
    bench.fresh().run(bench.orders)
    first, second = bench.reports()
    assert first.report_id == second.report_id
    assert first.erasure == second.erasure


def test_a_drive_that_is_not_here_is_reported_as_not_attempted(build):
    bench = build(3 * MIB)
    absent = dataclasses.replace(run(7), serial="FICTIF-ABSENT", model="HDD")
    asked = orders([absent], drives(bench.around).what, bench.positions)
    (record,) = bench.several.run(asked)
    assert (record.ended, record.drive.serial) == (
        Ended.NOT_ATTEMPTED,
        "FICTIF-ABSENT",
    )
    assert bench.files[0].read_bytes()[:4096].strip(b"\0")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_breaks_off_is_reported_as_unknown(build, monkeypatch):
    @dataclasses.dataclass(frozen=True)
    class Breaks(Overwrite):
        def erase(self, target, tell, stopped):
            raise AssertionError

    bench = build(3 * MIB, 3 * MIB)
    bench.plans["sda"] = Breaks()
    records = {each.drive.name: each for each in bench.several.run(bench.orders)}
    assert records["sda"].ended is Ended.UNKNOWN
    assert records["sdb"].ended is Ended.ERASED


def test_strides_carry_the_bytes_and_no_token(build):
    bench = build(9 * MIB)
    bench.several.run(bench.orders)
    steps = [news.step for news in bench.news]
    assert steps == ["look", "overwrite", "verify", "erased"]
    assert bench.news[1].stride.total_bytes == 9 * MIB
    assert b"fictional-token" not in b"".join(news.to_bytes() for news in bench.news)
