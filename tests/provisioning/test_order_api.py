"""Orders to erase, and bindings, by programs: the same acts and the same refusals."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from backoffice.core.actions import create_token
from backoffice.core.models.token import TokenScope
from backoffice.core.roles import Role
from provisioning.models import Agent, ErasureRun, RunState
from tests.provisioning.erasing import Bench, want_two
from tests.provisioning.machines import FakeMachine
from tests.unchanged import rows
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
ORDERS = "/api/v1/erasure-orders/"
S = RunState


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.technician)
    return made


@pytest.fixture
def bench(world: World) -> Bench:
    return Bench(world, serials=("EX-RUN-1", "EX-RUN-2"))


def post(client: Client, address: str, **body: Any) -> Any:
    return client.post(address, json.dumps(body), content_type="application/json")


def refusal(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["code"])


def ordered(client: Client, bench: Bench, **said: Any) -> Any:
    drives = [str(drive.uuid) for drive in bench.drives]
    wanted = {"device": bench.device.tag, "drives": drives, **said}
    return post(client, ORDERS, **wanted)


def states() -> list[str]:
    return list(ErasureRun.objects.order_by("pk").values_list("state", flat=True))


def test_an_order_goes_its_way_by_calls(client: Client, bench: Bench) -> None:
    answer = ordered(client, bench, not_below=True)
    assert answer.status_code == 201
    first, second = answer.json()
    assert (first["device"], first["not_below"]) == (bench.device.tag, True)
    assert first["order"] == second["order"]
    assert {run["uuid"] for run in client.get(ORDERS).json()["results"]} == {
        first["uuid"],
        second["uuid"],
    }
    post(client, f"{ORDERS}{first['uuid']}/confirm/", alone=True)
    assert states() == [S.CONFIRMED, S.APPROVED]
    post(client, f"{ORDERS}{second['uuid']}/cancel/", alone=True)
    assert states() == [S.CONFIRMED, S.CANCELLED]
    (left,) = post(client, f"{ORDERS}{first['uuid']}/cancel/").json()
    assert (left["state"], left["fall"]) == ("cancelled", "taken_back")


def test_who_asked_does_not_approve_by_a_call_either(
    client: Client, bench: Bench
) -> None:
    want_two(bench.world)
    run = ordered(client, bench).json()[0]["uuid"]
    assert refusal(post(client, f"{ORDERS}{run}/approve/"), 409) == "same_person"
    assert states() == [S.ASKED, S.ASKED]
    client.force_login(bench.world.lead)
    assert post(client, f"{ORDERS}{run}/approve/").status_code == 200
    assert refusal(post(client, f"{ORDERS}{run}/approve/"), 409) == "order_over"
    assert post(client, f"{ORDERS}{run}/confirm/").status_code == 200
    assert states() == [S.CONFIRMED, S.CONFIRMED]


@pytest.mark.parametrize(
    "said",
    [
        {"drives": []},
        {"drives": ["x"]},
        {"drives": ["\x00"]},
        {"drives": [str(uuid.UUID(int=9))]},
        {"drives": [str(uuid.UUID(int=n)) for n in range(40)]},
        {"device": "PC999999X"},
        {"device": "\ud800"},
        {"device": 10**400},
        {"not_below": "perhaps"},
    ],
)
def test_what_is_no_order_is_refused(
    client: Client, bench: Bench, said: dict[str, Any]
) -> None:
    assert refusal(ordered(client, bench, **said), 400) == "invalid"
    assert states() == []


def test_a_token_that_only_reads_orders_nothing(client: Client, bench: Bench) -> None:
    by = bench.world.technician
    _row, secret = create_token(name="read", scope=TokenScope.READ, days=1, by=by)
    client.logout()
    headers = {"Authorization": f"Bearer {secret}"}
    body = {"device": bench.device.tag, "drives": [str(bench.drive.uuid)]}
    answer = client.post(
        ORDERS, json.dumps(body), content_type="application/json", headers=headers
    )
    assert refusal(answer, 403) == "permission_denied"
    assert client.get(ORDERS, headers=headers).status_code == 200
    assert states() == []


def test_an_order_of_another_site_does_not_exist(client: Client, bench: Bench) -> None:
    (run, _other) = bench.order()
    elsewhere = type(bench.world.site).objects.create(name="Les Tilleuls")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    assert refusal(post(client, f"{ORDERS}{run.uuid}/cancel/"), 404) == "not_found"
    assert states() == [S.APPROVED, S.APPROVED]


# ------------------------------------------------------------------ bindings


def test_a_program_too_has_to_be_sure(client: Client, world: World) -> None:
    agent = FakeMachine().join(world, world.technician)
    device, before = world.receive(model="Tour 800"), rows()
    address = f"/api/v1/machines/{agent.uuid}/bind/"
    answer = post(client, address, device=device.tag)
    assert refusal(answer, 409) == "binding_doubtful"
    assert answer.json()["differs"] == ["model"]
    assert (rows(), Agent.objects.get().device) == (before, None)
    bound = post(client, address, device=device.tag, sure=True)
    assert bound.json()["device"] == device.tag
