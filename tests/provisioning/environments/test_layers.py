"""Layers are written by who may, do not build on themselves, and are not overwritten."""

import pytest

from backoffice.core.errors import DomainError, NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from provisioning import actions
from provisioning.actions.layers import layers_under, merged
from provisioning.environments.content import LayerContent
from provisioning.errors import (
    LayerChanged,
    LayerCyclic,
    LayerMisplaced,
    LayerUnfit,
    SlugTaken,
)
from provisioning.models import Layer, LayerEvent, LayerKind
from tests.provisioning.environments.world import environment, layer
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def facts(of: Layer, extends: Layer | None = None) -> actions.LayerFacts:
    return actions.LayerFacts(slug=of.slug, title_fr=of.title_fr, extends=extends)


def test_an_environment_is_its_base_then_the_site_then_its_complements(
    world: World,
) -> None:
    below = layer(world.lead, "debian", LayerKind.BASE, packages=["vlc"])
    base = layer(
        world.lead,
        "cinnamon",
        LayerKind.BASE,
        extends=below,
        packages=["nemo"],
        home_title={"fr": "Socle"},
    )
    layer(world.lead, "ici", LayerKind.SITE, site=world.site, home_title={"fr": "Ici"})
    more = layer(world.lead, "jeux", groups=["games"])
    wanted = actions.EnvironmentFacts(title_fr="E", base=base, bundles=[more])
    made = actions.create_environment(slug="e", facts=wanted, by=world.lead)
    here, elsewhere = merged(made, world.site), merged(made, None)
    assert here.packages == ("vlc", "nemo")
    assert here.groups == ("games",)
    assert (here.home_title, elsewhere.home_title) != (None, None)
    assert here.home_title != elsewhere.home_title


def test_a_layer_that_would_build_on_itself_is_refused_with_the_circle(
    world: World,
) -> None:
    one = layer(world.lead, "un")
    two = layer(world.lead, "deux", extends=one)
    with pytest.raises(LayerCyclic, match="un → deux → un"):
        actions.change_layer(
            layer=one,
            revision=1,
            content=LayerContent(),
            facts=facts(one, extends=two),
            by=world.lead,
        )
    one.refresh_from_db()
    assert (one.extends, one.revision) == (None, 1)


def test_what_somebody_changed_meanwhile_is_not_overwritten(world: World) -> None:
    mine = layer(world.lead, "jeux")
    said = LayerContent.from_json({"packages": ["gcompris-qt"]})
    actions.change_layer(layer=mine, revision=1, content=said, by=world.lead)
    with pytest.raises(LayerChanged):
        actions.change_layer(
            layer=mine, revision=1, content=LayerContent(), by=world.lead
        )
    assert Layer.objects.get().said == said
    assert LayerEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("slug", "refusal"),
    [("jeux", SlugTaken), ("../jeux", LayerUnfit), ("", LayerUnfit)],
)
def test_a_short_name_is_of_one_layer_and_of_one_form(
    world: World, slug: str, refusal: type[DomainError]
) -> None:
    layer(world.lead, "jeux")
    with pytest.raises(refusal):
        layer(world.lead, slug)
    assert Layer.objects.count() == 1


def test_a_layer_stands_where_its_kind_belongs(world: World) -> None:
    bundle = layer(world.lead, "jeux")
    with pytest.raises(LayerMisplaced):
        layer(world.lead, "socle", LayerKind.BASE, extends=bundle)
    with pytest.raises(LayerMisplaced):
        layer(world.lead, "ici", LayerKind.SITE)
    wanted = actions.EnvironmentFacts(title_fr="E", base=bundle)
    with pytest.raises(LayerMisplaced):
        actions.create_environment(slug="e", facts=wanted, by=world.lead)
    assert Layer.objects.count() == 1


def test_a_site_has_one_layer(world: World) -> None:
    layer(world.lead, "ici", LayerKind.SITE, site=world.site)
    with pytest.raises(LayerMisplaced):
        layer(world.lead, "ici-aussi", LayerKind.SITE, site=world.site)
    assert Layer.objects.count() == 1


def test_a_site_s_layer_is_written_by_who_may_at_that_site(world: World) -> None:
    other = Site.objects.create(name="Ailleurs")
    theirs = person(Role.MEDIATOR, site=other)
    with pytest.raises(NotPermitted):
        layer(theirs, "ici", LayerKind.SITE, site=world.site)
    with pytest.raises(NotPermitted):
        layer(world.technician, "jeux")
    assert not Layer.objects.exists()


def test_complements_come_in_their_order_and_once(world: World) -> None:
    one, two = layer(world.lead, "un"), layer(world.lead, "deux")
    made = environment(world.lead, "e", two, one)
    assert [bundle.layer for bundle in made.bundled.all()] == [two, one]
    wanted = actions.EnvironmentFacts(title_fr="E", base=made.base, bundles=[one, one])
    with pytest.raises(LayerMisplaced):
        actions.change_environment(environment=made, facts=wanted, by=world.lead)
    assert made.bundled.count() == 2


def test_under_a_complement_lies_what_its_environments_put_there(world: World) -> None:
    below = layer(world.lead, "dessous")
    above = layer(world.lead, "dessus")
    made = environment(world.lead, "emploi", below, above)
    layer(world.lead, "seul", LayerKind.BASE)
    site = layer(world.lead, "atelier", LayerKind.SITE, site=world.site)
    assert layers_under(above) == [made.base, site, below]
    assert layers_under(below) == [made.base, site]


def test_under_the_layer_of_a_site_lies_every_base_in_use(world: World) -> None:
    made = environment(world.lead, "emploi", layer(world.lead, "plus"))
    site = layer(world.lead, "atelier", LayerKind.SITE, site=world.site)
    assert layers_under(site) == [made.base]


def test_under_a_complement_that_nobody_uses_any_base_may_lie(world: World) -> None:
    root = layer(world.lead, "racine", LayerKind.BASE)
    base = layer(world.lead, "socle", LayerKind.BASE, extends=root)
    assert layers_under(layer(world.lead, "plus")) == [root, base]
    assert layers_under(base) == [root]
    assert layers_under(root) == []


def test_a_layer_is_called_something_else_and_its_journal_says_what_it_was(
    world: World,
) -> None:
    of = layer(world.lead, "plus", packages=["vlc"])
    named = actions.rename_layer(
        layer=of, title_fr="Davantage", title_en="More", by=world.lead
    )
    assert (named.title_fr, named.title_en, named.slug) == ("Davantage", "More", "plus")
    assert named.revision == of.revision, "who writes in it meanwhile is not stopped"
    event = LayerEvent.objects.get(verb="layer_renamed")
    assert event.data["before"] == {"title_fr": "Plus", "title_en": ""}


def test_the_same_title_again_is_no_change(world: World) -> None:
    of = layer(world.lead, "plus")
    actions.rename_layer(layer=of, title_fr="Plus", by=world.lead)
    assert not LayerEvent.objects.filter(verb="layer_renamed").exists()


def test_who_may_not_write_layers_renames_none(world: World) -> None:
    of = layer(world.lead, "plus")
    with pytest.raises(NotPermitted):
        actions.rename_layer(layer=of, title_fr="Autre", by=world.technician)
    of.refresh_from_db()
    assert of.title_fr == "Plus"
    assert not LayerEvent.objects.filter(verb="layer_renamed").exists()
