"""Where a site wants it, a person looks at each machine that joins."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory.models import StorageDrive
from provisioning import actions
from provisioning.errors import AgentRevoked, AlreadyApproved, NotApproved
from provisioning.models import Agent, Report
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    actions.want_approval(site=world.site, wanted=True, by=world.lead)
    return world


def test_a_machine_waits_and_is_approved(world: World) -> None:
    agent = FakeMachine().join(world, world.technician)
    assert agent.approved_at is None
    actions.approve_agent(agent=agent, by=world.lead)
    assert not Agent.objects.pending().exists()
    assert [event.verb for event in agent.events.all()] == ["enrolled", "approved"]


def test_its_reports_are_kept_meanwhile_and_touch_nothing(world: World) -> None:
    machine = FakeMachine()
    machine.join(world, world.technician, world.receive(drives=()))
    machine.send(drive())
    assert Report.objects.count() == 1
    assert not StorageDrive.objects.filter(serial="EX-SEEN-0001").exists()


def test_approved_it_is_the_device_that_its_code_named(world: World) -> None:
    device, machine = world.receive(drives=()), FakeMachine()
    agent = machine.join(world, world.technician, device)
    machine.send(drive())
    actions.approve_agent(agent=agent, by=world.lead)
    assert Agent.objects.get().device == device
    assert device.drives.get().serial == "EX-SEEN-0001"


def test_it_is_bound_to_nothing_before(world: World) -> None:
    agent = FakeMachine().join(world, world.technician)
    with pytest.raises(NotApproved):
        actions.bind_agent(agent=agent, device=world.receive(), by=world.technician)
    assert Agent.objects.get().device is None


def test_a_technician_approves_nothing(world: World) -> None:
    agent = FakeMachine().join(world, world.technician)
    with pytest.raises(NotPermitted):
        actions.approve_agent(agent=agent, by=world.technician)
    with pytest.raises(NotPermitted):
        actions.want_approval(site=world.site, wanted=False, by=world.technician)
    assert Agent.objects.pending().get() == agent


def test_once_is_enough(world: World) -> None:
    agent = FakeMachine().join(world, world.technician)
    actions.approve_agent(agent=agent, by=world.lead)
    with pytest.raises(AlreadyApproved):
        actions.approve_agent(agent=agent, by=world.lead)
    assert agent.events.filter(verb="approved").count() == 1


def test_one_that_was_sent_away_is_not_approved(world: World) -> None:
    agent = FakeMachine().join(world, world.technician)
    actions.revoke_agent(agent=agent, by=world.lead)
    with pytest.raises(AgentRevoked):
        actions.approve_agent(agent=agent, by=world.lead)
    assert Agent.objects.get().approved_at is None


def test_a_machine_sent_away_waits_again_when_it_comes_back(world: World) -> None:
    machine = FakeMachine()
    agent = machine.join(world, world.technician)
    actions.approve_agent(agent=agent, by=world.lead)
    actions.revoke_agent(agent=agent, by=world.lead)
    assert machine.join(world, world.technician).approved_at is None


def test_the_site_s_history_says_so_in_words(client: Client, world: World) -> None:
    administrator = person(Role.ADMINISTRATOR)
    Authenticator.objects.create(
        user=administrator, type=Authenticator.Type.TOTP, data={}
    )
    actions.want_approval(site=world.site, wanted=False, by=world.lead)
    client.force_login(administrator)
    page = client.get(reverse("core:site-amend", args=[world.site.uuid]))
    assert "New machines wait for approval" in page.content.decode()
    assert "New machines are let in" in page.content.decode()


def test_a_site_that_wants_it_no_more_lets_machines_in(world: World) -> None:
    actions.want_approval(site=world.site, wanted=False, by=world.lead)
    actions.want_approval(site=world.site, wanted=False, by=world.lead)
    agent = FakeMachine().join(world, world.technician)
    assert agent.approved_at is not None
    told = [event.verb for event in world.site.events.oldest_first()]
    assert told == ["machines_approved", "machines_let_in"]
