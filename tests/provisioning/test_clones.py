"""Two machines with one identity, or one that was put back in time."""

from __future__ import annotations

import uuid

import pytest

from agent import wire
from provisioning import actions
from provisioning.errors import CloneSuspected, SeqConflict
from provisioning.models import Agent, Report
from tests.provisioning.hardware import Box, box, card, started
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
BOOT, OTHER_BOOT = uuid.uuid4(), uuid.uuid4()
BARE = box(1).with_(machine=wire.Machine(make="Exemple"), cards=())


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def machine(world: World) -> FakeMachine:
    """One that reported twice."""
    fake = FakeMachine()
    fake.join(world, world.technician)
    fake.send(drive(), boot_id=BOOT)
    fake.send(drive(), boot_id=BOOT)
    return fake


def send_anew(fake: FakeMachine, **fields: object) -> None:
    """A second report under the number 2, as from a copy of the machine's disk."""
    first = Report.objects.get(seq=1)
    wanted = {"seq": 2, "prev_sha256": first.sha256, "boot_id": BOOT, **fields}
    envelope = fake.seal(fake.report(drive(), **wanted))
    actions.accept_report(agent=Agent.objects.get(), envelope=envelope)


def test_another_start_under_a_taken_number_is_another_machine(
    machine: FakeMachine,
) -> None:
    with pytest.raises(CloneSuspected):
        send_anew(machine, boot_id=OTHER_BOOT)
    assert Report.objects.count() == 2
    assert Agent.objects.get().clone_suspected_at


def test_other_hardware_under_a_taken_number_is_another_machine(
    machine: FakeMachine,
) -> None:
    with pytest.raises(CloneSuspected):
        send_anew(machine, machine=wire.Machine(uuid="another"))
    assert Report.objects.count() == 2


def test_one_that_lost_count_within_a_start_is_told_what_comes_next(
    machine: FakeMachine,
) -> None:
    with pytest.raises(SeqConflict) as refused:
        send_anew(machine)
    assert refused.value.facts["expected"] == 3
    assert Agent.objects.get().clone_suspected_at is None


def test_the_journal_keeps_it_once_however_often_it_tries(
    machine: FakeMachine,
) -> None:
    for _turn in range(3):
        with pytest.raises(CloneSuspected):
            send_anew(machine, boot_id=OTHER_BOOT)
    told = Agent.objects.get().events.get(verb="clone_suspected")
    assert told.data["boot"] == str(OTHER_BOOT)


def test_the_machine_that_the_server_knows_goes_on(machine: FakeMachine) -> None:
    with pytest.raises(CloneSuspected):
        send_anew(machine, boot_id=OTHER_BOOT)
    machine.send(drive(), boot_id=BOOT)
    assert Report.objects.count() == 3


def test_a_new_code_settles_it(world: World, machine: FakeMachine) -> None:
    with pytest.raises(CloneSuspected):
        send_anew(machine, boot_id=OTHER_BOOT)
    agent = Agent.objects.get()
    actions.revoke_agent(agent=agent, by=world.lead)
    machine.join(world, world.technician)
    assert Agent.objects.get().clone_suspected_at is None


def test_note_clone_says_nothing_twice(machine: FakeMachine) -> None:
    refusal = CloneSuspected("", seq=2)
    for _turn in range(2):
        actions.note_clone(agent=Agent.objects.get(), refusal=refusal)
    assert Agent.objects.get().events.filter(verb="clone_suspected").count() == 1


# ------------------------------------------------ a disk that forgot its chain


def begin_anew(fake: FakeMachine, of: Box, boot_id: uuid.UUID = OTHER_BOOT) -> None:
    """Report as one whose disk does not know any more what it had sent."""
    told = of.told()
    drives: tuple[wire.Drive, ...] = told.pop("drives")  # type: ignore[assignment]
    told |= {"seq": 1, "prev_sha256": "", "boot_id": boot_id}
    envelope = fake.seal(fake.report(*drives, **told))
    actions.accept_report(agent=Agent.objects.get(), envelope=envelope)


def test_a_machine_that_forgot_its_chain_is_told_where_it_stands(world: World) -> None:
    fake = started(world, box(1))
    with pytest.raises(SeqConflict) as refused:
        begin_anew(fake, box(1))
    assert refused.value.facts["expected"] == 2
    assert refused.value.facts["expected_prev_sha256"] == fake.previous
    assert Agent.objects.get().clone_suspected_at is None
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (box(1), box(2)),
        (box(1), box(1).with_(cards=(card("3c:97:0e:10:20:99"),))),
        (box(1), box(1).with_(machine=box(2).machine)),
        (BARE, BARE),
    ],
    ids=["another machine", "another card", "another board", "the drive alone"],
)
def test_one_that_begins_anew_and_does_not_show_who_it_is_is_another(
    world: World, was: Box, now: Box
) -> None:
    fake = started(world, was)
    before = Agent.objects.get()
    with pytest.raises(CloneSuspected):
        begin_anew(fake, now)
    assert Agent.objects.get().clone_suspected_at
    assert (Report.objects.count(), Agent.objects.get().marks) == (1, before.marks)


def test_one_that_continues_from_another_past_is_another(world: World) -> None:
    fake = started(world, box(1))
    told = box(1).told() | {"seq": 1, "prev_sha256": "ab" * 32}
    told.pop("drives")
    envelope = fake.seal(fake.report(**told, boot_id=OTHER_BOOT))
    with pytest.raises(CloneSuspected):
        actions.accept_report(agent=Agent.objects.get(), envelope=envelope)
    assert Report.objects.count() == 1


def test_a_start_that_another_one_followed_does_not_come_back(world: World) -> None:
    fake = started(world, box(1))
    told = box(1).told()
    told.pop("drives")
    for boot_id in (BOOT, OTHER_BOOT):
        fake.send(**told, boot_id=boot_id)
    with pytest.raises(CloneSuspected):
        begin_anew(fake, box(1), BOOT)
    assert Report.objects.count() == 3
