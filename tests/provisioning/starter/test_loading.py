"""The ready environments are loaded once, can be published, and stay as people leave them."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from agent.profile import read
from backoffice.core.errors import NotPermitted
from provisioning import actions
from provisioning.models import Channel, Environment, Layer, Resource
from provisioning.starter.loading import load
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_four_are_loaded_in_both_languages_and_can_be_published(
    world: World,
) -> None:
    made = load(by=world.lead)
    assert [each.slug for each in made[:4]] == [
        "emploi",
        "famille",
        "seniors",
        "connexion",
    ]
    for each in made:
        version = actions.publish_version(environment=each, by=world.lead)
        profile = read(bytes(version.profiles.get(channel=Channel.TEST).body))
        assert {"locale", "home-1", "browsers"} <= {step.id for step in profile.steps}
    assert {each.licence for each in Resource.objects.all()} == {"CC-BY-SA-4.0"}


def test_loaded_again_nothing_changes_and_what_people_wrote_stays(world: World) -> None:
    load(by=world.lead)
    layer = Layer.objects.get(slug="emploi")
    content = layer.said.but(packages=("vlc",))
    actions.change_layer(layer=layer, revision=1, content=content, by=world.lead)
    before = (
        Resource.objects.count(),
        Layer.objects.count(),
        Environment.objects.count(),
    )
    load(by=world.lead)
    after = (
        Resource.objects.count(),
        Layer.objects.count(),
        Environment.objects.count(),
    )
    assert after == before
    assert Layer.objects.get(slug="emploi").said.packages == ("vlc",)


def test_who_may_not_manage_the_library_loads_nothing(world: World) -> None:
    with pytest.raises(NotPermitted):
        load(by=world.technician)
    assert not Resource.objects.exists()
    assert not Environment.objects.exists()


def test_the_command_names_who_loads_them(world: World) -> None:
    with pytest.raises(CommandError, match="Nobody signs in as"):
        call_command("load_starter", by="personne@exemple.test")
    call_command("load_starter", by=world.lead.email, verbosity=0)
    assert Environment.objects.count() == 8
