"""Everything a machine may send that it should not: an answer in words, and no trace.

What is evidence is kept as it came; nothing else changes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from agent import wire
from provisioning import actions
from provisioning.api.enrolment import WRONG_CODES
from provisioning.models import Agent, JoinCode, Report
from tests.provisioning.machines import FakeMachine, drive
from tests.world import GIB, World, make_world

pytestmark = pytest.mark.django_db
EVIL = ["<script>alert(1)</script>", "; rm -rf / #", "{{ 7*7 }}", "' OR 1=1 --", "%s%n"]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    fake = FakeMachine()
    fake.join(world, world.technician, world.receive(drives=()))
    fake.send(drive())
    return fake


def post(client: Client, machine: FakeMachine, body: bytes) -> Any:
    bearer = {"authorization": f"Bearer {machine.token}"}
    return client.post(
        wire.REPORTS_PATH, body, content_type="application/json", headers=bearer
    )


def sealed(machine: FakeMachine, payload: bytes) -> bytes:
    """Any bytes at all, signed by the machine's own key."""
    assert machine.agent
    return wire.Envelope(
        agent_id=machine.agent.uuid,
        payload=payload,
        signature=machine.key.sign(payload),
    ).to_bytes()


def said(machine: FakeMachine, **changed: object) -> dict[str, Any]:
    """The JSON of the next report, with some of it changed."""
    return {**machine.report(drive()).to_json(), **changed}


def rows() -> dict[str, list[Any]]:
    models = [*apps.get_app_config("provisioning").get_models()]
    models += apps.get_app_config("inventory").get_models()
    return {
        m.__name__: list(m._default_manager.order_by("pk").values()) for m in models
    }


@contextmanager
def nothing_changed() -> Iterator[None]:
    before = rows()
    yield
    assert rows() == before


def code_of(answer: Any) -> str:
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = wire.Problem.from_bytes(answer.content)
    assert problem.title
    assert answer.status_code == wire.STATUS[problem.code]
    return problem.code.value


# ------------------------------------------------------------------ bytes


