"""The service that stays, turn by turn, against a server that really listens."""

from __future__ import annotations

import threading
import uuid

import pytest

from agent import identity, wire
from agent.client import Client
from agent.diary import Diary
from agent.foreman import BEAT_SECONDS
from agent.identity import Identity
from agent.jobs import Jobs
from agent.place import Place
from agent.proofs import Stride
from agent.resident import Over, Resident
from agent.sending import Stop
from agent.session import Session
from agent.spool import Spool
from agent.transport import OverHttp
from agent.work import End
from tests.agent.samples import NOW, report
from tests.agent.server import HANG_UP, TOKEN, Reply, problem

KEY = bytes(range(32))
AGENT = uuid.UUID(int=1)
DEVICE = "PC004217W"


class Machine:
    """One machine in service, with a clock and a chance of the test's own."""

    def __init__(self, folder, server):
        self.folder = folder
        self.server = server
        self.said = []
        self.worked = []
        self.is_lent = False
        self.now = 1000.0
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.known = Identity(
            server=identity.Server(address=server.address),
            agent_id=AGENT,
            token=TOKEN,
            private_key=KEY,
            token_since=NOW,
        )
        server.agents[identity.public_key(KEY)] = AGENT
        self.start()

    def start(self, work=None):
        self.ended = threading.Event()
        self.place = Place(
            spool=Spool(self.folder / "spool", AGENT, self.known.seal),
            diary=Diary(
                self.folder / "events", uuid.UUID(int=5), lambda: NOW, lambda: 1000
            ),
            jobs=Jobs(self.folder / "jobs.json"),
        )
        client = Client(self.server.address, OverHttp(self.known.server))
        self.resident = Resident(
            Session(client, self.known, lambda _known: None, lambda: self.known),
            self.place,
            work or self.work,
            random=lambda: 0.5,
            monotonic=lambda: self.now,
            wait=lambda _seconds: None,
            wake=self.ended.set,
            say=self.said.append,
            is_lent=self.is_lent,
        )

    def work(self, job, progress, cancelled):
        self.worked.append(job.job_id.int)
        progress("step", 50, 10)
        self.begun.set()
        assert self.gate.wait(30)
        if cancelled():
            return End(wire.Stage.CANCELLED)
        self.add(job.job_id.int)
        return End(wire.Stage.DONE, "well done")

    def add(self, number):
        def write(link):
            return report(
                report_id=uuid.UUID(int=number),
                seq=link.seq,
                prev_sha256=link.prev_sha256,
            )

        self.place.spool.add(write)

    def assign(self, rev="1", job=None, **changes):
        self.server.assignment = wire.Assignment(
            **{
                "rev": rev,
                "mode": wire.Mode.BENCH,
                "device": DEVICE,
                "poll_seconds": 60,
                "job": job,
                **changes,
            }
        )

    def finish(self):
        """Let the work end, then hear of it in one more turn."""
        self.gate.set()
        assert self.ended.wait(30)
        self.resident.close()
        return self.resident.turn()

    def states(self):
        return [event.state.value for event in self.server.events]


def job(number=1, **changes):
    return wire.Job(
        **{
            "job_id": uuid.UUID(int=number),
            "kind": wire.Work.REPORT,
            "agent_id": AGENT,
            "device": DEVICE,
            **changes,
        }
    )


@pytest.fixture
def machine(tmp_path, server):
    return Machine(tmp_path, server)


def test_a_machine_that_nobody_wants_anything_of_rests(machine):
    machine.assign()
    assert machine.resident.turn() == 60
    assert machine.resident.turn() == 60
    assert [path for _, path in machine.server.asked] == [wire.ASSIGNMENT_PATH] * 2


def test_an_assignment_that_did_not_change_is_not_sent_again(machine, server):
    sent: list[int] = []

    def watched(reply: Reply) -> Reply:
        sent.append(reply.status)
        return reply

    server.script = [watched, watched]
    machine.assign()
    machine.resident.turn()
    machine.resident.turn()
    assert sent == [200, 304]


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 48), (0.5, 60), (1.0, 72)])
def test_machines_of_one_room_do_not_ask_in_the_same_second(machine, chance, seconds):
    machine.assign()
    machine.resident._random = lambda: chance
    assert machine.resident.turn() == pytest.approx(seconds)


def test_what_waits_is_told_before_anything_is_asked(machine, server):
    machine.assign()
    machine.add(7)
    machine.place.diary.note("clock", wire.Stage.DONE)
    machine.resident.turn()
    assert [path for _, path in server.asked] == [
        wire.REPORTS_PATH,
        wire.EVENTS_PATH,
        wire.ASSIGNMENT_PATH,
    ]
    assert machine.said[0].sent == 1


