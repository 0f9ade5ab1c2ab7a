from __future__ import annotations

import pytest

from agent import wire
from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions as inventory_actions
from inventory.models import Device, PlaceKind, StorageDrive
from inventory.states import DataState
from provisioning import actions
from provisioning.errors import AgentRevoked, BindingDoubtful, NotBound
from provisioning.models import Agent, Report
from tests.provisioning.machines import FakeMachine, drive
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def agent(world: World) -> Agent:
    return FakeMachine().join(world, world.technician)


def test_a_binding_is_taken_back_and_told_on_both_sides(
    world: World, agent: Agent
) -> None:
    device = world.receive()
    actions.bind_agent(agent=agent, device=device, by=world.technician)
    actions.unbind_agent(agent=agent, by=world.technician)
    agent.refresh_from_db()
    assert agent.device is None
    assert [e.verb for e in agent.events.all()] == ["enrolled", "bound", "unbound"]
    assert device.events.filter(verb="agent_unbound").exists()


def test_what_a_machine_showed_of_the_drives_stays_when_it_is_unbound(
    world: World,
) -> None:
    machine, device = FakeMachine(), world.receive(drives=())
    agent = machine.join(world, world.technician, device)
    machine.send(drive())
    actions.unbind_agent(agent=agent, by=world.technician)
    assert device.drives.count() == 1


def test_a_machine_that_is_no_device_cannot_be_unbound(
    world: World, agent: Agent
) -> None:
    with pytest.raises(NotBound):
        actions.unbind_agent(agent=agent, by=world.technician)
    assert [e.verb for e in agent.events.all()] == ["enrolled"]


def test_a_revoked_machine_is_bound_to_nothing(world: World, agent: Agent) -> None:
    actions.revoke_agent(agent=agent, by=world.lead)
    device = world.receive()
    with pytest.raises(AgentRevoked):
        actions.bind_agent(agent=agent, device=device, by=world.technician)
    assert not device.events.filter(verb="agent_bound").exists()


def test_a_machine_that_contradicts_the_device_is_not_bound_unless_somebody_is_sure(
    world: World, agent: Agent
) -> None:
    device = world.receive(model="Tour 800")
    with refused(BindingDoubtful):
        actions.bind_agent(agent=agent, device=device, by=world.technician)
    assert [e.verb for e in agent.events.all()] == ["enrolled"]
    actions.bind_agent(agent=agent, device=device, sure=True, by=world.technician)
    assert Agent.objects.get().device == device


def test_nothing_is_asked_where_the_serial_number_is_the_same(world: World) -> None:
    device = world.receive(make="HP", model="EliteBook", serial="EX-5CG", drives=())
    machine = FakeMachine()
    machine.join(world, world.technician)
    said = wire.Machine(make="Hewlett-Packard", model="L3E72AV", serial="EX5CG")
    machine.send(machine=said)
    agent = Agent.objects.get()
    actions.bind_agent(agent=agent, device=device, by=world.technician)
    assert Agent.objects.get().device == device


def test_a_merge_that_waits_is_a_doubt_too(world: World, agent: Agent) -> None:
    device, other = world.receive(), world.receive()
    actions.propose_merge(
        device=device, other=other, reason="Received twice", by=world.technician
    )
    with refused(BindingDoubtful):
        actions.bind_agent(agent=agent, device=device, by=world.technician)
    assert Agent.objects.get().device is None


def test_a_technician_of_another_site_binds_nothing_here(
    world: World, agent: Agent
) -> None:
    elsewhere = Site.objects.create(name="Rive droite")
    stranger = person(Role.TECHNICIAN, site=elsewhere)
    with pytest.raises(NotPermitted):
        actions.bind_agent(agent=agent, device=world.receive(), by=stranger)
    agent.refresh_from_db()
    assert agent.device is None


@pytest.mark.parametrize("moved", [Agent, Device])
def test_who_may_bind_is_asked_where_both_are_now(
    world: World, agent: Agent, moved: type[Agent | Device]
) -> None:
    """The page was opened before one of them came to another site."""
    device = world.receive()
    moved.objects.update(site=Site.objects.create(name="Rive droite"))
    with pytest.raises(NotPermitted):
        actions.bind_agent(agent=agent, device=device, by=world.technician)
    assert Agent.objects.get().device is None
    assert not device.events.filter(verb="agent_bound").exists()


def test_who_may_unbind_is_asked_where_the_device_is_now(
    world: World, agent: Agent
) -> None:
    bound = actions.bind_agent(agent=agent, device=world.receive(), by=world.technician)
    Device.objects.update(site=Site.objects.create(name="Rive droite"))
    with pytest.raises(NotPermitted):
        actions.unbind_agent(agent=bound, by=world.technician)
    assert Agent.objects.get().device


def test_a_machine_goes_to_another_site_with_its_device(world: World) -> None:
    device, machine = world.receive(drives=()), FakeMachine()
    agent = machine.join(world, world.technician, device)
    machine.send(drive())
    elsewhere = Site.objects.create(name="Les Tilleuls")
    everywhere = person(Role.WORKSHOP_LEAD)
    there = inventory_actions.open_place(
        site=elsewhere, kind=PlaceKind.ROOM, name="Atelier", by=everywhere
    )
    inventory_actions.move_to_place(device=device, place=there, by=everywhere)
    agent = Agent.objects.get(pk=agent.pk)
    stranger = person(Role.TECHNICIAN, site=elsewhere)
    assert not Agent.objects.visible_to(world.technician).exists()
    assert not Report.objects.visible_to(world.technician).exists()
    assert Report.objects.visible_to(stranger).exists()
    with pytest.raises(NotPermitted):
        actions.unbind_agent(agent=agent, by=world.technician)
    actions.unbind_agent(agent=agent, by=stranger)
    assert Agent.objects.visible_to(stranger).get() == agent


def bind_again(world: World, agent: Agent, device: Device) -> None:
    actions.unbind_agent(agent=agent, by=world.technician)
    actions.bind_agent(agent=agent, device=device, by=world.technician)


def test_an_old_report_read_again_pulls_no_drive_out_of_where_it_is_now(
    world: World,
) -> None:
    left, now_in = world.receive(drives=()), world.receive(drives=())
    first, second = FakeMachine(), FakeMachine()
    agent = first.join(world, world.technician, left)
    second.join(world, world.technician, now_in)
    first.send(drive())
    second.send(drive())
    seen_at = now_in.drives.get().last_seen_at
    bind_again(world, agent, left)
    assert now_in.drives.get().last_seen_at == seen_at
    now_in.refresh_from_db()
    assert (left.drives.count(), now_in.data_state) == (0, DataState.AT_RISK)


def test_an_old_report_read_again_takes_no_drive_out_of_custody(world: World) -> None:
    machine, device = FakeMachine(), world.receive(drives=())
    agent = machine.join(world, world.technician, device)
    machine.send(drive())
    inventory_actions.take_drive_out(
        drive=device.drives.get(), custody=world.cupboard, by=world.technician
    )
    bind_again(world, agent, device)
    taken = StorageDrive.objects.get()
    assert (taken.host, taken.custody) == (None, world.cupboard)


def test_a_machine_bound_to_the_wrong_device_takes_its_drives_to_the_right_one(
    world: World,
) -> None:
    machine, wrong = FakeMachine(), world.receive(drives=())
    right = world.receive(drives=())
    agent = machine.join(world, world.technician, wrong)
    machine.send(drive())
    bind_again(world, agent, right)
    assert (wrong.drives.count(), right.drives.count()) == (0, 1)
