"""Thirty-two clients do the same thing at the same moment: one does it, the rest are told."""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.faults.clients import CSRF, FORM, Server
from tests.faults.crowd import at_once
from tests.faults.installation import Installation

pytestmark = pytest.mark.server
CROWD = 32
ONE = {200: 1, 409: CROWD - 1}


@dataclass(frozen=True)
class Client:
    """One of the crowd, with a connection and an identity of its own."""

    number: int
    server: Server
    person: dict[str, Any]

    def act(self, path: str, **said: object) -> tuple[int, dict[str, Any]]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.person['token']}",
        }
        body = json.dumps(said).encode()
        status, answer = self.server.post(f"/api/v1/{path}", body, headers)
        return status, json.loads(answer)

    def scan(self, code: str, *, mode: str, nonce: str) -> int:
        session = self.person["sessions"][0]
        headers = {
            "Content-Type": FORM,
            "Cookie": f"sessionid={session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "HX-Request": "true",
        }
        body = urlencode({"code": code, "mode": mode, "nonce": nonce}).encode()
        return self.server.post("/station/scan/", body, headers)[0]


@pytest.fixture
def clients(shared: Installation) -> Iterator[list[Client]]:
    people = shared.world["people"]
    crowd = [
        Client(number, Server(shared.port), people[number % len(people)])
        for number in range(CROWD)
    ]
    yield crowd
    for client in crowd:
        client.server.hang_up()


def statuses(answers: list[tuple[int, dict[str, Any]]]) -> Counter[int]:
    return Counter(status for status, _body in answers)


def audited(installation: Installation) -> dict[str, Any]:
    """What is in the database, once nothing is half done and history holds."""
    found: dict[str, Any] = json.loads(installation.run("-m", "tests.faults.audit"))
    assert found["half_done"] == []
    assert "History holds" in installation.run("manage.py", "verify_journal")
    return found


def times(found: dict[str, Any], verb: str) -> Counter[str]:
    """How often something happened to each device."""
    return Counter(tag for tag, happened in found["events"] if happened == verb)


def receive(client: Client, lot: str, serial: str) -> tuple[int, dict[str, Any]]:
    return client.act(
        "devices/", lot=lot, kind="laptop", make="Exemple", model="P14", serial=serial
    )


def receive_another(
    client: Client, lot: str, prefix: str
) -> tuple[int, dict[str, Any]]:
    return receive(client, lot, f"{prefix}{client.number:05d}")


def test_a_serial_is_received_once(shared: Installation, clients: list[Client]) -> None:
    lot = shared.world["lot"]
    for number in range(4):
        serial = f"SAME{number:06d}"
        answers = at_once(clients, partial(receive, lot=lot, serial=serial))
        assert statuses(answers) == {201: 1, 409: CROWD - 1}
        assert {body["code"] for status, body in answers if status == 409} == {
            "serial_known"
        }


def test_no_tag_is_given_twice(shared: Installation, clients: list[Client]) -> None:
    lot = shared.world["lot"]
    tags: list[str] = []
    for number in range(3):
        prefix = f"OWN{number}X"
        answers = at_once(clients, partial(receive_another, lot=lot, prefix=prefix))
        assert statuses(answers) == {201: CROWD}
        tags += [body["tag"] for _status, body in answers]
    assert len(set(tags)) == len(tags)
    found = audited(shared)
    assert set(tags) <= set(found["devices"].values())
    assert all(times(found, "received")[tag] == 1 for tag in tags)


def test_an_act_is_done_once(shared: Installation, clients: list[Client]) -> None:
    tags = shared.world["received"][:3]
    for tag in tags:
        answers = at_once(clients, partial(Client.act, path=f"devices/{tag}/triage/"))
        assert statuses(answers) == ONE
    found = audited(shared)
    assert [times(found, "triaged")[tag] for tag in tags] == [1, 1, 1]


def test_an_order_is_approved_once(shared: Installation, clients: list[Client]) -> None:
    """Every one of them is another person than who asked."""
    asked = shared.world["asked"]
    for each in asked:
        path = f"erasure-orders/{each['uuid']}/approve/"
        answers = at_once(clients, partial(Client.act, path=path))
        assert statuses(answers) == ONE
        codes = {body["code"] for status, body in answers if status == 409}
        assert codes == {"order_over"}
    found = audited(shared)
    assert [times(found, "erasure_approved")[each["tag"]] for each in asked] == [1] * 3


def test_exceptions_are_decided_once(
    shared: Installation, clients: list[Client]
) -> None:
    """Half of them accept the erasure, half refuse it: one word stands."""
    officers, odd = shared.world["officers"], shared.world["odd"]
    second = [
        dataclasses.replace(client, person=officers[client.number % len(officers)])
        for client in clients
    ]
    for each in odd:
        answers = at_once(second, partial(decide, erasure=each["uuid"]))
        assert statuses(answers) == ONE
        codes = {body["code"] for status, body in answers if status == 409}
        assert codes == {"nothing_to_approve"}
    found = audited(shared)
    accepted, refused = (
        times(found, f"exceptions_{word}") for word in ("approved", "refused")
    )
    assert [accepted[each["tag"]] + refused[each["tag"]] for each in odd] == [1] * 3


def decide(client: Client, erasure: str) -> tuple[int, dict[str, Any]]:
    if client.number % 2:
        return client.act(f"erasures/{erasure}/approve/")
    return client.act(f"erasures/{erasure}/refuse/", reason="report_unclear")


def test_a_device_becomes_ready_once(
    shared: Installation, clients: list[Client]
) -> None:
    tags = shared.world["checked"][:3]
    for tag in tags:
        answers = at_once(clients, partial(Client.act, path=f"devices/{tag}/ready/"))
        assert statuses(answers) == ONE
    found = audited(shared)
    assert [times(found, "declared_ready")[tag] for tag in tags] == [1, 1, 1]


def test_a_scan_that_comes_many_times_acts_once(
    shared: Installation, clients: list[Client]
) -> None:
    one = [c for c in clients if c.person is shared.world["people"][0]]
    tag, nonce = shared.world["received"][4], str(uuid.uuid4())
    answers = at_once(one, partial(Client.scan, code=tag, mode="move", nonce=nonce))
    assert Counter(answers) == {200: len(one)}
    found = audited(shared)
    assert times(found, "moved")[tag] == 1
    assert found["scans"][nonce][:2] == [tag, "moved"]


def test_everything_at_once_is_answered_or_refused(
    shared: Installation, clients: list[Client]
) -> None:
    world = shared.world
    device, checked = world["received"][5], world["checked"][4]

    def act(client: Client) -> int:
        match client.number % 4:
            case 0:
                return receive(client, world["lot"], f"MIX{client.number // 8}ABC")[0]
            case 1:
                return client.act(f"devices/{checked}/ready/")[0]
            case 2:
                place = world["places"][client.number % 8 // 4]
                return client.act(f"devices/{device}/move/", place=place)[0]
            case _:
                return client.scan(device, mode="look_up", nonce=str(uuid.uuid4()))

    answers = Counter(status for _round in range(4) for status in at_once(clients, act))
    assert set(answers) <= {200, 201, 409}
    found = audited(shared)
    assert times(found, "declared_ready")[checked] == 1
    assert len([s for s in found["devices"] if s.startswith("MIX")]) == 4
