"""The desk: each number is the length of the list it opens, and says nothing else."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.core.roles import Role
from inventory.models import DeviceKind
from lending import actions
from lending.actions.proposals import propose_units
from lending.kinds import Capability
from lending.models import EquipmentRequest, Pack
from lending.states import HandOverMode, RequestStatus
from tests.lending.packs import LAPTOP, Bench, make_bench
from tests.lending.requests import quota, sent
from tests.world import person


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def here(client: Client, bench: Bench) -> Client:
    client.force_login(bench.coordinator)
    return client


def length(client: Client, address: str) -> int:
    answer = client.get(address)
    assert answer.status_code == 200, address
    rows: list[object] = answer.context["page"].rows
    return len(rows)


def busy(bench: Bench) -> None:
    """Something of everything that a coordinator waits for."""
    sent(bench.partners, capabilities=[Capability.LAPTOP, Capability.INTERNET])
    sent(bench.partners, capabilities=[Capability.CAMERA], quantity=3)
    bench.request(capabilities=[Capability.COMPUTER])
    bench.begin(LAPTOP)
    bench.world.ready()
    bench.world.ready(kind=DeviceKind.SCREEN, drives=())
    bench.card()
    bench.hotspot()
    quota(bench.partners, 5)
    pack = bench.placed(bench.closed())
    request = bench.request()
    actions.attach_to_request(pack=pack, request=request, by=bench.coordinator)
    actions.plan_handover(
        pack=pack,
        structure=bench.partners.structure,
        mode=HandOverMode.GIFT,
        request=request,
        planned_at=timezone.now() + dt.timedelta(minutes=1),
        by=bench.coordinator,
    )


def test_each_number_is_the_length_of_its_list(here: Client, bench: Bench) -> None:
    busy(bench)
    shown = here.get("/desk/").context
    counts = {each.title: each.count for each in shown["waiting"]}
    assert counts["requests to decide"] == 2
    assert counts["pack being made"] == counts["pack ready to hand over"] == 1
    for each in shown["waiting"]:
        assert length(here, each.address) == each.count, each.title
    numbers = [n for line in shown["stock"] for n in (line.requests, *line.free)]
    assert len(numbers) == 12
    for number in numbers:
        assert length(here, number.address) == number.count, number.address


def test_stock_stands_against_demand(here: Client, bench: Bench) -> None:
    busy(bench)
    bench.with_memory(8)
    lines = {line.capability: line for line in here.get("/desk/").context["stock"]}
    camera, laptop = lines[Capability.CAMERA], lines[Capability.LAPTOP]
    assert (camera.packs, camera.requests.count, camera.free_count) == (3, 1, 1)
    assert camera.is_short
    assert (laptop.packs, laptop.free_count, laptop.is_short) == (1, 2, False)
    assert lines[Capability.INTERNET].free_count == 2
    assert lines[Capability.BIG_SCREEN].free_count == 1
    assert lines[Capability.HEADSET].free == []


def test_the_desk_counts_free_what_the_proposal_of_a_request_does(
    here: Client, bench: Bench
) -> None:
    for gib in (0, 4, 8, 16):
        bench.with_memory(gib)
    shown = {each.capability: each for each in here.get("/desk/").context["stock"]}
    for asked in (Capability.COMPUTER, Capability.LAPTOP, Capability.CAMERA):
        request = bench.request(capabilities=[asked])
        found = propose_units(request, reader=bench.coordinator)
        assert shown[asked].free_count == found.free
    assert shown[Capability.CAMERA].free_count < shown[Capability.LAPTOP].free_count


def test_the_first_page_shows_what_waits(here: Client, bench: Bench) -> None:
    busy(bench)
    tiles = {each.title: each for each in here.get("/").context["tiles"]}
    assert tiles["requests to decide"].count == 2
    for name in ("requests to decide", "hand-over today", "loans overdue"):
        assert length(here, tiles[name].address) == tiles[name].count


def test_one_that_waits_is_said_in_the_singular(here: Client, bench: Bench) -> None:
    sent(bench.partners, capabilities=[Capability.LAPTOP])
    titles = [each.title for each in here.get("/desk/").context["waiting"]]
    assert "request to decide" in titles
    assert "loans overdue" in titles


def test_the_desk_costs_as_much_with_many(here: Client, bench: Bench) -> None:
    busy(bench)
    costs = []
    for more in (1, 6):
        for _ in range(more):
            sent(bench.partners)
        with CaptureQueriesContext(connection) as queries:
            here.get("/desk/")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 15


def test_an_empty_desk_says_what_to_do(here: Client) -> None:
    said = here.get("/desk/").content.decode()
    assert "No appointment today" in said
    assert "No programme is open" in said


def test_a_technician_has_no_desk(client: Client, bench: Bench) -> None:
    client.force_login(bench.packer)
    assert client.get("/desk/").status_code == 403
    client.force_login(person(Role.MEDIATOR))
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize("bad", ["\x00", "x" * 4000, "headset", "9" * 400, "-1", "é"])
def test_what_nobody_has_is_not_found(here: Client, bad: str) -> None:
    assert here.get(f"/desk/stock/{quote(bad)}/").status_code == 404
    assert here.get("/desk/stock/laptop/", {"page": bad}).status_code == 200


# ------------------------------------------------------------------ the proposal


def choose(client: Client, request: EquipmentRequest, **typed: str) -> int:
    return client.post(f"/requests/{request.uuid}/unit/", typed).status_code


def test_the_proposed_machine_is_taken_from_the_request_s_page(
    here: Client, bench: Bench
) -> None:
    device, request = bench.world.ready(), bench.request()
    bench.recipe(LAPTOP)
    page = here.get(f"/requests/{request.uuid}/").content.decode()
    assert "Take this machine" in page
    assert "1 (1) / 1" in page
    assert choose(here, request, listed=device.tag) == 302
    assert Pack.objects.get().request == request
    request.refresh_from_db()
    assert request.status == RequestStatus.ALLOCATED


def test_another_one_without_a_reason_is_refused_on_the_page(
    here: Client, bench: Bench
) -> None:
    bench.world.ready()
    other, request = bench.with_memory(16), bench.request()
    bench.recipe(LAPTOP)
    answer = here.post(f"/requests/{request.uuid}/unit/", {"typed": str(other)})
    assert answer.status_code == 409
    assert f'value="{other}"' in answer.content.decode()
    assert not Pack.objects.exists()
    assert choose(here, request, typed=str(other), reason="keyboard") == 302
    told = here.get(f"/packs/{Pack.objects.get().tag}/").content.decode()
    assert "Has the keyboard that is needed" in told


@pytest.mark.parametrize("bad", ["", "\x00", "x" * 4000, "PC-999999-9", "9" * 300])
def test_a_code_that_is_no_machine_is_refused(
    here: Client, bench: Bench, bad: str
) -> None:
    request = bench.request()
    assert choose(here, request, typed=bad) == 400
    assert choose(here, request, listed=bad, reason="flying") == 400
    assert not Pack.objects.exists()


def test_a_request_that_waits_shows_stock_and_no_button(
    here: Client, bench: Bench
) -> None:
    bench.world.ready()
    page = here.get(f"/requests/{sent(bench.partners).uuid}/").content.decode()
    assert "What stock can answer" in page
    assert "Take this machine" not in page
