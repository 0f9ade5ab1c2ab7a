from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.models.token import hash_secret
from backoffice.core.roles import Role
from provisioning import actions
from provisioning.errors import AlreadyBound, CodeInvalid, SignatureInvalid
from provisioning.models import Agent, AgentEvent, JoinCode
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_join_code_lets_one_machine_in(world: World) -> None:
    machine = FakeMachine()
    agent = machine.join(world, world.technician)
    assert agent.device is None
    assert agent.token_sha256 == hash_secret(machine.token)
    assert [event.verb for event in agent.events.all()] == ["enrolled"]


def test_neither_code_nor_token_is_kept_in_clear(world: World) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    machine = FakeMachine()
    enrolled = actions.enrol_agent(request=machine.enrol_request(code))
    kept = str(JoinCode.objects.values().get()) + str(Agent.objects.values().get())
    assert code not in kept
    assert enrolled.token not in kept


def test_a_used_code_lets_no_other_machine_in(world: World) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    actions.enrol_agent(request=FakeMachine().enrol_request(code))
    with pytest.raises(CodeInvalid):
        actions.enrol_agent(request=FakeMachine().enrol_request(code))
    assert Agent.objects.count() == 1


def test_the_same_machine_asking_again_is_the_same_agent(world: World) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    machine = FakeMachine()
    first = actions.enrol_agent(request=machine.enrol_request(code))
    again = actions.enrol_agent(request=machine.enrol_request(code.lower()))
    assert (first.created, again.created) == (True, False)
    assert again.agent == first.agent
    assert Agent.objects.get().token_sha256 == hash_secret(again.token)


def test_who_does_not_hold_the_key_does_not_join_with_it(world: World) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    asked = FakeMachine().enrol_request(code)
    forged = dataclasses.replace(asked, proof=FakeMachine().key.sign(asked.claim))
    with pytest.raises(SignatureInvalid):
        actions.enrol_agent(request=forged)
    assert not Agent.objects.exists()
    assert JoinCode.objects.get().used_at is None


def test_the_proof_for_one_code_is_none_for_another(world: World) -> None:
    machine = FakeMachine()
    machine.join(world, world.technician)
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    overheard = machine.enrol_request("K7QM3XPA")
    with pytest.raises(SignatureInvalid):
        actions.enrol_agent(request=dataclasses.replace(overheard, code=code))
    assert Agent.objects.get().token_sha256 == hash_secret(machine.token)


def test_a_code_ends_after_a_quarter_of_an_hour(world: World) -> None:
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    late = timezone.now() + dt.timedelta(minutes=15, seconds=1)
    with time_machine.travel(late), pytest.raises(CodeInvalid):
        actions.enrol_agent(request=FakeMachine().enrol_request(code))
    assert not Agent.objects.exists()


@pytest.mark.parametrize("code", ["", "ZZZZ-ZZZZ", "K7QM3XP", "'; drop", "😀" * 8])
def test_a_guessed_code_is_refused(world: World, code: str) -> None:
    with pytest.raises(CodeInvalid):
        actions.enrol_agent(request=FakeMachine().enrol_request(code))
    assert not AgentEvent.objects.exists()


def test_a_code_made_for_a_device_binds_the_machine_to_it(world: World) -> None:
    device = world.receive()
    agent = FakeMachine().join(world, world.technician, device)
    agent.refresh_from_db()
    assert agent.device == device
    assert device.events.filter(verb="agent_bound").exists()


def test_a_code_for_a_device_that_got_its_machine_lets_another_in_as_seen(
    world: World,
) -> None:
    device = world.receive()
    first, second = FakeMachine(), FakeMachine()
    codes = [
        actions.create_join_code(site=world.site, device=device, by=world.technician)[1]
        for _each in range(2)
    ]
    actions.enrol_agent(request=first.enrol_request(codes[0]))
    joined = actions.enrol_agent(request=second.enrol_request(codes[1]))
    assert (joined.created, joined.agent.device) == (True, None)
    assert Agent.objects.bound().get() != joined.agent


def test_a_device_has_one_machine(world: World) -> None:
    device = world.receive()
    FakeMachine().join(world, world.technician, device)
    other = FakeMachine().join(world, world.technician)
    with pytest.raises(AlreadyBound):
        actions.bind_agent(agent=other, device=device, by=world.technician)
    other.refresh_from_db()
    assert other.device is None


def test_a_mediator_makes_no_join_code(world: World) -> None:
    with pytest.raises(NotPermitted):
        actions.create_join_code(site=world.site, by=person(Role.MEDIATOR))
    assert not JoinCode.objects.exists()


def test_a_revoked_machine_comes_back_unbound_with_a_fresh_code(world: World) -> None:
    device = world.receive()
    machine = FakeMachine()
    agent = machine.join(world, world.technician, device)
    actions.revoke_agent(agent=agent, by=world.lead)
    again = machine.join(world, world.technician)
    assert again == agent
    again.refresh_from_db()
    assert (again.revoked_at, again.device) == (None, None)


def test_a_revoked_machine_comes_back_where_its_new_code_was_made(world: World) -> None:
    machine = FakeMachine()
    agent = machine.join(world, world.technician, world.receive())
    actions.revoke_agent(agent=agent, by=world.lead)
    elsewhere = Site.objects.create(name="Les Tilleuls")
    _row, code = actions.create_join_code(
        site=elsewhere, by=person(Role.TECHNICIAN, site=elsewhere)
    )
    actions.enrol_agent(request=machine.enrol_request(code))
    assert Agent.objects.get().site == elsewhere


def test_a_revoked_machine_does_not_come_back_with_the_code_it_used(
    world: World,
) -> None:
    machine = FakeMachine()
    _row, code = actions.create_join_code(site=world.site, by=world.technician)
    enrolled = actions.enrol_agent(request=machine.enrol_request(code))
    actions.revoke_agent(agent=enrolled.agent, by=world.lead)
    with pytest.raises(CodeInvalid):
        actions.enrol_agent(request=machine.enrol_request(code))
    assert Agent.objects.get().revoked_at is not None
