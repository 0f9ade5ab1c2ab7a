"""What machines report in codes is read in words, in the language of whoever reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from agent import wire
from agent.profile.steps import FlatpakStep, ServiceStep, StepKind
from agent.profile.strict import Title
from agent.provision.reasons import CODES
from inventory.models import Device
from provisioning.actions.environment_proof import why_unproven
from provisioning.cards.words import installing_step
from provisioning.environments.words import (
    REASONS,
    kind_words,
    reason_of,
    title_of,
    titled,
)
from provisioning.models import Job
from tests.provisioning.environments.world import (
    at_the_bench,
    done,
    published,
    stable,
    tell,
)
from tests.provisioning.machines import FakeMachine
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def failed(world: World, **of_step: Any) -> FakeMachine:
    """A machine whose packages could not be installed, in the words of an English order."""
    profile = stable(published(world.lead))
    machine = at_the_bench(world)
    report = done(profile)
    first, *rest = report.steps
    bad = first.but(
        state=wire.StepState.FAILED,
        code="apt_locked",
        message="another program is installing packages: apt",
    )
    tell(
        machine,
        report.but(
            outcome=wire.Outcome.PARTIAL,
            steps=(bad.but(**of_step), *rest),
            message="Not all is in place.",
        ),
    )
    return machine


def test_every_reason_that_an_agent_knows_has_words() -> None:
    standings = {"missing", "drift", "unknown"}
    assert set(REASONS) == set(CODES) | standings


def test_every_kind_of_step_has_words_in_french() -> None:
    with override("fr"):
        words = [kind_words(kind.value) for kind in StepKind]
        english = {StepKind.SERVICE, StepKind.SCRIPT}  # the same word
        assert words[0] == "Programmes du système"
    with override("en"):
        others = [kind_words(kind.value) for kind in StepKind]
    same = {kind for kind, a, b in zip(StepKind, words, others, strict=True) if a == b}
    assert same == english


def test_a_step_is_called_as_who_published_it_says_else_by_what_it_brings() -> None:
    named = FlatpakStep(
        id="a", refs=("org.gnome.Maps",), title=Title(fr="Cartes", en="Maps")
    )
    assert title_of(named) == "Maps"
    assert title_of(named.but(title=None)) == "Program from Flatpak “Maps”"


def test_machines_get_titles_in_both_of_their_languages() -> None:
    step = titled(ServiceStep(id="s", unit="cups.service", enabled=True, running=True))
    assert step.title == Title(
        fr="Service «\u202fcups.service\u202f»", en="Service “cups.service”"
    )


def test_a_code_of_a_later_agent_is_no_sentence() -> None:
    assert reason_of("not_known_here") == ""
    assert kind_words("later") == "later"


def test_why_it_is_not_proven_is_said_in_the_readers_language(world: World) -> None:
    failed(world)
    device = Device.objects.get(assignments__isnull=False)
    with override("fr"):
        why = why_unproven(device, "emploi-fr")
    assert why is not None
    assert "Un autre programme installe des paquets" in why.message
    assert "another program" not in why.message


def test_the_page_of_machines_has_words_and_keeps_what_the_machine_wrote(
    world: World, client: Client
) -> None:
    failed(world)
    client.force_login(world.lead)
    address = reverse("provisioning:environment-machines")
    client.cookies["django_language"] = "fr"
    shown = client.get(address).content.decode()
    assert "Programmes du système" in shown
    assert "Un autre programme installe des paquets" in shown
    evidence = shown.partition("Ce que la machine a écrit")[2]
    assert "another program is installing packages: apt" in evidence
    assert "Not all is in place." in evidence


def test_how_far_it_is_is_read_in_another_language_than_it_was_said(
    world: World,
) -> None:
    profile = stable(published(world.lead))
    order = wire.ProfileOrder(
        slug="emploi-fr", version=1, sha256=profile.sha256, aim=wire.Pass.INSTALL
    )
    job = Job(
        args=wire.JobArgs(profile=order).to_json(), step="1/9 Programs of the system"
    )
    with override("fr"):
        assert installing_step(job) == "1/9 Programmes du système"
        job.step = "1/9 programs"
        assert installing_step(job) == "1/9 Programmes du système"
        job.step = "1/9 something else"
        assert installing_step(job) == "1/9 something else"