def test_a_job_is_done_and_its_end_told_after_its_report(machine, server):
    machine.assign(job=job())
    machine.resident.turn()
    machine.finish()
    assert machine.states() == ["taken", "progress", "done"]
    assert [each.int for each in server.kept] == [1]
    assert server.events[-1].message == "well done"
    asked = [path for _, path in server.asked]
    assert asked.index(wire.REPORTS_PATH) < len(asked) - 2


def test_a_job_is_done_once_whatever_is_asked_again(machine, server):
    machine.assign(job=job())
    machine.resident.turn()
    machine.finish()
    machine.assign(rev="2", job=job())
    machine.resident.turn()
    machine.start()
    machine.resident.turn()
    machine.resident.turn()
    assert machine.worked == [1]
    assert set(machine.states()[2:]) == {"done"}


@pytest.mark.parametrize("writer", ["jobs.end", "diary.note"])
def test_a_job_whose_end_the_disk_does_not_take_is_not_done_again(
    machine, monkeypatch, writer
):
    def no_space(*_words: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    machine.assign(job=job())
    machine.resident.turn()
    place, _, name = writer.partition(".")
    assert machine.ended.wait(30)
    monkeypatch.setattr(getattr(machine.place, place), name, no_space)
    machine.finish()
    machine.assign(rev="2", job=job(2))
    assert machine.resident.turn() == 5
    assert (machine.worked, "done" in machine.states()) == ([1], False)
    monkeypatch.undo()
    machine.resident.turn()
    assert machine.states().count("done") == 1
    assert machine.place.jobs.ended(uuid.UUID(int=1))


def test_one_job_at_a_time(machine):
    machine.gate.clear()
    machine.assign(job=job(1))
    machine.resident.turn()
    machine.assign(rev="2", job=job(2))
    machine.resident.turn()
    machine.finish()
    machine.ended.clear()
    machine.resident.turn()
    machine.finish()
    assert machine.worked == [1, 2]


def test_a_machine_at_work_asks_more_often(machine):
    machine.gate.clear()
    machine.assign(job=job(), poll_seconds=900)
    assert machine.resident.turn() == 5
    machine.finish()


def test_a_machine_at_work_is_heard_also_where_nothing_moves(machine, server):
    machine.gate.clear()
    machine.assign(job=job())
    machine.resident.turn()
    assert machine.begun.wait(30)
    machine.resident.turn()
    assert machine.states() == ["taken", "progress"]
    machine.resident.turn()
    assert machine.states() == ["taken", "progress"]
    machine.now += BEAT_SECONDS + 1
    machine.resident.turn()
    assert machine.states() == ["taken", "progress", "progress"]
    assert (server.events[-1].percent, server.events[-1].step) == (50, "step")
    machine.finish()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agent_id": uuid.UUID(int=2)}, "pour une autre machine"),
        ({"device": "PC000001A"}, "PC000001A"),
        ({"kind": wire.Work.UNKNOWN}, "ne connaît pas"),
    ],
    ids=["another agent", "another device", "unknown kind"],
)
def test_a_job_for_another_machine_is_refused_and_not_begun(
    machine, server, changes, said
):
    machine.assign(job=job(**changes))
    machine.resident.turn()
    machine.resident.turn()
    assert machine.worked == []
    assert machine.states() == ["refused"]
    assert said in server.events[0].message
    assert machine.place.jobs.book.open is None


def test_a_machine_bound_after_its_job_was_asked_does_it(machine):
    machine.assign(job=job(device=None))
    machine.resident.turn()
    machine.finish()
    assert machine.states()[-1] == "done"


def test_a_machine_that_is_not_approved_takes_no_job(machine):
    machine.assign(job=job(), approved=False)
    machine.resident.turn()
    assert machine.worked == []
    assert machine.place.jobs.book.ended == ()


def test_a_job_that_is_confirmed_meanwhile_is_confirmed_on_the_disk(machine):
    machine.gate.clear()
    machine.assign(job=job())
    machine.resident.turn()
    assert machine.begun.wait(30)
    args = wire.JobArgs(confirmed=True)
    machine.assign(rev="2", job=job(args=args))
    machine.resident.turn()
    kept = Jobs(machine.folder / "jobs.json").book.open
    assert kept
    assert kept.args.confirmed
    machine.finish()


