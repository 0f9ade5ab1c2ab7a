"""Machines that join and report at the same moment: each gets one answer, in words."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from agent import wire
from provisioning.api.enrolment import WRONG_CODES
from tests.faults.clients import Server
from tests.faults.crowd import at_once
from tests.faults.installation import Installation
from tests.provisioning.machines import FakeMachine

pytestmark = pytest.mark.server
CROWD = 8
ROUNDS = 6


@dataclass
class Joining:
    """One machine, and its own connection to the server."""

    server: Server
    code: str = ""
    machine: FakeMachine = field(default_factory=FakeMachine)
    agent_id: uuid.UUID | None = None
    token: str = ""

    def enrol(self) -> tuple[int, bytes]:
        asked = self.machine.enrol_request(self.code).to_bytes()
        return self._post(wire.ENROL_PATH, asked)

    def join(self) -> None:
        status, answer = self.enrol()
        assert status == 201
        reply = wire.EnrolReply.from_bytes(answer)
        self.agent_id, self.token = reply.agent_id, reply.token

    def report(self, **fields: object) -> tuple[int, bytes]:
        assert self.agent_id
        report = self.machine.report(**fields)
        sealed = wire.Envelope.seal(self.agent_id, report, self.machine.key.sign)
        return self._post(wire.REPORTS_PATH, sealed.to_bytes())

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
        }
        return self.server.post(path, body, headers)


@pytest.fixture
def crowd(shared: Installation) -> Iterator[list[Joining]]:
    """Machines with a key each, and a code each."""
    machines = [
        Joining(Server(shared.port), code) for code in join_codes(shared, CROWD)
    ]
    yield machines
    for each in machines:
        each.server.hang_up()


def join_codes(installation: Installation, count: int) -> list[str]:
    made = installation.run("-m", "tests.faults.join_codes", str(count))
    codes: list[str] = json.loads(made)
    return codes


def refusals(answers: list[tuple[int, bytes]]) -> set[wire.Code]:
    return {
        wire.Problem.from_bytes(body).code for status, body in answers if status > 299
    }


def audited(installation: Installation) -> None:
    found = json.loads(installation.run("-m", "tests.faults.audit"))
    assert found["half_done"] == []
    assert "History holds" in installation.run("manage.py", "verify_journal")


def test_a_key_that_joins_with_many_codes_at_once_is_one_machine(
    shared: Installation, crowd: list[Joining]
) -> None:
    codes = iter(join_codes(shared, ROUNDS * CROWD))
    for _round in range(ROUNDS):
        machine = FakeMachine()
        for each in crowd:
            each.machine, each.code = machine, next(codes)
        answers = at_once(crowd, Joining.enrol)
        assert Counter(status for status, _body in answers) == {201: CROWD}
        replies = [wire.EnrolReply.from_bytes(body) for _status, body in answers]
        assert len({reply.agent_id for reply in replies}) == 1
    audited(shared)


def test_a_code_lets_one_of_many_machines_in(crowd: list[Joining]) -> None:
    assert CROWD <= WRONG_CODES
    for each in crowd:
        each.code = crowd[0].code
    answers = at_once(crowd, Joining.enrol)
    assert Counter(status for status, _body in answers) == {201: 1, 403: CROWD - 1}
    assert refusals(answers) == {wire.Code.CODE_INVALID}


def test_a_report_id_of_many_machines_is_kept_once(
    shared: Installation, crowd: list[Joining]
) -> None:
    for each in crowd:
        each.join()
    answers = at_once(crowd, partial(Joining.report, report_id=uuid.uuid4()))
    assert Counter(status for status, _body in answers) == {201: 1, 409: CROWD - 1}
    assert refusals(answers) == {wire.Code.REPORT_CONFLICT}
    audited(shared)
