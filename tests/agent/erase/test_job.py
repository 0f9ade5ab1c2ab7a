"""An order is planned at once, and begun only when a person said yes."""

from __future__ import annotations

import json
import uuid

import pytest

from agent import wire
from agent.erase import confirming
from agent.erase.job import STUCK_SECONDS, Erase
from agent.erase.news import News
from agent.jobs import Jobs
from agent.methods import Ended, ErasureClass
from agent.proofs import Run, Stride
from agent.run import never
from agent.work import End
from tests.agent.test_jobs import job

TOKEN = "fictional-token-0123456789"
RUN = Run(run_id=uuid.UUID(int=5), token=TOKEN, cycle=1, least=ErasureClass.CLEAR)
OVER = News(step="over")


def order(*, confirmed=False, runs=(RUN,), **changes):
    args = wire.JobArgs(runs=runs, confirmed=confirmed, language="en")
    return job(kind=wire.Work.ERASE, args=args, **changes)


class Child:
    """The process apart, as one that says what it is told to say."""

    def __init__(self, *news):
        self.left = list(news)
        self.heard = []
        self.is_over = False
        self.is_left = False

    def lines(self, _seconds):
        if not self.left:
            self.is_over = True
            return []
        news = self.left.pop(0)
        return [news.to_bytes()] if news else []

    def say(self, word):
        self.heard.append(word)

    def leave(self, _seconds):
        self.is_left = True


class Machine:
    def __init__(self, state):
        self.state = state
        self.children = {"plan": Child(planned(), OVER), "erase": Child(OVER)}
        self.started = []
        self.told = []
        self.now = 1000.0
        self.jobs = Jobs(state / "jobs.json")
        self.erase = Erase(state, self.jobs, self.start, lambda: self.now)

    def start(self, argv):
        self.started.append(argv[-2])
        assert argv[-1] == str(self.state)
        return self.children[argv[-2]]

    def do(self, asked, cancelled=never, on=lambda _step: None):
        self.jobs.take(asked)

        def progress(step, percent=None, seconds_left=None, stride=None):
            self.told.append((step, stride))
            on(step)

        return self.erase(asked, progress, cancelled)

    @property
    def steps(self):
        return [step for step, _ in self.told]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def planned():
    stride = Stride(run_id=RUN.run_id, plan=("1. Overwrite", "write zeros: /dev/sda"))
    return News(step="plan", name=str(RUN.run_id), stride=stride)


def news(done, step="overwrite", **changes):
    stride = Stride(run_id=RUN.run_id, done_bytes=done, total_bytes=100)
    return News(step=step, name="one", percent=done, stride=stride, **changes)


def test_an_order_is_planned_and_shown_before_anything_begins(machine):
    asked = order()
    machine.do(asked, on=lambda step: step == "confirm" and machine.erase.leave())
    assert machine.started == ["plan"]
    assert machine.told[1] == ("plan", planned().stride)
    assert machine.steps == ["plan", "plan", "confirm"]


def test_an_order_begins_when_the_server_says_that_it_is_confirmed(machine):
    asked = order()

    def confirm(step):
        if step == "confirm":
            machine.jobs.confirm(asked.job_id)

    assert machine.do(asked, on=confirm) == End(wire.Stage.DONE)
    assert machine.started == ["plan", "erase"]
    assert machine.steps[-1] == "confirmed"


def test_an_order_begins_when_it_is_confirmed_on_the_machine(machine):
    asked = order()

    def confirm(step):
        if step == "confirm":
            confirming.confirm(machine.state, asked)

    assert machine.do(asked, on=confirm) == End(wire.Stage.DONE)
    kept = Jobs(machine.state / "jobs.json").book.open
    assert kept
    assert kept.args.confirmed


def test_the_yes_to_another_order_begins_nothing(machine):
    asked, other = order(), order(number=2)

    def confirm(step):
        if step == "confirm":
            confirming.confirm(machine.state, other)
            machine.jobs.confirm(other.job_id)
            machine.erase.leave()

    machine.do(asked, on=confirm)
    assert machine.started == ["plan"]


def test_an_order_that_is_cancelled_while_it_waits_begins_nothing(machine):
    end = machine.do(order(), cancelled=lambda: "confirm" in machine.steps)
    assert end == End(wire.Stage.CANCELLED)
    assert machine.started == ["plan"]


