"""What a machine says of the card and the line of its pack."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agent import wire
from agent.connected import CardSeen, Connection, Driver, LinkTest, ModemSeen, Verdict
from inventory.models import DeviceEvent
from lending.actions.pack_questions import _of_device
from lending.models import PackLine
from lending.states import PackStatus
from provisioning import actions
from provisioning.cards.bench import Group, card_of
from provisioning.models import (
    Agent,
    Assignment,
    ConnectionLook,
    Difference,
    DifferenceKind,
    Job,
    JobKind,
    JobState,
    LineVerdict,
    Settlement,
)
from tests.provisioning.assigned import assigned
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
# Fictional cards of one operator.
PACKED = "8933010000000000017"
OTHER = "8933010000000000025"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    machine = FakeMachine()
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    machine.join(world, world.lead, device)
    asked = assigned(world, device)
    asked.iccid = PACKED
    asked.save()
    return machine


def looked(
    machine: FakeMachine, iccid: str | None, verdict: Verdict = Verdict.WORKS
) -> ConnectionLook:
    modem = ModemSeen(
        driver=Driver.AT,
        card=CardSeen(iccid=iccid),
        operator="Orange F",
        signal_dbm=-71,
    )
    said = Connection(
        verdict=verdict, modems=(modem,), link=LinkTest(up=True, bytes=5120)
    )
    machine.send(drive(), kind=wire.Kind.CONNECTION, connection=said)
    return ConnectionLook.objects.latest("pk")


def test_the_packs_own_card_ticks_its_assignment(machine: FakeMachine) -> None:
    look = looked(machine, PACKED[:18] + "84")  # read with another end
    asked = Assignment.objects.get()
    assert asked.card_seen_at == look.received_at == asked.answered_at
    assert (look.verdict, look.bytes, look.signal_dbm) == ("works", 5120, -71)
    assert not Difference.objects.exists()


def test_another_card_is_raised_once_and_nothing_is_overwritten(
    machine: FakeMachine,
) -> None:
    for _time in range(2):
        looked(machine, OTHER, Verdict.OTHER_CARD)
    difference = Difference.objects.get()
    assert (difference.kind, difference.iccid) == (DifferenceKind.CARD_OTHER, OTHER)
    asked = Assignment.objects.get()
    assert (asked.iccid, asked.card_seen_at) == (PACKED, None)


def test_another_card_keeps_the_pack_from_leaving(machine: FakeMachine) -> None:
    looked(machine, OTHER)
    device = Assignment.objects.get().device
    found = _of_device(PackLine(), device, PackStatus.READY)
    assert [each.code for each in found] == ["difference_open"]
    assert "Another SIM card" in found[0].message


@pytest.mark.parametrize(
    ("answer", "iccid", "again"),
    [(Settlement.RIGHT, OTHER, 0), (Settlement.MENDED, PACKED, 1)],
)
def test_a_person_settles_which_card_is_right(
    world: World, machine: FakeMachine, answer: Settlement, iccid: str, again: int
) -> None:
    looked(machine, OTHER)
    actions.settle_difference(
        difference=Difference.objects.get(), answer=answer, by=world.lead
    )
    assert Assignment.objects.get().iccid == iccid
    looked(machine, OTHER)
    assert Difference.objects.open().count() == again


def test_a_modem_that_shows_no_card_says_nothing_of_it(machine: FakeMachine) -> None:
    looked(machine, None, Verdict.LABELS_ONLY)
    assert Assignment.objects.get().card_seen_at is None
    assert not Difference.objects.exists()


def test_a_machine_without_a_pack_is_compared_with_nothing(world: World) -> None:
    machine = FakeMachine()
    machine.join(world, world.lead, world.receive())
    assert looked(machine, OTHER).verdict == LineVerdict.WORKS
    assert not Difference.objects.exists()


def test_a_look_says_nothing_of_the_machines_drives(machine: FakeMachine) -> None:
    before = list(DeviceEvent.objects.values_list("verb", flat=True))
    looked(machine, PACKED)
    after = list(DeviceEvent.objects.values_list("verb", flat=True))
    assert after[len(before) :] == ["connection_tried"]


def test_every_verdict_of_the_wire_has_its_words() -> None:
    assert {each.value for each in Verdict} == set(LineVerdict.values)


@pytest.mark.parametrize(
    ("verdict", "group"), [(Verdict.WORKS, Group.DONE), (Verdict.NO_PAGE, Group.LOOK)]
)
def test_the_bench_says_what_the_line_is_worth(
    world: World, machine: FakeMachine, verdict: Verdict, group: Group
) -> None:
    assert machine.agent is not None
    job = actions.ask_job(agent=machine.agent, kind=JobKind.CONNECT, by=world.lead)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE, ended_at=timezone.now())
    looked(machine, PACKED, verdict)
    agent = Agent.objects.select_related("job", "device__place", "site").get()
    card = card_of(agent)
    assert (card.group, card.state) == (group, str(LineVerdict(verdict.value).label))


def test_the_page_of_the_device_says_it_too(
    client: Client, world: World, machine: FakeMachine
) -> None:
    look = looked(machine, PACKED)
    assert look.device is not None
    client.force_login(world.lead)
    address = reverse("provisioning:device-machine", kwargs={"tag": look.device.tag})
    page = client.get(address).content.decode()
    assert "The line works" in page
    assert "Orange F, -71 dBm" in page
    assert "Test the connection" in page


def test_a_look_is_never_changed(machine: FakeMachine) -> None:
    look = looked(machine, PACKED)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE provisioning_connectionlook SET verdict = 'no_page'")
    look.refresh_from_db()
    assert look.verdict == LineVerdict.WORKS
