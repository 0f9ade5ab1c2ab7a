"""What a machine says of an environment is kept; where it is whole, it is a proof."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from agent import wire
from backoffice.core.errors import DomainError
from inventory.models import Device
from provisioning import actions
from provisioning.errors import MachineProves
from provisioning.models import EnvironmentCheck, EnvironmentRun, LayerKind
from tests.provisioning.environments.world import (
    WELCOME,
    at_the_bench,
    done,
    layer,
    next_version,
    published,
    say,
    stable,
    tell,
)
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world

pytestmark = pytest.mark.django_db

State, Outcome, Pass = wire.StepState, wire.Outcome, wire.Pass


@pytest.fixture
def world() -> World:
    return make_world()


def device_of(machine: FakeMachine) -> Device:
    assert machine.agent is not None
    assert machine.agent.device is not None
    return machine.agent.device


def why(machine: FakeMachine) -> str:
    found = actions.why_unproven(device_of(machine), "emploi-fr")
    return found.message if found else ""


def test_a_machine_that_is_whole_proves_its_environment_itself(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    assert "not installed" in why(machine)
    run = tell(machine, done(stable(version)))
    check = EnvironmentCheck.objects.get()
    assert (check.run, check.checked_by) == (run, None)
    assert (run.profile, run.steps.count()) == (stable(version), 5)
    assert why(machine) == ""
    assert device_of(machine).events.filter(verb="environment_checked").exists()


def test_a_version_published_later_makes_it_unproven_naming_both(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version)))
    later = next_version(world.lead, version.environment, "gimp")
    assert "has version 1" in why(machine)
    assert "version 2 is the latest" in why(machine)
    tell(machine, done(stable(later)))
    assert why(machine) == ""


def test_a_version_on_trial_changes_nothing_until_it_is_published(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version)))
    say(world.lead, version.environment, **WELCOME | {"packages": ["gimp"]})
    tried = actions.publish_version(environment=version.environment, by=world.lead)
    assert why(machine) == ""
    tell(machine, done(tried.profiles.get()))
    assert "version 1 is the latest" in why(machine)
    actions.promote_version(version=tried, by=world.lead)
    assert why(machine) == ""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"outcome": Outcome.PARTIAL}, "not whole"),
        ({"outcome": Outcome.CANCELLED, "message": "Arrêt."}, "Cancelled"),
        ({"outcome": Outcome.REFUSED}, "not installed"),
        ({"outcome": Outcome.BLOCKED}, "not installed"),
        ({"aim": Pass.ROLLBACK}, "not installed"),
        ({"steps": ()}, "not what was published"),
        ({"sha256": "e" * 64}, "not what was published"),
    ],
)
def test_nothing_less_is_a_proof(
    world: World, said: dict[str, Any], words: str
) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version), **said))
    assert words in why(machine)
    assert not EnvironmentCheck.objects.exists()


@pytest.mark.parametrize("state", [State.FAILED, State.DRIFT, State.SKIPPED])
def test_a_whole_whose_steps_do_not_hold_is_none(
    world: World, state: wire.StepState
) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version), state))
    assert why(machine)
    assert not EnvironmentCheck.objects.exists()


def test_what_drifted_since_is_named_by_its_step(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version)))
    drifted = wire.StepResult(
        id="programs", kind="apt", state=State.DRIFT, message="vlc is not there."
    )
    said = done(
        stable(version), aim=Pass.VERIFY, outcome=Outcome.PARTIAL, steps=(drifted,)
    )
    tell(machine, said)
    assert "vlc is not there." in why(machine)
    tell(machine, done(stable(version), aim=Pass.VERIFY))
    assert why(machine) == ""


def test_the_layer_of_another_site_proves_nothing(world: World) -> None:
    layer(world.lead, "ici", LayerKind.SITE, site=world.site, packages=["gimp"])
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version)))
    assert why(machine)
    tell(machine, done(version.profiles.get(channel="stable", site=world.site)))
    assert why(machine) == ""


def test_a_passphrase_printed_afterwards_has_to_be_installed(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    tell(machine, done(stable(version)))
    actions.print_passphrase(device=device_of(machine), by=world.technician)
    assert "passphrase was printed" in why(machine)
    tell(machine, done(stable(version)))
    assert why(machine) == ""


def test_no_person_says_in_a_machine_s_place_what_it_proves_itself(
    world: World,
) -> None:
    published(world.lead)
    machine = at_the_bench(world)
    refused: type[DomainError] = MachineProves
    with pytest.raises(refused):
        actions.check_environment(
            device=device_of(machine), environment="emploi-fr", by=world.technician
        )
    assert not EnvironmentCheck.objects.exists()


def test_a_report_that_comes_twice_is_one_pass(world: World) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    envelope = machine.seal(
        machine.report(kind=wire.Kind.PROVISION, installed=done(stable(version)))
    )
    assert machine.agent is not None
    for _time in range(2):
        actions.accept_report(agent=machine.agent, envelope=envelope)
    assert EnvironmentRun.objects.count() == EnvironmentCheck.objects.count() == 1


def test_a_pass_stays_as_it_was_reported(world: World) -> None:
    version = published(world.lead)
    run = tell(at_the_bench(world), done(stable(version)))
    for rows in (EnvironmentRun.objects.filter(pk=run.pk), run.steps.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)
    assert run.steps.count() == 5
