"""Which machine has which environment, and which are to be looked at again."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agent import wire
from backoffice.core.models import Site
from backoffice.core.roles import Role
from provisioning import actions
from provisioning.cards.fleet import Look, counts, failures, narrowed, runs_of
from provisioning.models import EnvironmentRun, EnvironmentVersion
from tests.provisioning.environments.world import (
    at_the_bench,
    done,
    next_version,
    published,
    stable,
    tell,
)
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def installed(world: World) -> tuple[FakeMachine, wire.Installed]:
    profile = stable(published(world.lead))
    machine = at_the_bench(world)
    report = done(profile)
    tell(machine, report)
    return machine, report


def on(world: World, look: Look) -> list[EnvironmentRun]:
    return list(narrowed(runs_of(world.lead), look))


def test_a_machine_has_what_its_last_pass_left_on_it(world: World) -> None:
    installed(world)
    assert [run.number for run in on(world, Look.ALL)] == [1]
    assert on(world, Look.OLDER) == []
    assert on(world, Look.FAILED) == []


def test_a_pass_that_could_not_begin_changes_nothing_of_that(world: World) -> None:
    machine, report = installed(world)
    tell(machine, report.but(outcome=wire.Outcome.BLOCKED, steps=()))
    assert [run.outcome for run in on(world, Look.ALL)] == ["whole"]


def test_a_later_version_makes_it_older_and_a_withdrawn_one_is_named(
    world: World,
) -> None:
    installed(world)
    version = published_of(world)
    next_version(world.lead, version.environment, "gimp")
    assert len(on(world, Look.OLDER)) == 1
    assert on(world, Look.WITHDRAWN) == []
    actions.withdraw_version(version=version, because="Faute", by=world.lead)
    assert len(on(world, Look.WITHDRAWN)) == 1


def published_of(world: World) -> EnvironmentVersion:
    (run,) = on(world, Look.ALL)
    assert run.profile is not None
    return run.profile.version


def test_what_changed_since_is_drift_and_its_step_is_counted(world: World) -> None:
    machine, report = installed(world)
    first, *rest = report.steps
    drifted = (first.but(state=wire.StepState.DRIFT), *rest)
    seen = report.but(aim=wire.Pass.VERIFY, outcome=wire.Outcome.PARTIAL, steps=drifted)
    tell(machine, seen)
    assert len(on(world, Look.DRIFT)) == 1
    (failed,) = failures(world.lead)
    assert (failed["step"], failed["machines"]) == (first.id, 1)


def test_a_machine_that_was_cleared_has_none(world: World) -> None:
    machine, report = installed(world)
    tell(machine, report.but(aim=wire.Pass.RETURN))
    assert on(world, Look.ALL) == []


def test_the_page_shows_each_list_and_counts_them(world: World, client: Client) -> None:
    installed(world)
    client.force_login(world.lead)
    for look in Look:
        answer = client.get(
            reverse("provisioning:environment-machines"), {"look": look}
        )
        assert answer.status_code == 200
    assert {each["look"]: each["count"] for each in counts(world.lead)}[Look.ALL] == 1


def test_nobody_sees_machines_of_a_site_that_is_not_theirs(world: World) -> None:
    installed(world)
    elsewhere = Site.objects.create(name="Ailleurs")
    other = person(Role.WORKSHOP_LEAD, site=elsewhere)
    assert list(runs_of(other)) == []
