"""Two machines with one identity, or one that was put back in time."""

from __future__ import annotations

import uuid

import pytest

from agent import wire
from provisioning import actions
from provisioning.errors import CloneSuspected, SeqConflict
from provisioning.models import Agent, Report
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
BOOT, OTHER_BOOT = uuid.uuid4(), uuid.uuid4()


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
