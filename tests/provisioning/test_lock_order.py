"""Machines are held before their devices, by everything that holds both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model, QuerySet

from inventory.models import Device, StorageDrive
from provisioning import actions
from provisioning.models import Agent, Correction, ErasureRun
from tests.provisioning.erasing import Bench
from tests.provisioning.hardware import agent, box, report, started
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[type[Model]]:
    """The tables whose rows are held, in their order."""
    order: list[type[Model]] = []
    lock = QuerySet.select_for_update

    def noted(rows: QuerySet[Any], **options: Any) -> QuerySet[Any]:
        order.append(rows.model)
        return lock(rows, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", noted)
    return order


def of_merge(world: World) -> Correction:
    kept, gone = world.receive(drives=()), world.receive(drives=())
    started(world, box(1), kept)
    started(world, box(2), gone)
    return actions.propose_merge(
        device=kept, other=gone, reason="Received twice", by=world.technician
    )


def of_split(world: World) -> Correction:
    device = world.receive(drives=())
    mine = agent(started(world, box(1), device))
    return actions.propose_split(
        device=device, agent=mine, drives=(), reason="Two", by=world.technician
    )


def is_agent_first(held: list[type[Model]]) -> bool:
    return held.index(Agent) < held.index(Device)


@pytest.mark.parametrize("proposed", [of_merge, of_split])
def test_a_correction_and_the_way_back_hold_machines_first(
    world: World,
    held: list[type[Model]],
    proposed: Callable[[World], Correction],
) -> None:
    correction = proposed(world)
    held.clear()
    correction = actions.confirm_correction(correction=correction, by=world.lead)
    assert is_agent_first(held)
    held.clear()
    actions.undo_correction(correction=correction, by=world.lead)
    assert is_agent_first(held)


def test_a_report_and_a_binding_hold_machines_first(
    world: World, held: list[type[Model]]
) -> None:
    device = world.receive(drives=())
    held.clear()
    fake = started(world, box(1), device)
    assert is_agent_first(held)
    held.clear()
    report(fake, box(1))
    assert is_agent_first(held)


def test_a_result_holds_device_and_drive_before_its_order(
    world: World, held: list[type[Model]]
) -> None:
    """Of a machine that is bound to no device: its report holds none before."""
    bench = Bench(world)
    Agent.objects.update(device=None, bound_at=None)
    (run,) = bench.order()
    actions.export_order(run=run, by=world.technician)
    bench.look()
    held.clear()
    bench.report(bench.record(run))
    first = [held.index(model) for model in (Device, StorageDrive, ErasureRun)]
    assert first == sorted(first)
