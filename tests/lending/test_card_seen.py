"""The card that a machine showed stands on its own line of the pack."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agent import wire
from agent.connected import CardSeen, Connection, Driver, ModemSeen, Verdict
from lending.models import Pack
from provisioning import actions
from provisioning.models import Assignment, Difference, Settlement
from tests.lending.packs import LAPTOP, SIM, Bench, make_bench
from tests.lending.test_api import Caller
from tests.provisioning.machines import FakeMachine, drive

OTHER = "8933010000000099925"


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


@pytest.fixture
def pack(bench: Bench) -> Pack:
    """Closed, with a machine that answers and a card."""
    world = bench.world
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    return bench.closed(LAPTOP, SIM, units=(device, bench.card()))


@pytest.fixture
def machine(bench: Bench, pack: Pack) -> FakeMachine:
    machine = FakeMachine()
    machine.join(bench.world, bench.world.lead, Assignment.objects.get().device)
    return machine


def shows(machine: FakeMachine, iccid: str) -> None:
    modem = ModemSeen(driver=Driver.AT, card=CardSeen(iccid=iccid))
    said = Connection(verdict=Verdict.WORKS, modems=(modem,))
    machine.send(drive(), kind=wire.Kind.CONNECTION, connection=said)


def page(bench: Bench, pack: Pack) -> str:
    client = Client()
    client.force_login(bench.packer)
    return client.get(reverse("lending:pack-detail", args=[pack.tag])).content.decode()


def told(bench: Bench, pack: Pack) -> list[Any]:
    answer = Caller(bench.packer).get(f"packs/{pack.uuid}/")
    return [line["card"] for line in answer["lines"]]


def test_a_card_that_no_machine_showed_waits(bench: Bench, pack: Pack) -> None:
    assert "Not seen in the machine yet" in page(bench, pack)
    assert told(bench, pack) == [None, {"state": "unseen", "at": None, "other": ""}]


def test_the_packs_card_is_ticked_with_its_day(
    bench: Bench, pack: Pack, machine: FakeMachine
) -> None:
    shows(machine, Assignment.objects.get().iccid)
    assert page(bench, pack).count("Seen in the machine") == 1
    none, card = told(bench, pack)
    assert (none, card["state"], card["other"]) == (None, "seen", "")
    assert card["at"]


@pytest.mark.parametrize("settled", [False, True])
def test_another_card_is_said_by_its_last_digits(
    bench: Bench, pack: Pack, machine: FakeMachine, settled: bool
) -> None:
    shows(machine, OTHER)
    if settled:
        difference = Difference.objects.get()
        actions.settle_difference(
            difference=difference, answer=Settlement.RIGHT, by=bench.world.lead
        )
    shown = page(bench, pack)
    assert "Another card is in the machine" in shown
    assert "its number ends with 9925" in shown
    assert OTHER not in shown
    card = told(bench, pack)[1]
    assert (card["state"], card["other"]) == ("other", "9925")


def test_a_pack_that_is_being_made_asks_no_machine(bench: Bench) -> None:
    draft = bench.begin(LAPTOP, SIM)
    bench.fill(draft, bench.card())
    assert told(bench, draft) == [None, None]
    assert "in the machine" not in page(bench, draft)


def test_a_list_of_packs_costs_the_same_however_many_cards(
    bench: Bench, pack: Pack
) -> None:
    caller = Caller(bench.packer)
    caller.get("packs/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        caller.get("packs/")
    for _more in range(2):
        bench.closed(LAPTOP, SIM, units=(bench.world.ready(), bench.card()))
    with CaptureQueriesContext(connection) as three:
        listed = caller.get("packs/")["results"]
    assert sum(bool(line["card"]) for each in listed for line in each["lines"]) == 3
    assert len(three) == len(one)
