"""What a job leaves behind: a report, and never a test that was made twice."""

from __future__ import annotations

import pytest

from agent import identity, wire
from agent.identity import Identity
from agent.jobs import Jobs
from agent.spool import Spool
from agent.work import Worker
from tests.agent.test_jobs import AGENT, job
from tests.agent.trees import around, grow, proc

KEY = bytes(range(32))
UNATTENDED = (wire.Check.CLOCK, wire.Check.KEYBOARD, wire.Check.WIFI)


class Bench:
    """A machine made of files, its worker, and what that told."""

    def __init__(self, folder):
        self.told = []
        self.known = Identity(
            server=identity.Server(address="http://127.0.0.1:9"),
            agent_id=AGENT,
            token="fictional-token-0123456789",
            private_key=KEY,
        )
        self.around = around(grow(folder / "root", proc()))
        self.spool = Spool(folder / "spool", AGENT, self.known.seal)
        self.jobs = Jobs(folder / "jobs.json")
        self.worker = Worker(self.around, self.spool, self.jobs, lambda: 0)

    def do(self, what, cancelled=lambda: False):
        if self.jobs.book.open is None:
            self.jobs.take(what)
        return self.worker(what, self.progress, cancelled)

    def progress(self, step, percent=None, seconds_left=None, stride=None):
        self.told.append((step, percent))

    def reports(self):
        return [envelope.report() for envelope in self.spool.envelopes(10)]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def job_of_tests(*names, language="en"):
    args = wire.JobArgs(tests=names, language=language)
    return job(kind=wire.Work.TESTS, args=args)


def test_a_report_is_made_and_waits(bench):
    assert bench.do(job()).state is wire.Stage.DONE
    (made,) = bench.reports()
    assert made.kind is wire.Kind.INVENTORY
    assert bench.told == [("look", None)]


def test_a_report_that_nobody_wants_any_more_is_not_made(bench):
    assert bench.do(job(), lambda: True).state is wire.Stage.CANCELLED
    assert bench.reports() == []


def test_tests_are_made_one_by_one_and_told_in_one_report(bench):
    assert bench.do(job_of_tests(*UNATTENDED)).state is wire.Stage.DONE
    (made,) = bench.reports()
    assert made.kind is wire.Kind.TESTS
    assert [test.name for test in made.tests] == list(UNATTENDED)
    assert made.tests[1].result is wire.Result.NOT_TESTED
    assert made.drives == ()


def test_a_test_named_twice_is_made_once(bench):
    bench.do(job_of_tests(wire.Check.CLOCK, wire.Check.CLOCK))
    assert len(bench.reports()[0].tests) == 1


def test_percents_are_those_of_the_whole(bench):
    bench.do(job_of_tests(*UNATTENDED))
    percents = [percent for _, percent in bench.told]
    assert percents == sorted(percents)
    assert {"clock", "wifi"} <= {step for step, _ in bench.told}


def test_a_job_cancelled_in_the_middle_makes_no_report(bench):
    asked = iter([False] * 4 + [True] * 1000)
    end = bench.do(job_of_tests(*UNATTENDED), lambda: next(asked))
    assert end.state is wire.Stage.CANCELLED
    assert bench.reports() == []


def test_the_test_that_brought_the_machine_down_is_not_tried_again(bench, tmp_path):
    """The machine stopped while it tested its memory: that is what is said of it."""
    what = job_of_tests(wire.Check.CLOCK, wire.Check.MEMORY)
    bench.jobs.take(what)
    bench.jobs.trying(wire.Check.MEMORY)
    again = Bench(tmp_path)
    assert again.do(what).state is wire.Stage.DONE
    memory, clock = again.reports()[0].tests
    assert (memory.name, memory.result) == (wire.Check.MEMORY, wire.Result.UNKNOWN)
    assert "stopped during this test" in memory.reason
    assert clock.name is wire.Check.CLOCK


def test_the_reason_is_in_the_language_of_the_job(bench):
    what = job_of_tests(wire.Check.MEMORY, language="fr")
    bench.jobs.take(what)
    bench.jobs.trying(wire.Check.MEMORY)
    bench.do(what)
    assert "pendant ce test" in bench.reports()[0].tests[0].reason
