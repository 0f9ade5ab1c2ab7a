"""The agent’s own service and the server, over real HTTP: what each says, both know."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
import shutil
import threading
import time
import uuid
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from agent import wire
from agent.__main__ import main
from agent.client import Client, Refused
from agent.clock import signed_now
from agent.collect import Around
from agent.identity import Identity, load
from agent.leaving import write
from agent.place import place_of
from agent.resident import Over, Resident
from agent.run import Ran
from agent.sending import Outcome, Stop
from agent.session import Session
from agent.transport import OverHttp
from agent.work import Worker
from provisioning import actions
from provisioning.actions import Brought
from provisioning.exports import Carried, carry_in
from provisioning.models import Agent, Job, JobKind, JobState, Report
from tests.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


class Machine:
    """A machine made of an empty tree, in service at a server that is real."""

    def __init__(self, folder: Path, address: str, world: World) -> None:
        _row, code = actions.create_join_code(site=world.site, by=world.technician)
        self.state = folder / "state"
        words = ["--state", str(self.state), "enrol", code, "--server", address]
        assert main([*words, "--config", str(folder / "none.toml")]) == 0
        self.agent = Agent.objects.get(uuid=load(self.state).agent_id)
        self.live_in(folder)

    def live_in(self, folder: Path) -> None:
        """Start on the hardware that this folder stands for."""
        self.state = folder / "state"
        self.known: Identity = load(self.state)
        boot_id = folder / "proc/sys/kernel/random/boot_id"
        boot_id.parent.mkdir(parents=True)
        boot_id.write_text(f"{uuid.uuid4()}\n")
        self.around = Around(root=folder, run=lambda argv, _seconds: Ran(tuple(argv)))
        self.said: list[Outcome] = []
        self.start()

    def start(self) -> None:
        self.ended = threading.Event()
        self.place = place_of(self.state, self.known, self.around)
        self.session = Session(
            Client(self.known.server.address, OverHttp(self.known.server)),
            self.known,
            lambda _known: None,
            lambda: self.known,
        )
        self.worker = Worker(self.around, self.place.spool, self.place.jobs, lambda: 0)
        self.resident = Resident(
            self.session,
            self.place,
            self.worker,
            random=random.random,
            monotonic=time.monotonic,
            wait=lambda _seconds: None,
            wake=self.ended.set,
            say=self.said.append,
        )

    def work_off(self) -> None:
        """Take the job that waits, end it, and tell of it."""
        self.resident.turn()
        self.work_on()
        self.resident.turn()

    def report(self) -> None:
        job = wire.Job(
            job_id=uuid.uuid4(), kind=wire.Work.REPORT, agent_id=self.known.agent_id
        )
        self.worker(job, lambda *_told: None, lambda: False)

    def work_on(self) -> None:
        assert self.ended.wait(30)
        self.resident.close()


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(tmp_path: Path, live_server: LiveServer, world: World) -> Machine:
    return Machine(tmp_path, live_server.url, world)


def ask(machine: Machine, world: World) -> Job:
    return actions.ask_job(
        agent=machine.agent, kind=JobKind.REPORT, by=world.technician
    )


def test_a_job_that_is_asked_for_is_done_and_its_report_kept(
    machine: Machine, world: World
) -> None:
    job = ask(machine, world)
    machine.work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Report.objects.filter(agent=machine.agent).count() == 1
    assert machine.place.diary.waiting() == []


def test_tests_that_are_asked_for_come_back_as_one_report(
    machine: Machine, world: World
) -> None:
    job = actions.ask_job(
        agent=machine.agent,
        kind=JobKind.TESTS,
        tests=(wire.Check.CLOCK,),
        by=world.technician,
    )
    machine.work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Report.objects.get(agent=machine.agent).kind == wire.Kind.TESTS


def test_a_job_cut_short_by_a_restart_is_ended_once(
    machine: Machine, world: World
) -> None:
    job = ask(machine, world)
    answer = machine.session.assignment("")
    assert answer
    assert answer[0].job
    machine.place.jobs.take(answer[0].job)
    machine.start()
    machine.work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Report.objects.filter(agent=machine.agent).count() == 1


def test_a_job_cancelled_by_a_person_is_not_begun(
    machine: Machine, world: World
) -> None:
    job = ask(machine, world)
    actions.cancel_job(job=job, by=world.technician)
    machine.resident.turn()
    machine.resident.turn()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not Report.objects.filter(agent=machine.agent).exists()


def test_nothing_new_costs_an_empty_answer(machine: Machine) -> None:
    assignment = machine.session.assignment("")
    assert assignment
    assert machine.session.assignment(assignment[1]) is None


def test_a_renewed_credential_ends_the_former_one(machine: Machine) -> None:
    client = Client(machine.known.server.address, OverHttp(machine.known.server))
    former = machine.known.token
    fresh = client.rotate(former)
    assert client.assignment(former)
    assert client.assignment(fresh)
    with pytest.raises(Refused, match="token_invalid"):
        client.assignment(former)


def test_a_dead_clock_is_set_by_this_server_s_signed_time(machine: Machine) -> None:
    key = machine.known.server_key
    assert key
    client = Client(machine.known.server.address, OverHttp(machine.known.server))
    assert abs(signed_now(client, key) - timezone.now()) < dt.timedelta(minutes=1)


def test_a_copied_disk_is_told_from_its_original_and_stops(
    machine: Machine, tmp_path: Path
) -> None:
    """Neither shows a mark of its hardware; the other has reported meanwhile."""
    copy = tmp_path / "copy"
    shutil.copytree(machine.state, copy / "state")
    machine.report()
    machine.resident.turn()
    machine.live_in(copy)
    machine.report()
    with pytest.raises(Over) as over:
        machine.resident.turn()
    assert over.value.outcome
    assert over.value.outcome.stop is Stop.CLONE
    assert Report.objects.filter(agent=machine.agent).count() == 1
    assert len(machine.place.spool.waiting()) == 1


def test_a_machine_that_forgot_its_chain_goes_on_where_it_stood(
    machine: Machine, tmp_path: Path
) -> None:
    """Its disk lost one file, and it was started again."""
    firmware = tmp_path / "sys/class/dmi/id"
    firmware.mkdir(parents=True)
    (firmware / "board_serial").write_text("L1HF000001\n")
    machine.report()
    machine.resident.turn()
    (machine.state / "spool/chain.json").unlink()
    (tmp_path / "proc/sys/kernel/random/boot_id").write_text(f"{uuid.uuid4()}\n")
    machine.start()
    machine.report()
    machine.resident.turn()
    assert list(Report.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]
    assert machine.place.spool.waiting() == []
    assert Agent.objects.get().clone_suspected_at is None


def test_a_report_said_again_is_kept_once(machine: Machine) -> None:
    machine.report()
    (sealed,) = machine.place.spool.envelopes(1)
    first, again = (machine.session.report(sealed) for _ in range(2))
    assert again.report_id == first.report_id
    assert again.received_at == first.received_at
    assert Report.objects.filter(agent=machine.agent).count() == 1


def test_a_report_under_another_machine_s_key_is_refused_and_kept_here(
    machine: Machine,
) -> None:
    machine.known = dataclasses.replace(machine.known, private_key=bytes(32))
    machine.start()
    machine.report()
    with pytest.raises(Over, match="signature_invalid"):
        machine.resident.turn()
    assert not Report.objects.filter(agent=machine.agent).exists()
    assert len(machine.place.spool.waiting()) == 1


def test_reports_carried_by_hand_are_kept_once(
    machine: Machine, world: World, tmp_path: Path
) -> None:
    """Two travel on a stick, and the network comes back before it arrives."""
    machine.report()
    machine.report()
    sealed = machine.place.spool.envelopes(10)
    write(tmp_path / "stick.zip", sealed)
    machine.session.report(sealed[0])
    machines, carried = Agent.objects.visible_to(world.lead), Carried()
    with (tmp_path / "stick.zip").open("rb") as file:
        carry_in(file, machines, carried, Brought(None, world.lead))
    assert (carried.kept_count, carried.known, carried.refused) == (1, 1, [])
    machine.resident.turn()
    assert Report.objects.filter(agent=machine.agent).count() == 2
    assert machine.place.spool.waiting() == []


def test_a_machine_waits_for_approval_and_then_works(
    tmp_path: Path, live_server: LiveServer, world: World
) -> None:
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    machine = Machine(tmp_path, live_server.url, world)
    machine.place.diary.note("clock", wire.Stage.DONE)
    machine.resident.turn()
    assert len(machine.place.diary.waiting()) == 1
    actions.approve_agent(agent=machine.agent, by=world.lead)
    job = ask(machine, world)
    machine.work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert machine.place.diary.waiting() == []


def test_a_revoked_machine_stops_and_keeps_its_report(
    machine: Machine, world: World
) -> None:
    ask(machine, world)
    machine.resident.turn()
    machine.work_on()
    actions.revoke_agent(agent=machine.agent, by=world.lead)
    with pytest.raises(Over) as over:
        machine.resident.turn()
    assert over.value.outcome
    assert over.value.outcome.stop is Stop.ENROL_AGAIN
    assert len(machine.place.spool.waiting()) == 1
