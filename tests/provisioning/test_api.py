"""The agents' three addresses, over HTTP as an agent meets them."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from agent import wire
from provisioning import actions
from provisioning.api import enrolment as api
from provisioning.models import Agent, Report
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    fake = FakeMachine()
    fake.join(world, world.technician)
    return fake


def post(client: Client, path: str, body: bytes, **headers: str) -> Any:
    return client.post(path, body, content_type="application/json", headers=headers)


def send(client: Client, machine: FakeMachine, body: bytes) -> Any:
    token = f"Bearer {machine.token}"
    return post(client, wire.REPORTS_PATH, body, authorization=token)


def sealed(sender: FakeMachine, **fields: object) -> bytes:
    return sender.seal(sender.report(drive(), **fields)).to_bytes()


def code_of(response: Any) -> str:
    assert response.headers["Content-Type"].startswith("application/problem+json")
    problem = wire.Problem.from_bytes(response.content)
    assert response.status_code == wire.STATUS[problem.code]
    return problem.code.value


def test_a_machine_enrols_and_reports(client: Client, world: World) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    machine = FakeMachine()
    asked = machine.enrol_request(code).to_bytes()
    answer = post(client, wire.ENROL_PATH, asked)
    reply = wire.EnrolReply.from_bytes(answer.content)
    assert answer.status_code == 201
    machine.agent, machine.token = Agent.objects.get(uuid=reply.agent_id), reply.token
    answer = send(client, machine, sealed(machine))
    assert answer.status_code == 201
    assert wire.ReportReply.from_bytes(answer.content).next_seq == 2


def test_an_enrolment_without_proof_is_malformed(client: Client) -> None:
    asked = FakeMachine().enrol_request("K7QM3XPA").to_json()
    del asked["proof"]
    answer = post(client, wire.ENROL_PATH, json.dumps(asked).encode())
    assert code_of(answer) == "malformed"
    assert answer.json()["where"] == "proof"


@pytest.mark.parametrize("key", [bytes(32), b"\xff" * 32])
def test_a_key_that_nobody_can_hold_proves_nothing(client: Client, key: bytes) -> None:
    asked = FakeMachine().enrol_request("K7QM3XPA")
    nobody_s = dataclasses.replace(asked, public_key=key)
    answer = post(client, wire.ENROL_PATH, nobody_s.to_bytes())
    assert code_of(answer) == "signature_invalid"
    assert not Agent.objects.exists()


def test_the_same_report_twice_is_answered_200(
    client: Client, machine: FakeMachine
) -> None:
    body = sealed(machine)
    assert send(client, machine, body).status_code == 201
    assert send(client, machine, body).status_code == 200
    assert Report.objects.count() == 1


def test_no_credential_and_a_wrong_one_are_refused(
    client: Client, machine: FakeMachine
) -> None:
    assert code_of(post(client, wire.REPORTS_PATH, sealed(machine))) == "token_invalid"
    machine.token = "rbd_" + "x" * 43
    assert code_of(send(client, machine, sealed(machine))) == "token_invalid"
    assert not Report.objects.exists()


def test_a_person_s_session_is_not_an_agent(
    client: Client, world: World, machine: FakeMachine
) -> None:
    client.force_login(world.technician)
    assert code_of(post(client, wire.REPORTS_PATH, sealed(machine))) == "token_invalid"


def test_an_agent_s_credential_opens_nothing_else(
    client: Client, machine: FakeMachine
) -> None:
    token = f"Bearer {machine.token}"
    answer = client.get("/api/v1/devices/", headers={"authorization": token})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"agent_id": 1, "agent_id": 2}',
        b'{"payload": "e30="}',
        b"[" * 100_000,
        b'{"agent_id": NaN}',
    ],
)
def test_what_is_not_an_envelope_is_malformed(
    client: Client, machine: FakeMachine, body: bytes
) -> None:
    assert code_of(send(client, machine, body)) == "malformed"
    assert not Report.objects.exists()


def test_a_malformed_report_names_its_field(
    client: Client, machine: FakeMachine
) -> None:
    report = machine.report(drive()).to_json()
    report["drives"][0]["size_bytes"] = -1
    payload = json.dumps(report).encode()
    assert machine.agent is not None
    envelope = wire.Envelope(
        agent_id=machine.agent.uuid,
        payload=payload,
        signature=machine.key.sign(payload),
    )
    answer = send(client, machine, envelope.to_bytes())
    assert code_of(answer) == "malformed"
    assert answer.json()["where"] == "drives[0].size_bytes"


def test_a_version_of_the_future_is_said_so(
    client: Client, machine: FakeMachine
) -> None:
    payload = json.dumps({**machine.report(drive()).to_json(), "version": 2}).encode()
    assert machine.agent is not None
    envelope = wire.Envelope(
        agent_id=machine.agent.uuid,
        payload=payload,
        signature=machine.key.sign(payload),
    )
    answer = send(client, machine, envelope.to_bytes())
    assert code_of(answer) == "version_unsupported"


def test_more_than_four_mebibytes_is_too_large(
    client: Client, machine: FakeMachine
) -> None:
    body = b'{"x": "' + b"a" * wire.MAX_BODY_BYTES + b'"}'
    assert code_of(send(client, machine, body)) == "too_large"


def test_another_content_type_is_refused(client: Client, machine: FakeMachine) -> None:
    answer = client.post(
        wire.REPORTS_PATH,
        sealed(machine),
        content_type="text/plain",
        headers={"authorization": f"Bearer {machine.token}"},
    )
    assert code_of(answer) == "unsupported_media_type"


def test_a_gap_is_answered_with_what_comes_next(
    client: Client, machine: FakeMachine
) -> None:
    answer = send(client, machine, sealed(machine, seq=5))
    assert code_of(answer) == "seq_conflict"
    assert (answer.json()["expected"], answer.json()["expected_prev_sha256"]) == (1, "")


def test_html_and_shell_in_a_name_are_text(
    client: Client, world: World, machine: FakeMachine
) -> None:
    evil = wire.Machine(make="<script>alert(1)</script>", serial="; rm -rf /")
    assert send(client, machine, sealed(machine, machine=evil)).status_code == 201
    client.force_login(world.technician)
    page = client.get("/machines/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_guessing_codes_ends_in_a_wait(client: Client, world: World) -> None:
    for _ in range(api.WRONG_CODES):
        asked = FakeMachine().enrol_request("ZZZZZZZZ").to_bytes()
        assert code_of(post(client, wire.ENROL_PATH, asked)) == "code_invalid"
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    asked = FakeMachine().enrol_request(code).to_bytes()
    answer = post(client, wire.ENROL_PATH, asked)
    assert code_of(answer) == "throttled"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_count_that_ends_while_it_is_raised_begins_anew(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "add", lambda *_: False)  # and then its hour is over
    asked = FakeMachine().enrol_request("ZZZZZZZZ").to_bytes()
    for _turn in range(2):
        assert code_of(post(client, wire.ENROL_PATH, asked)) == "code_invalid"


def test_right_codes_never_count_as_guesses(client: Client, world: World) -> None:
    for _ in range(api.WRONG_CODES + 1):
        _row, code = actions.create_join_code(site=world.site, by=world.technician)
        asked = FakeMachine().enrol_request(code).to_bytes()
        assert post(client, wire.ENROL_PATH, asked).status_code == 201


def test_the_time_is_told_to_whoever_asks(client: Client) -> None:
    answer = client.get(wire.TIME_PATH, {"nonce": "abcdefghijklmnop"})
    told = wire.Time.from_bytes(answer.content)
    assert told.nonce == "abcdefghijklmnop"
    assert abs((timezone.now() - told.now).total_seconds()) < 5


@pytest.mark.parametrize("nonce", ["", "short", "é" * 20, "a" * 65])
def test_a_bad_nonce_is_malformed(client: Client, nonce: str) -> None:
    assert code_of(client.get(wire.TIME_PATH, {"nonce": nonce})) == "malformed"


def test_a_get_where_a_post_belongs_is_said_so(client: Client) -> None:
    assert code_of(client.get(wire.ENROL_PATH)) == "method_not_allowed"


def test_accepting_a_report_asks_the_same_number_of_questions_every_time(
    client: Client,
    world: World,
    machine: FakeMachine,
    django_assert_max_num_queries: Any,
) -> None:
    assert machine.agent is not None
    device = world.receive(drives=())
    actions.bind_agent(agent=machine.agent, device=device, by=world.technician)
    machine.send(drive())
    for _ in range(3):
        body = sealed(machine)
        with django_assert_max_num_queries(20):
            assert send(client, machine, body).status_code == 201
        machine.seq += 1
        machine.previous = wire.Envelope.from_bytes(body).sha256
