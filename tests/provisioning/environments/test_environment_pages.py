"""How far a machine is with its environment, on its device's page and on the bench."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from agent import wire
from inventory.models import Device, DeviceKind
from provisioning import actions
from provisioning.cards.bench import card_of
from provisioning.cards.environment import environment_card
from provisioning.models import Agent, Job, JobState
from tests.provisioning.assigned import assigned
from tests.provisioning.environments.world import (
    at_the_bench,
    done,
    published,
    stable,
    tell,
)
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def seen(world: World, client: Client, device: Device) -> str:
    client.force_login(world.technician)
    answer = client.get(reverse("provisioning:device-machine", args=[device.tag]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_asks_for_what_is_missing_and_says_what_came_of_it(
    world: World, client: Client
) -> None:
    published(world.lead)
    at_the_bench(world)
    device = Device.objects.get(assignments__isnull=False)
    before = seen(world, client, device)
    assert "Install the environment" in before
    assert "I saw this environment work" not in before
    address = reverse("provisioning:environment-install", args=[device.tag])
    assert client.post(address, {"aim": "install"}).status_code == 302
    assert "Waits for the machine" in seen(world, client, device)


def test_the_machine_s_result_stands_on_the_page(world: World, client: Client) -> None:
    version = published(world.lead)
    machine = at_the_bench(world)
    device = Device.objects.get(assignments__isnull=False)
    failed = wire.StepResult(
        id="programs", kind="apt", state=wire.StepState.FAILED, message="No network."
    )
    said = done(stable(version), outcome=wire.Outcome.PARTIAL, steps=(failed,))
    tell(machine, said)
    assert "No network." in seen(world, client, device)
    tell(machine, done(stable(version)))
    after = seen(world, client, device)
    assert "Proven" in after
    assert "Check the environment" in after
    assert "Install the environment" not in after


def test_the_bench_shows_the_step_and_how_far_it_is(world: World) -> None:
    published(world.lead)
    machine = at_the_bench(world)
    device = Device.objects.get(assignments__isnull=False)
    job = actions.install_environment(device=device, by=world.technician)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, percent=40, step="3/12 Programmes"
    )
    card = card_of(Agent.objects.for_board().get(pk=machine.agent.pk))  # type: ignore[union-attr]
    assert card.state == "Learning environment: 3/12 Programmes"
    assert card.percent == 40
    shown = environment_card(device, "emploi-fr")
    assert (shown.family, shown.percent, shown.said) == (
        "progress",
        40,
        "3/12 Programmes",
    )


@pytest.mark.parametrize("aim", ["", "unknown", "x" * 4000, "install\x00"])
def test_a_word_that_is_no_aim_is_refused_and_asks_nothing(
    world: World, client: Client, aim: str
) -> None:
    published(world.lead)
    at_the_bench(world)
    device = Device.objects.get(assignments__isnull=False)
    client.force_login(world.technician)
    address = reverse("provisioning:environment-install", args=[device.tag])
    assert client.post(address, {"aim": aim}).status_code == 400
    assert client.get(address).status_code == 405
    assert not Job.objects.exists()


def test_a_device_that_nothing_asks_for_says_what_comes_first(
    world: World, client: Client
) -> None:
    assert "It is not ready yet" in seen(world, client, world.receive())
    ready = world.ready(world.drive())
    assert "No closed pack asks for an environment" in seen(world, client, ready)
    assigned(world, ready, environment="")
    assert "Its pack asks for no learning environment" in seen(world, client, ready)


def test_a_mouse_is_asked_for_no_environment(world: World, client: Client) -> None:
    mouse = world.receive(kind=DeviceKind.PERIPHERAL)
    assert "Learning environment" not in seen(world, client, mouse)


def test_a_device_without_a_machine_says_so_and_offers_no_button_that_fails(
    world: World, client: Client
) -> None:
    published(world.lead)
    device = world.ready(world.drive())
    assigned(world, device, "emploi-fr")
    page = seen(world, client, device)
    assert f"No machine is bound to {device}" in page
    assert reverse("provisioning:machine-list") in page
    assert "Install the environment" not in page


def test_an_environment_that_is_but_a_name_needs_no_machine(
    world: World, client: Client
) -> None:
    device = world.ready(world.drive())
    assigned(world, device, "un-nom")
    assert "No machine is bound to PC" not in seen(world, client, device)


def test_a_machine_that_waits_for_approval_is_the_thing_to_see_to(
    world: World, client: Client
) -> None:
    published(world.lead)
    machine = at_the_bench(world)
    device = Device.objects.get(assignments__isnull=False)
    Agent.objects.filter(pk=machine.agent.pk).update(approved_at=None)  # type: ignore[union-attr]
    assert "Nobody has approved the machine" in seen(world, client, device)


def test_the_page_of_a_bound_machine_says_the_same(
    world: World, client: Client
) -> None:
    published(world.lead)
    machine = at_the_bench(world)
    client.force_login(world.technician)
    address = reverse("provisioning:machine-detail", args=[machine.agent.uuid])  # type: ignore[union-attr]
    page = client.get(address).content.decode()
    assert "What its pack asks" in page
    assert "Install the environment" in page