def test_every_stride_of_a_drive_is_told(machine):
    stride = Stride(serial="FICTIF", done_bytes=5, total_bytes=10)

    def work(job, progress, cancelled):
        progress("overwrite", 50, 10, stride)
        progress("overwrite", 50, 10, stride)
        machine.begun.set()
        return End(wire.Stage.DONE)

    machine.start(work)
    machine.assign(job=job())
    machine.resident.turn()
    assert machine.begun.wait(30)
    machine.finish()
    told = [event.stride for event in machine.server.events if event.stride]
    assert told == [stride, stride]


def test_a_job_cancelled_before_it_was_taken_is_not_begun(machine):
    machine.assign(job=job(cancelled=True))
    machine.resident.turn()
    machine.resident.turn()
    assert (machine.worked, machine.states()) == ([], ["cancelled"])


@pytest.mark.parametrize("by", ["assignment", "events"])
def test_a_job_that_runs_is_given_up_when_nobody_wants_it(machine, server, by):
    machine.gate.clear()
    machine.assign(job=job())
    machine.resident.turn()
    if by == "assignment":
        machine.assign(rev="2", job=job(cancelled=True))
    else:
        server.cancelled = (job().job_id,)
    machine.resident.turn()
    machine.finish()
    assert machine.states()[-1] == "cancelled"
    assert server.kept == {}


def test_a_job_that_was_open_when_the_machine_stopped_is_taken_up(machine):
    machine.place.jobs.take(job())
    machine.start()
    assert machine.ended.wait(30)
    machine.assign()
    machine.resident.close()
    machine.resident.turn()
    assert machine.worked == [1]
    assert machine.states() == ["started", "progress", "done"]


def test_a_job_of_a_former_identity_is_not_taken_up(machine):
    machine.place.jobs.take(job(agent_id=uuid.UUID(int=2)))
    machine.start()
    machine.assign()
    machine.resident.turn()
    assert (machine.worked, machine.states()) == ([], [])
    assert machine.place.jobs.book.open is None


@pytest.mark.parametrize("bug", [OSError("disk gone"), wire.Malformed("a", "b")])
def test_work_that_fails_is_a_failed_job_and_nothing_else(machine, server, bug):
    def fail(*_words):
        raise bug

    machine.start(work=fail)
    machine.assign(job=job())
    machine.resident.turn()
    machine.finish()
    assert machine.states() == ["taken", "failed"]
    assert server.events[-1].message == str(bug)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_breaks_off_is_a_failed_job_too(machine, server):
    def break_off(*_words):
        raise ZeroDivisionError

    machine.start(work=break_off)
    machine.assign(job=job())
    machine.resident.turn()
    machine.finish()
    assert machine.states() == ["taken", "failed"]
    assert machine.resident.turn() == 60


def test_a_server_that_cannot_be_heard_is_left_alone_longer_and_longer(machine, server):
    machine.assign()
    server.script = [HANG_UP] * 4
    assert [machine.resident.turn() for _ in range(4)] == [2.5, 5, 10, 20]
    assert len(machine.said) == 1
    assert machine.resident.turn() == 60
    server.script = [HANG_UP]
    assert machine.resident.turn() == 2.5


def test_what_was_sent_before_the_trouble_is_said_once(machine, server):
    machine.assign()
    machine.add(7)
    machine.add(8)
    server.script = [lambda kept: kept, HANG_UP]
    machine.resident.turn()
    (said,) = machine.said
    assert (said.sent, said.stop) == (1, Stop.UNREACHABLE)


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (problem(wire.Code.THROTTLED, {"Retry-After": "600"}), 602.5),
        (problem(wire.Code.UNAVAILABLE, {"Retry-After": "40"}), 42.5),
        (problem(wire.Code.UPGRADE_REQUIRED), 2.5),
        (problem(wire.Code.SERVER_ERROR), 2.5),
        (problem(wire.Code.NOT_FOUND), 2.5),
        (Reply(410, b"", {}), 2.5),
        (Reply(200, b"<html>", {}), 2.5),
        (Reply(304, b"", {}), 2.5),
    ],
    ids=lambda reply: str(getattr(reply, "status", "")),
)
def test_a_refusal_that_may_pass_is_waited_out_with_everything_kept(
    machine, server, reply, seconds
):
    machine.assign()
    machine.place.diary.note("a", wire.Stage.DONE)
    server.script = [reply]
    assert machine.resident.turn() == seconds
    assert len(machine.place.diary.waiting()) == 1
    assert machine.said[-1].stop
    assert machine.resident.turn() == 60


