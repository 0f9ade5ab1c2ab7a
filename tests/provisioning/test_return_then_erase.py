"""A machine that came back forgets who it is, and is erased all the same."""

from __future__ import annotations

import pytest

from agent import wire
from inventory.models import Device, StorageDrive
from provisioning import actions
from provisioning.api.assignment import assignment_of
from provisioning.errors import AlreadyBound
from provisioning.models import (
    Agent,
    ErasureRun,
    Job,
    JobKind,
    JobState,
    JoinCode,
    RunState,
)
from tests.provisioning.hardware import agent, box, started
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive(drives=())


def left(machine: FakeMachine, outcome: wire.Outcome = wire.Outcome.WHOLE) -> None:
    """It took homes, line and files away, and says so."""
    said = wire.Installed(
        slug="emploi-fr",
        version=1,
        sha256="ab" * 32,
        aim=wire.Pass.RETURN,
        outcome=outcome,
    )
    machine.send(kind=wire.Kind.PROVISION, installed=said)


def order(world: World, device: Device) -> ErasureRun:
    drives = list(StorageDrive.objects.filter(host=device))
    (run,) = actions.order_erasure(device=device, drives=drives, by=world.technician)
    return run


def given(machine: FakeMachine) -> wire.Job | None:
    found = Agent.objects.select_related("job", "device").get(pk=agent(machine).pk)
    return assignment_of(found).job


def test_an_order_waits_for_the_machine_that_forgot_itself_and_is_given_on_its_return(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    left(before)
    run = order(world, device)
    assert (run.state, run.job) == (RunState.APPROVED, None)
    assert not Job.objects.filter(kind=JobKind.ERASE).exists()
    again = started(world, box(1))
    job = given(again)
    assert job is not None
    assert [each.run_id for each in job.args.runs] == [run.uuid]
    assert given(before) is None


@pytest.mark.parametrize("outcome", [wire.Outcome.PARTIAL, wire.Outcome.BLOCKED])
def test_a_machine_that_left_something_behind_is_still_itself(
    world: World, device: Device, outcome: wire.Outcome
) -> None:
    machine = started(world, box(1), device)
    left(machine, outcome)
    run = order(world, device)
    assert run.job is not None
    assert given(machine) is not None


def test_an_order_that_the_former_key_never_took_passes_to_the_new_one(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    run = order(world, device)
    actions.confirm_order(device=device, by=world.technician)
    former = run.job
    assert former is not None
    again = started(world, box(1))
    job = given(again)
    assert job is not None
    assert job.args.confirmed
    assert [each.run_id for each in job.args.runs] == [run.uuid]
    former.refresh_from_db()
    run.refresh_from_db()
    assert (former.state, run.state) == (JobState.CANCELLED, RunState.CONFIRMED)
    assert given(before) is None


def test_what_the_former_key_has_in_hand_stays_in_its_hand(
    world: World, device: Device
) -> None:
    started(world, box(1), device)
    run = order(world, device)
    Job.objects.update(state=JobState.RUNNING)
    again = started(world, box(1))
    run.refresh_from_db()
    assert run.job == Job.objects.get()
    assert given(again) is None


def test_a_machine_that_nobody_knows_is_given_nothing_of_it(
    world: World, device: Device
) -> None:
    left(started(world, box(1), device))
    run = order(world, device)
    stranger = started(world, box(2))
    assert given(stranger) is None
    run.refresh_from_db()
    assert run.job is None


def test_a_machine_that_forgot_itself_joins_again_with_a_code_for_its_device(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    left(before)
    order(world, device)
    again = started(world, box(1), device)
    former, now = agent(before), agent(again)
    assert (former.device, former.same_as) == (None, now)
    assert now.device == device
    assert given(again) is not None
    unbound = device.events.get(verb="agent_unbound")
    assert unbound.data == {"agent": str(former.uuid), "same_as": str(now.uuid)}


def test_a_code_alone_changes_nothing_of_who_it_was(
    world: World, device: Device
) -> None:
    before = started(world, box(1), device)
    left(before)
    actions.create_join_code(site=world.site, device=device, by=world.technician)
    assert agent(before).device == device


def test_a_machine_that_is_still_itself_is_in_the_way_of_a_code_for_its_device(
    world: World, device: Device
) -> None:
    machine = started(world, box(1), device)
    left(machine, wire.Outcome.PARTIAL)
    codes = JoinCode.objects.count()
    with pytest.raises(AlreadyBound) as refused:
        actions.create_join_code(site=world.site, device=device, by=world.technician)
    assert "press “It is not: unbind”" in refused.value.advice
    assert JoinCode.objects.count() == codes
    assert agent(machine).device == device