def test_an_order_that_was_confirmed_is_taken_up_without_asking_again(machine):
    machine.do(order(confirmed=True))
    assert machine.started == ["erase"]


def test_an_order_without_drives_is_refused(machine):
    end = machine.do(order(runs=()))
    assert (end.state, machine.started) == (wire.Stage.REFUSED, [])


def test_every_stride_is_told_on(machine):
    ended = news(None, step="erased", ended=Ended.ERASED)
    machine.children["erase"] = Child(news(10), news(50), ended, OVER)
    assert machine.do(order(confirmed=True)).state is wire.Stage.DONE
    assert machine.steps == ["confirmed", "overwrite", "overwrite", "erased"]


def test_a_process_that_breaks_off_is_a_failed_job(machine):
    machine.children["erase"] = Child(news(10))
    end = machine.do(order(confirmed=True))
    assert end == End(wire.Stage.FAILED, "The erasure broke off.")
    assert machine.children["erase"].is_left


def test_a_cancelled_erasure_is_told_to_stop_and_waited_for(machine):
    child = machine.children["erase"] = Child(news(10), news(20), OVER)
    end = machine.do(order(confirmed=True), lambda: "overwrite" in machine.steps)
    assert end == End(wire.Stage.CANCELLED)
    assert child.heard == [b"stop"]
    assert not child.left


def test_one_drive_is_stopped_and_the_others_go_on(machine):
    child = machine.children["erase"] = Child(news(10), news(20), news(30), OVER)
    asked = order(confirmed=True)

    def take_back(step):
        machine.jobs.give_up(asked.job_id, (RUN.run_id,))

    end = machine.do(asked, on=take_back)
    assert end == End(wire.Stage.DONE)
    assert child.heard == [f"stop {RUN.run_id}".encode()]


def test_the_end_of_the_service_stops_nothing_for_good(machine):
    child = machine.children["erase"] = Child(news(10), news(20), OVER)
    machine.do(order(confirmed=True), on=lambda _step: machine.erase.leave())
    assert child.heard == []
    assert child.is_left


class Slow(Child):
    """A process that takes its time between two lines."""

    def __init__(self, machine, seconds, *news):
        super().__init__(*news)
        self.machine, self.seconds = machine, seconds

    def lines(self, seconds):
        self.machine.now += self.seconds
        return super().lines(seconds)


def stuck(machine):
    return [stride.stuck_seconds for _step, stride in machine.told if stride]


def test_a_drive_that_takes_no_byte_is_said_to_be_stuck(machine):
    silence = [None] * 3
    machine.children["erase"] = Slow(machine, 15, news(10), *silence, news(11), OVER)
    machine.do(order(confirmed=True))
    assert stuck(machine) == [None, 30, 45, None]


def test_a_drive_that_is_slow_is_not_stuck(machine):
    slow = [news(done) for done in range(5)]
    machine.children["erase"] = Slow(machine, STUCK_SECONDS - 1, *slow, OVER)
    machine.do(order(confirmed=True))
    assert stuck(machine) == [None] * 5


def test_a_drive_that_counts_no_bytes_is_never_called_stuck(machine):
    own = News(step="sanitize", name="one", percent=3, stride=Stride())
    machine.children["erase"] = Slow(machine, 100, own, *[None] * 5, OVER)
    machine.do(order(confirmed=True))
    assert stuck(machine) == [None]


def test_a_tag_is_read_as_people_write_it():
    asked = order(device="PC004217W")
    assert confirming.is_its_tag(asked, " pc-004217-w ")
    assert not confirming.is_its_tag(asked, "PC-004218-W")
    assert not confirming.is_its_tag(order(), "")


def test_an_order_waits_until_it_is_confirmed(machine):
    assert confirming.waiting(machine.state) is None
    machine.jobs.take(order())
    asked = confirming.waiting(machine.state)
    assert asked == order()
    confirming.confirm(machine.state, asked)
    assert confirming.waiting(machine.state) is None


def test_an_order_of_another_kind_waits_for_nobody(machine):
    machine.jobs.take(job())
    assert confirming.waiting(machine.state) is None


def test_a_token_is_in_no_line_of_the_process_apart(machine):
    lines = [planned().to_bytes(), news(10).to_bytes()]
    assert all(TOKEN not in json.dumps(json.loads(line)) for line in lines)