def test_truncated(client: Client, machine: FakeMachine) -> None:
    body = machine.seal(machine.report(drive())).to_bytes()
    with nothing_changed():
        for length in (1, len(body) // 2, len(body) - 1):
            assert code_of(post(client, machine, body[:length])) == "malformed"


def test_a_truncated_payload_in_a_whole_envelope(
    client: Client, machine: FakeMachine
) -> None:
    payload = machine.report(drive()).to_bytes()
    with nothing_changed():
        answer = post(client, machine, sealed(machine, payload[:-10]))
    assert code_of(answer) == "malformed"


def test_more_than_four_mebibytes(client: Client, machine: FakeMachine) -> None:
    body = b'{"x":"' + b"x" * wire.MAX_BODY_BYTES + b'"}'
    with nothing_changed():
        assert code_of(post(client, machine, body)) == "too_large"


@pytest.mark.parametrize("text", [b"\xff\xfe{}", b'{"serial":"\xe9"}', b"\x00\x01"])
def test_what_is_not_utf_8(client: Client, machine: FakeMachine, text: bytes) -> None:
    with nothing_changed():
        assert code_of(post(client, machine, text)) == "malformed"
        assert code_of(post(client, machine, sealed(machine, text))) == "malformed"


# ------------------------------------------------------------------ what it says


def test_an_unknown_version(client: Client, machine: FakeMachine) -> None:
    payload = json.dumps(said(machine, version=2)).encode()
    with nothing_changed():
        answer = post(client, machine, sealed(machine, payload))
    assert code_of(answer) == "version_unsupported"


def test_unknown_keys_are_kept_to_the_byte_and_read_over(
    client: Client, machine: FakeMachine
) -> None:
    payload = json.dumps(said(machine, tomorrow={"deep": [1, 2]})).encode()
    assert post(client, machine, sealed(machine, payload)).status_code == 201
    assert Report.objects.get(seq=2).payload == payload


@pytest.mark.parametrize("size", [-1, -(2**63), 2**63, 10**400, 1.5, "12", True])
def test_sizes_that_are_none(
    client: Client, machine: FakeMachine, size: object
) -> None:
    bad = {**drive().to_json(), "size_bytes": size}
    payload = json.dumps(said(machine, drives=[bad])).encode()
    with nothing_changed():
        answer = post(client, machine, sealed(machine, payload))
    assert code_of(answer) == "malformed"
    assert "drives[0].size_bytes" in answer.json()["detail"]


def test_ten_thousand_drives(client: Client, machine: FakeMachine) -> None:
    many = [drive(name=f"sd{n}").to_json() for n in range(10_000)]
    payload = json.dumps(said(machine, drives=many)).encode()
    with nothing_changed():
        answer = post(client, machine, sealed(machine, payload[:3_000_000]))
    assert code_of(answer) in {"malformed", "too_large"}


def test_sixty_four_drives_cost_no_more_statements_than_one(
    client: Client, machine: FakeMachine
) -> None:
    many = [
        drive(name=f"sd{n}", serial=f"EX-MANY-{n:04d}", size_bytes=n * GIB)
        for n in range(64)
    ]
    machine.send(*many)
    body = machine.seal(machine.report(*many)).to_bytes()
    with CaptureQueriesContext(connection) as statements:
        assert post(client, machine, body).status_code == 201
    # The savepoint is the test's own transaction.
    asked = [sql for each in statements if "SAVEPOINT" not in (sql := each["sql"])]
    assert len(asked) <= 15, [sql[:90] for sql in asked]


@pytest.mark.parametrize("evil", EVIL)
def test_text_of_every_kind_is_evidence_and_shown_as_text(
    client: Client, world: World, machine: FakeMachine, evil: str
) -> None:
    named = wire.Machine(make=evil, model=evil, serial=evil)
    cpu = wire.Cpu(model=evil)
    unseen = wire.Unseen(
        subject=wire.Subject.DRIVES, why=wire.Why.TOOL_FAILED, detail=evil
    )
    bad = drive(name=evil, path=evil, make=evil, model=evil, serial=evil, wwn=evil)
    report = machine.report(bad, machine=named, cpu=cpu, unseen=(unseen,))
    assert post(client, machine, machine.seal(report).to_bytes()).status_code == 201
    agent = Agent.objects.select_related("device").get()
    assert agent.make == evil
    assert agent.device
    client.force_login(world.lead)
    for page in (
        reverse("provisioning:machine-list"),
        reverse("provisioning:machine-detail", args=[agent.uuid]),
        reverse("provisioning:device-machine", args=[agent.device.tag]),
        reverse("inventory:device-detail", args=[agent.device.tag]),
        reverse("provisioning:bench"),
    ):
        shown = client.get(page)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.content.decode()
    assert escape(evil) in client.get(_machine_page(agent)).content.decode()


def _machine_page(agent: Agent) -> str:
    return reverse("provisioning:machine-detail", args=[agent.uuid])


# ------------------------------------------------------------------ who says it


def test_signed_by_another_machine_s_key(
    client: Client, world: World, machine: FakeMachine
) -> None:
    other = FakeMachine()
    other.join(world, world.technician)
    assert machine.agent
    payload = machine.report(drive()).to_bytes()
    forged = wire.Envelope(
        agent_id=machine.agent.uuid,
        payload=payload,
        signature=other.key.sign(payload),
    )
    with nothing_changed():
        assert code_of(post(client, machine, forged.to_bytes())) == "signature_invalid"


def test_in_another_machine_s_name(
    client: Client, world: World, machine: FakeMachine
) -> None:
    other = FakeMachine()
    other.join(world, world.technician)
    body = other.seal(other.report(drive())).to_bytes()
    with nothing_changed():
        assert code_of(post(client, machine, body)) == "agent_mismatch"


def test_replayed_and_reordered(client: Client, machine: FakeMachine) -> None:
    first = machine.seal(machine.report(drive()))
    assert post(client, machine, first.to_bytes()).status_code == 201
    with nothing_changed():
        assert post(client, machine, first.to_bytes()).status_code == 200
        ahead = machine.seal(machine.report(drive(), seq=9))
        assert code_of(post(client, machine, ahead.to_bytes())) == "seq_conflict"


def test_with_a_revoked_key(client: Client, world: World, machine: FakeMachine) -> None:
    assert machine.agent
    body = machine.seal(machine.report(drive())).to_bytes()
    actions.revoke_agent(agent=machine.agent, by=world.lead)
    with nothing_changed():
        assert code_of(post(client, machine, body)) == "agent_revoked"


def test_a_join_code_guessed_by_force(client: Client, world: World) -> None:
    _row, right = actions.create_join_code(site=world.site, by=world.technician)
    guesser = FakeMachine()
    codes = [f"AAAA{n:04d}" for n in range(WRONG_CODES)]
    with nothing_changed():
        answers = {code_of(enrol(client, guesser, code)) for code in codes}
        assert answers == {"code_invalid"}
        # From then on the right one does not open either: it is not looked at.
        stopped = enrol(client, guesser, right)
    assert code_of(stopped) == "throttled"
    assert int(stopped.headers["Retry-After"]) > 60
    assert JoinCode.objects.get().used_at is None


def enrol(client: Client, machine: FakeMachine, code: str) -> Any:
    body = machine.enrol_request(code).to_bytes()
    return client.post(wire.ENROL_PATH, body, content_type="application/json")


def test_base64_that_is_none(client: Client, machine: FakeMachine) -> None:
    whole = json.loads(machine.seal(machine.report(drive())).to_bytes())
    with nothing_changed():
        for bad in ("****", base64.b64encode(b"x").decode(), "", None, 7):
            body = json.dumps({**whole, "signature": bad}).encode()
            assert code_of(post(client, machine, body)) == "malformed"