def test_a_machine_that_waits_for_approval_asks_as_usual(machine, server):
    machine.assign(approved=False)
    machine.place.diary.note("clock", wire.Stage.DONE)
    server.script = [problem(wire.Code.NOT_APPROVED)] * 3
    assert machine.resident.turn() == 5
    assert machine.resident.turn() == 60
    assert len(machine.place.diary.waiting()) == 1


@pytest.mark.parametrize(
    ("code", "stop"),
    [
        (wire.Code.TOKEN_INVALID, Stop.ENROL_AGAIN),
        (wire.Code.AGENT_REVOKED, Stop.ENROL_AGAIN),
        (wire.Code.CLONE_SUSPECTED, Stop.CLONE),
    ],
)
def test_a_machine_that_is_not_accepted_any_more_stops_with_everything_kept(
    machine, server, code, stop
):
    machine.assign()
    machine.add(7)
    server.script = [problem(code)]
    with pytest.raises(Over) as over:
        machine.resident.turn()
    assert over.value.outcome
    assert over.value.outcome.stop is stop
    assert len(machine.place.spool.waiting()) == 1


def test_a_retired_machine_stops(machine):
    machine.assign(mode=wire.Mode.RETIRED, job=job())
    with pytest.raises(Over) as over:
        machine.resident.turn()
    assert over.value.outcome is None
    assert machine.worked == []


def test_a_machine_that_is_with_a_person_says_nothing_of_itself(machine, server):
    """It asks what it is there for, which is how it learns that it is back."""
    machine.is_lent = True
    machine.start()
    machine.add(7)
    machine.place.diary.note("provision", wire.Stage.DONE)
    machine.assign(mode=wire.Mode.LOAN)
    for _turn in range(3):
        machine.resident.turn()
    assert (machine.worked, server.kept, server.events) == ([], {}, [])
    assert {path for _method, path in server.asked} == {wire.ASSIGNMENT_PATH}
    assert len(machine.place.spool.waiting()) == 1


def test_a_machine_that_is_with_a_person_refuses_a_job_and_says_only_that(
    machine, server
):
    machine.is_lent = True
    machine.start()
    machine.add(7)
    machine.place.diary.note("provision", wire.Stage.DONE)
    args = wire.JobArgs(language="fr")
    machine.assign(mode=wire.Mode.LOAN, job=job(args=args))
    for _turn in range(3):
        machine.resident.turn()
    assert (machine.worked, server.kept) == ([], {})
    (said,) = server.events
    assert (said.step, said.state) == ("lent", wire.Stage.REFUSED)
    assert said.message.startswith("Cette machine est chez une personne")
    assert said.job_id == uuid.UUID(int=1)
    assert len(machine.place.spool.waiting()) == 1


def test_a_refusal_that_no_one_heard_is_said_again_with_its_code(machine, server):
    machine.is_lent = True
    machine.start()
    machine.assign(mode=wire.Mode.LOAN, job=job())
    server.script = [lambda kept: kept, HANG_UP]
    machine.resident.turn()
    assert server.events == []
    machine.resident.turn()
    assert {event.step for event in server.events} == {"lent"}


def test_a_machine_that_is_lent_while_it_runs_falls_silent(machine, server):
    machine.assign(mode=wire.Mode.LOAN)
    machine.resident.turn()
    machine.add(7)
    machine.resident.turn()
    assert server.kept == {}


def test_what_waited_while_it_was_lent_is_said_when_it_is_back(machine, server):
    machine.is_lent = True
    machine.start()
    machine.add(7)
    machine.assign(rev="2", mode=wire.Mode.RETURN)
    machine.resident.turn()
    machine.resident.turn()
    assert len(server.kept) == 1


def test_events_are_given_up_before_any_report_where_the_disk_fills(
    machine, monkeypatch
):
    monkeypatch.setattr("agent.resident.MOST_BYTES", 8192)
    machine.folder = machine.folder / "small"
    machine.folder.mkdir()
    spool = Spool(machine.folder, AGENT, machine.known.seal)
    diary = Diary(machine.folder / "events", None, lambda: NOW, lambda: 1)
    machine.place = Place(spool=spool, diary=diary, jobs=machine.place.jobs)
    machine.resident._place = machine.place
    for number in range(3):
        machine.add(number)
        diary.note("a", wire.Stage.DONE)
    machine.server.script = [HANG_UP]
    machine.resident.turn()
    assert len(spool.waiting()) == 3
    assert diary.waiting() == []
    assert machine.said[0].dropped_events == 3
