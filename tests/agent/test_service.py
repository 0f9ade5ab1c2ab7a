"""The resident service as a process: stopped, killed, started twice, clocks off."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest

from agent import identity, lent, wire
from agent.__main__ import main
from agent.collect import Around
from agent.jobs import Jobs
from agent.provision.room import Room
from agent.service import AGAIN_SECONDS, FirstReport
from agent.tell import Exit
from agent.work import End
from tests import needs
from tests.agent.authority import Authority
from tests.agent.server import CODE, HANG_UP, Reply, problem
from tests.agent.test_itself import KNOWN
from tests.agent.test_marks import LAPTOP, OTHER

ROOT = Path(__file__).resolve().parents[2]
FAKETIME = shutil.which("faketime")


class Service:
    """An enrolled machine whose service is started and ended as a process."""

    def __init__(self, state, server):
        self.state = state
        self.server = server
        self.heard = threading.Condition()
        self.wrap()

    def wrap(self):
        """Wake whoever waits with every answer of the server."""
        reply = self.server._true_reply

        def noted(*words):
            answer = reply(*words)
            with self.heard:
                self.heard.notify_all()
            return answer

        self.server._true_reply = noted

    def enrol(self, *words):
        said = self.once("enrol", CODE, "--server", self.server.address, *words)
        assert said.returncode == Exit.DONE, said.stderr
        (self.agent_id,) = self.server.agents.values()

    def command(self, *words):
        return [sys.executable, "-m", "agent", "--state", str(self.state), *words]

    def once(self, *words, before=()):
        return subprocess.run(
            [*before, *self.command(*words)],
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @contextlib.contextmanager
    def running(self, *words):
        with subprocess.Popen(
            self.command("run", *words),
            cwd=ROOT,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def assign(self, rev="1", job=None, **changes):
        kept = {"mode": wire.Mode.BENCH, "poll_seconds": 1, **changes}
        self.server.assignment = wire.Assignment(rev=rev, job=job, **kept)

    def job(self, number=1, kind=wire.Work.REPORT, **changes):
        return wire.Job(
            job_id=uuid.UUID(int=number), kind=kind, agent_id=self.agent_id, **changes
        )

    def until(self, is_so):
        with self.heard:
            assert self.heard.wait_for(is_so, 60)

    def states(self):
        return [event.state.value for event in self.server.events]


@pytest.fixture
def service(tmp_path, server):
    return Service(tmp_path / "state", server)


def ended(process):
    said, _ = process.communicate(timeout=60)
    return process.returncode, said


def test_it_reports_once_per_start_of_the_machine_and_stops_when_told(service, server):
    service.enrol()
    service.assign()
    for _ in range(2):
        before = len(server.asked)
        with service.running() as process:
            service.until(lambda seen=before: len(server.asked) > seen + 1)
            process.send_signal(signal.SIGTERM)
            code, said = ended(process)
        assert code == Exit.DONE, said
    assert len(server.kept) == 1


class Looks:
    """What comes of each look, and a clock that a test moves."""

    def __init__(self, *ends):
        self.left = list(ends)
        self.now = 0.0

    def report(self, state):
        return FirstReport(
            state,
            KNOWN,
            Around(),
            look=lambda _state, _stopped: self.left.pop(0),
            monotonic=lambda: self.now,
        )


FAILED, DONE = End(wire.Stage.FAILED, "dmidecode"), End(wire.Stage.DONE)


def test_a_first_report_that_failed_is_made_in_a_later_turn(tmp_path, capsys):
    looks = Looks(FAILED, DONE)
    report = looks.report(tmp_path)
    report.make()
    report.make()
    assert (looks.left, "dmidecode" in capsys.readouterr().err) == ([DONE], True)
    assert not (tmp_path / "reported").exists()
    looks.now += AGAIN_SECONDS
    report.make()
    report.make()
    assert looks.left == []


def test_a_first_report_is_made_once_per_start(tmp_path):
    Looks(DONE).report(tmp_path).make()
    looks = Looks()
    looks.report(tmp_path).make()
    assert (tmp_path / "reported").read_text().startswith(str(KNOWN.agent_id))


def test_a_machine_that_starts_in_somebody_s_home_looks_at_nothing(tmp_path):
    lent.note(tmp_path, wire.Mode.LOAN)
    looks = Looks()
    looks.report(tmp_path).make()
    assert not (tmp_path / "reported").exists()
    lent.note(tmp_path, wire.Mode.RETURN)
    back = Looks(DONE)
    back.report(tmp_path).make()
    assert back.left == []


def test_what_a_machine_is_there_for_is_known_at_its_next_start(service, server):
    service.enrol()
    service.assign(mode=wire.Mode.LOAN)
    with service.running():
        service.until(lambda: lent.is_lent(service.state))
    server.kept.clear()
    (service.state / "reported").unlink(missing_ok=True)
    seen = len(server.asked)
    with service.running():
        service.until(lambda: len(server.asked) > seen + 1)
    assert server.kept == {}


def test_a_machine_that_came_back_forgets_itself_once_all_is_told(service, server):
    service.enrol()
    room = Room(service.state)
    room.folder.mkdir()
    room.forget_me.touch()
    service.assign(job=service.job())
    with service.running() as process:
        code, said = ended(process)
    assert code == Exit.DONE, said
    assert not (service.state / identity.IDENTITY).exists()
    assert not room.folder.exists()
    assert server.kept


def test_the_device_that_the_server_names_is_there_for_the_screen(service, server):
    service.enrol()
    service.assign(device="PC000042X", job=service.job())
    with service.running():
        service.until(lambda: "done" in service.states())
    assert (service.state / identity.DEVICE).read_text() == "PC000042X"


def test_a_job_is_done_by_the_running_service(service, server):
    service.enrol()
    service.assign(job=service.job())
    with service.running():
        service.until(lambda: "done" in service.states())
    assert len(server.kept) == 2
    assert service.states()[0] == "taken"


def test_a_service_killed_in_the_middle_of_a_job_ends_it_after_its_start(
    service, server
):
    service.enrol()
    service.assign()
    with service.running():
        service.until(lambda: wire.ASSIGNMENT_PATH in dict(map(reversed, server.asked)))
    tests = wire.JobArgs(tests=(wire.Check.CPU_LOAD, wire.Check.CLOCK), language="en")
    service.assign(rev="2", job=service.job(kind=wire.Work.TESTS, args=tests))
    with service.running() as process:
        service.until(lambda: "progress" in service.states())
        process.kill()
    assert Jobs(service.state / "jobs.json").book.trying is wire.Check.CPU_LOAD
    with service.running():
        service.until(lambda: "done" in service.states())
    assert service.states().count("taken") == 1
    assert "started" in service.states()
    *_, last = server.kept.values()
    results = {test.name: test.result for test in last.report().tests}
    assert results[wire.Check.CPU_LOAD] is wire.Result.UNKNOWN
    assert len(results) == 2


def test_a_service_killed_in_the_middle_of_sending_loses_and_doubles_nothing(
    service, server
):
    service.enrol()
    service.assign()
    started: list[subprocess.Popen[str]] = []
    is_started = threading.Event()

    def kill(_kept: Reply) -> Reply:
        assert is_started.wait(30)
        started[0].kill()
        started[0].wait(30)
        return HANG_UP

    server.script = [kill]
    with service.running() as process:
        started.append(process)
        is_started.set()
        assert ended(process)[0] == -signal.SIGKILL
    with service.running():
        service.until(lambda: not list((service.state / "spool/waiting").iterdir()))
    assert len(server.kept) == 1


def test_a_machine_enrolled_anew_while_it_serves_goes_on_as_who_it_is_now(
    service, server
):
    service.enrol()
    service.assign()
    with service.running() as process:
        service.until(lambda: len(server.kept) == 1)
        again = service.once("enrol", CODE, "--server", server.address)
        assert again.returncode == Exit.DONE
        anew = identity.load(service.state).agent_id
        service.until(lambda: anew in {each.agent_id for each in server.kept.values()})
        process.send_signal(signal.SIGTERM)
        assert ended(process)[0] == Exit.DONE
    assert len(server.kept) == 2


def test_a_second_service_on_one_machine_says_so_and_ends(service, server):
    service.enrol()
    service.assign()
    with service.running():
        service.until(lambda: len(server.asked) > 3)
        second = service.once("run")
    assert second.returncode == Exit.LOCAL
    assert "already running" in second.stderr


@pytest.mark.parametrize(
    "code", [wire.Code.AGENT_REVOKED, wire.Code.CLONE_SUSPECTED], ids=str
)
def test_a_machine_that_is_no_longer_accepted_stops_and_keeps_its_reports(
    service, server, code
):
    service.enrol()
    server.script = [problem(code)]
    ran = service.once("run")
    assert ran.returncode == Exit.ENROL_AGAIN
    assert code.value in ran.stderr
    assert "Nothing is lost" in ran.stderr
    assert len(list((service.state / "spool/waiting").iterdir())) == 1


def test_a_retired_machine_ends_well(service):
    service.enrol()
    service.assign(mode=wire.Mode.RETIRED)
    ran = service.once("run")
    assert ran.returncode == Exit.DONE
    assert "retired" in ran.stdout


def test_a_machine_that_never_enrolled_is_told_what_to_do(service):
    ran = service.once("run")
    assert ran.returncode == Exit.NOT_ENROLLED


@pytest.mark.parametrize("command", ["run", "report"])
def test_the_disk_of_another_machine_enrols_anew(
    service, server, command, monkeypatch, capsys
):
    service.enrol()
    known = identity.load(service.state)
    identity.keep(service.state, dataclasses.replace(known, marks=LAPTOP))
    monkeypatch.setattr("agent.marks.look", lambda _around: OTHER)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    code = main(["--state", str(service.state), command])
    assert code == Exit.ENROL_AGAIN
    assert "another machine" in capsys.readouterr().err
    assert server.kept == {}


@needs.programs("faketime")
@pytest.mark.parametrize("date", ["2009-01-01 00:03:00", "2004-02-29 12:00:00"])
def test_a_machine_years_back_enrols_and_reports_over_tls(tmp_path, date):
    """The whole agent in a process whose clock stands before every certificate."""
    authority = Authority()
    with authority.server(tmp_path) as server:
        service = Service(tmp_path / "state", server)
        ca = tmp_path / "ca.pem"
        ca.write_bytes(authority.pem)
        before = (FAKETIME, "-f", date)
        words = ("enrol", CODE, "--server", server.address, "--ca", str(ca))
        enrolled = service.once(*words, before=before)
        assert enrolled.returncode == Exit.DONE, enrolled.stderr
        assert "dates could not be" in enrolled.stderr
        assert "Warning" not in enrolled.stderr
        reported = service.once("report", before=before)
        assert reported.returncode == Exit.DONE, reported.stderr
        (kept,) = server.kept.values()
        assert abs(kept.report().taken_at.year - int(date[:4])) < 2
        assert "behind" in reported.stdout
