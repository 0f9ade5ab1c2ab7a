"""The acts that only move a device along the bench, and where they refuse to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.errors import WrongStatus
from inventory.models import Device
from inventory.states import NEXT, DeviceStatus
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db

Act = Callable[..., Device]
S = DeviceStatus
# Each act with the acts that lead there, where it leads, and what it is called.
ACTS: list[tuple[Act, list[Act], DeviceStatus, str]] = [
    (actions.start_triage, [], S.IN_TRIAGE, "triage_started"),
    (actions.triage_device, [actions.start_triage], S.TO_PROCESS, "triaged"),
    (
        actions.start_refurbishment,
        [actions.triage_device],
        S.IN_REFURBISHMENT,
        "refurbishment_started",
    ),
    (
        actions.await_parts,
        [actions.triage_device, actions.start_refurbishment],
        S.AWAITING_PARTS,
        "parts_awaited",
    ),
    (
        actions.send_to_quality_check,
        [actions.triage_device],
        S.IN_QUALITY_CHECK,
        "sent_to_quality_check",
    ),
    (actions.declare_missing, [], S.MISSING, "declared_missing"),
]
each_act = pytest.mark.parametrize(
    ("act", "before", "to", "verb"), ACTS, ids=[act[0].__name__ for act in ACTS]
)


@pytest.fixture
def world() -> World:
    return make_world()


def brought(world: World, before: list[Act]) -> Device:
    device = world.receive()
    for act in before:
        act(device=device, by=world.technician)
    return device


@each_act
def test_it_moves_the_device_and_says_so(
    world: World, act: Act, before: list[Act], to: DeviceStatus, verb: str
) -> None:
    device = act(device=brought(world, before), by=world.technician)
    told = device.events.order_by("-sequence")[0]
    assert (device.status, told.verb, told.data["to"]) == (to, verb, to)


@each_act
def test_it_is_refused_where_the_table_does_not_lead(
    world: World, act: Act, before: list[Act], to: DeviceStatus, verb: str
) -> None:
    device = actions.return_to_donor(
        device=world.receive(), waiver_reference="D-1", by=world.lead
    )
    assert to not in NEXT[DeviceStatus(device.status)]
    with refused(WrongStatus):
        act(device=device, by=world.technician)


@each_act
def test_it_is_refused_without_the_permission(
    world: World, act: Act, before: list[Act], to: DeviceStatus, verb: str
) -> None:
    device = brought(world, before)
    with refused(NotPermitted):
        act(device=device, by=person(Role.MEDIATOR))


def test_parts_that_came_bring_it_back_to_the_bench(world: World) -> None:
    device = brought(
        world,
        [actions.triage_device, actions.start_refurbishment, actions.await_parts],
    )
    actions.start_refurbishment(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.status == S.IN_REFURBISHMENT
