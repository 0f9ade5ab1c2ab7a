"""What machines ask while they are there: their work, a new credential, the time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from agent import wire
from inventory.states import DeviceStatus
from provisioning import actions
from provisioning.api.assignment import MODES
from provisioning.models import Agent, Job, JobKind, JobState
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
NONCE = "n" * 32


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    fake = FakeMachine()
    fake.join(world, world.technician)
    return fake


def ask(client: Client, machine: FakeMachine, etag: str = "") -> Any:
    headers = {"authorization": f"Bearer {machine.token}"}
    if etag:
        headers["if-none-match"] = etag
    return client.get(wire.ASSIGNMENT_PATH, headers=headers)


def assigned(client: Client, machine: FakeMachine) -> wire.Assignment:
    answer = ask(client, machine)
    assert answer.status_code == 200
    return wire.Assignment.from_bytes(answer.content)


def post(client: Client, machine: FakeMachine, path: str, body: bytes = b"{}") -> Any:
    bearer = {"authorization": f"Bearer {machine.token}"}
    return client.post(path, body, content_type="application/json", headers=bearer)


def code_of(answer: Any) -> str:
    problem = wire.Problem.from_bytes(answer.content)
    assert answer.status_code == wire.STATUS[problem.code]
    return problem.code.value


# ------------------------------------------------------------------ assignment


def test_a_machine_on_the_bench_is_told_to_ask_again_soon(
    client: Client, machine: FakeMachine
) -> None:
    told = assigned(client, machine)
    assert (told.mode, told.poll_seconds, told.job) == (wire.Mode.BENCH, 5, None)


def test_nothing_new_is_said_in_no_words_and_one_statement(
    client: Client, machine: FakeMachine
) -> None:
    etag = ask(client, machine).headers["ETag"]
    with CaptureQueriesContext(connection) as asked:
        answer = ask(client, machine, etag)
    assert (answer.status_code, answer.content) == (304, b"")
    assert len(asked) == 1


def test_a_job_is_told_once_it_is_asked_for(
    client: Client, world: World, machine: FakeMachine
) -> None:
    etag = ask(client, machine).headers["ETag"]
    assert machine.agent
    job = actions.ask_job(agent=machine.agent, kind=JobKind.TESTS, by=world.technician)
    answer = ask(client, machine, etag)
    told = wire.Assignment.from_bytes(answer.content).job
    assert told
    assert (told.job_id, told.kind) == (job.uuid, wire.Work.TESTS)
    assert told.agent_id == machine.agent.uuid


def test_a_job_names_the_device_that_was_meant(client: Client, world: World) -> None:
    meant, other, machine = world.receive(), world.receive(), FakeMachine()
    agent = machine.join(world, world.technician, meant)
    actions.ask_job(agent=agent, kind=JobKind.TESTS, by=world.technician)
    actions.unbind_agent(agent=agent, by=world.technician)
    actions.bind_agent(agent=agent, device=other, by=world.technician)
    told = assigned(client, machine)
    assert told.device == other.tag
    assert told.job
    assert told.job.device == meant.tag


def test_a_job_that_is_over_is_told_no_more(
    client: Client, world: World, machine: FakeMachine
) -> None:
    assert machine.agent
    job = actions.ask_job(agent=machine.agent, kind=JobKind.REPORT, by=world.technician)
    assert assigned(client, machine).job
    actions.cancel_job(job=job, by=world.technician)
    assert assigned(client, machine).job is None


def test_a_sign_of_life_is_written_once_a_minute(
    client: Client, machine: FakeMachine
) -> None:
    ask(client, machine)
    first = Agent.objects.get().last_contact_at
    ask(client, machine)
    assert Agent.objects.get().last_contact_at == first
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=61)):
        ask(client, machine)
    assert Agent.objects.get().last_contact_at != first


def test_a_machine_that_waits_for_a_person_has_no_work(
    client: Client, world: World
) -> None:
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    machine = FakeMachine()
    machine.join(world, world.technician)
    told = assigned(client, machine)
    assert (told.approved, told.poll_seconds) == (False, 30)
    events = wire.Events(events=()).to_bytes()
    assert code_of(post(client, machine, wire.EVENTS_PATH, events)) == "not_approved"


def test_the_machine_of_a_device_knows_its_tag(client: Client, world: World) -> None:
    device, machine = world.receive(), FakeMachine()
    machine.join(world, world.technician, device)
    assert assigned(client, machine).device == device.tag


def test_every_way_out_says_what_the_machine_is_there_for() -> None:
    assert MODES[DeviceStatus.ON_LOAN] is wire.Mode.LOAN
    assert MODES[DeviceStatus.WRITTEN_OFF] is wire.Mode.RETIRED
    assert DeviceStatus.READY not in MODES


# ------------------------------------------------------------------ events


def test_events_are_taken_and_say_what_to_give_up(
    client: Client, world: World, machine: FakeMachine
) -> None:
    assert machine.agent
    job = actions.ask_job(agent=machine.agent, kind=JobKind.TESTS, by=world.technician)
    event = wire.Event(
        seq=1,
        job_id=job.uuid,
        step="memory",
        state=wire.Stage.PROGRESS,
        percent=30,
        at=timezone.now(),
        monotonic_ms=1,
    )
    body = wire.Events(events=(event,)).to_bytes()
    answer = post(client, machine, wire.EVENTS_PATH, body)
    assert answer.status_code == 202
    assert wire.EventsReply.from_bytes(answer.content).last_seq == 1
    actions.cancel_job(job=Job.objects.get(), by=world.technician)
    again = post(client, machine, wire.EVENTS_PATH, body)
    assert wire.EventsReply.from_bytes(again.content).cancelled == (job.uuid,)


def test_more_events_than_a_batch_holds_are_malformed(
    client: Client, world: World, machine: FakeMachine
) -> None:
    assert machine.agent
    actions.ask_job(agent=machine.agent, kind=JobKind.TESTS, by=world.technician)
    raw = '{"seq":1,"step":"x","state":"done","at":"2026-01-01T00:00:00Z","monotonic_ms":1}'
    body = f'{{"events":[{",".join([raw] * 201)}]}}'.encode()
    assert code_of(post(client, machine, wire.EVENTS_PATH, body)) == "malformed"
    assert Job.objects.get().state == JobState.WAITING


# ------------------------------------------------------------------ the credential


def test_the_old_credential_ends_when_the_new_one_is_used(
    client: Client, machine: FakeMachine
) -> None:
    answer = post(client, machine, wire.ROTATE_PATH)
    fresh = wire.Rotated.from_bytes(answer.content).token
    assert ask(client, machine).status_code == 200
    old, machine.token = machine.token, fresh
    assert ask(client, machine).status_code == 200
    machine.token = old
    assert code_of(ask(client, machine)) == "token_invalid"


def test_a_rotation_whose_answer_was_lost_is_asked_again(
    client: Client, machine: FakeMachine
) -> None:
    lost = wire.Rotated.from_bytes(post(client, machine, wire.ROTATE_PATH).content)
    found = wire.Rotated.from_bytes(post(client, machine, wire.ROTATE_PATH).content)
    machine.token = lost.token
    assert code_of(ask(client, machine)) == "token_invalid"
    machine.token = found.token
    assert ask(client, machine).status_code == 200


def test_a_revoked_machine_rotates_nothing(
    client: Client, world: World, machine: FakeMachine
) -> None:
    assert machine.agent
    actions.revoke_agent(agent=machine.agent, by=world.lead)
    assert code_of(post(client, machine, wire.ROTATE_PATH)) == "agent_revoked"
    assert Agent.objects.get().next_token_sha256 is None


def test_an_adopted_credential_is_adopted_once(machine: FakeMachine) -> None:
    assert machine.agent
    before = Agent.objects.values().get()
    actions.adopt_token(agent=machine.agent, digest="0" * 64)
    assert Agent.objects.values().get() == before


# ------------------------------------------------------------------ the server itself


def test_the_time_is_signed_with_the_key_that_was_given_at_the_door(
    client: Client, world: World
) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    asked = FakeMachine().enrol_request(code).to_bytes()
    joined = client.post(wire.ENROL_PATH, asked, content_type="application/json")
    known = wire.EnrolReply.from_bytes(joined.content).server_key
    assert known
    answer = client.get(wire.TIME_PATH, {"nonce": NONCE})
    time = wire.Time.from_bytes(answer.content)
    assert time.signature
    Ed25519PublicKey.from_public_bytes(known).verify(time.signature, time.signed)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(known).verify(time.signature, b"later")


def test_a_machine_that_has_to_wait_is_told_so_at_the_door(
    client: Client, world: World
) -> None:
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    asked = FakeMachine().enrol_request(code).to_bytes()
    for _turn in range(2):
        answer = client.post(wire.ENROL_PATH, asked, content_type="application/json")
        assert answer.status_code == 202
        assert wire.EnrolReply.from_bytes(answer.content).pending


def test_an_agent_that_is_too_old_is_told_to_be_updated(
    client: Client, machine: FakeMachine, settings: Settings
) -> None:
    settings.AGENT_OLDEST_VERSION = "0.10"
    body = machine.seal(machine.report(drive())).to_bytes()
    for program, wanted in [("rebond-agent/0.9.9", 426), ("rebond-agent/0.10.0", 201)]:
        answer = client.post(
            wire.REPORTS_PATH,
            body,
            content_type="application/json",
            headers={
                "authorization": f"Bearer {machine.token}",
                "user-agent": program,
            },
        )
        assert answer.status_code == wanted
        if wanted == 426:
            assert code_of(answer) == "upgrade_required"


def test_the_authority_is_handed_out_where_there_is_one(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    assert code_of(client.get(wire.AUTHORITY_PATH)) == "not_found"
    pem = tmp_path / "ca.pem"
    pem.write_bytes(b"-----BEGIN CERTIFICATE-----\n")
    settings.AGENT_AUTHORITY_FILE = str(pem)
    assert client.get(wire.AUTHORITY_PATH).content == pem.read_bytes()
