"""Environments are written, looked at, compared, published and withdrawn on pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backoffice.core.roles import Role
from inventory.models import Device
from provisioning import actions, profile_keys
from provisioning.environments.content import LayerContent
from provisioning.kinds import Withdrawal
from provisioning.models import (
    Assignment,
    Channel,
    Environment,
    EnvironmentVersion,
    Layer,
    LayerKind,
)
from tests.provisioning.environments.world import (
    FRENCH,
    PERSONAL,
    at_the_bench,
    environment,
    layer,
    published,
    say,
)
from tests.provisioning.files import in_library
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def lead(world: World, client: Client) -> Client:
    client.force_login(world.lead)
    return client


def url(name: str, *parts: object) -> str:
    return reverse(f"provisioning:{name}", args=parts)


def section(client: Client, of: Layer, slug: str, **typed: Any) -> HttpResponse:
    data = {"revision": str(of.revision), **typed}
    answer: HttpResponse = client.post(url("layer-section", of.uuid, slug), data)  # type: ignore[assignment]
    return answer


def test_an_environment_is_begun_of_a_base_and_complements(
    world: World, lead: Client
) -> None:
    base = layer(world.lead, "socle", LayerKind.BASE)
    more = layer(world.lead, "plus")
    typed = {"title_fr": "Emploi", "slug": "emploi", "base": str(base.uuid)}
    answer = lead.post(url("environment-new"), {**typed, "bundle_0": str(more.uuid)})
    made = Environment.objects.get()
    assert answer.headers["Location"] == url("environment-detail", made.uuid)
    assert list(made.bundles.all()) == [more]


def test_a_short_name_that_is_taken_is_refused_and_nothing_typed_is_lost(
    world: World, lead: Client
) -> None:
    made = environment(world.lead)
    typed = {"title_fr": "Autre", "slug": made.slug, "base": str(made.base.uuid)}
    answer = lead.post(url("environment-new"), typed)
    assert answer.status_code == 409
    assert 'value="Autre"' in answer.content.decode()
    assert Environment.objects.count() == 1


def test_a_section_is_written_and_the_layer_says_it(world: World, lead: Client) -> None:
    of = layer(world.lead, "plus", packages=["vlc"])
    answer = section(lead, of, "programs", packages="vlc\ngimp")
    assert answer.status_code == 302
    assert Layer.objects.get().said.packages == ("vlc", "gimp")


def test_a_layer_gets_another_title_on_its_page(world: World, lead: Client) -> None:
    of = layer(world.lead, "plus")
    address = url("layer-rename", of.uuid)
    assert 'value="Plus"' in lead.get(address).content.decode()
    assert lead.post(address, {"title_fr": ""}).status_code == 400
    answer = lead.post(address, {"title_fr": "Davantage", "title_en": ""})
    shown = lead.get(answer.headers["Location"]).content.decode()
    assert "It was called “Plus”." in shown
    assert Layer.objects.get().title_fr == "Davantage"


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    world: World, lead: Client
) -> None:
    of = layer(world.lead, "plus", packages=["vlc"])
    answer = section(lead, of, "programs", packages="vlc; reboot")
    assert answer.status_code == 400
    assert "names of Debian packages only" in answer.content.decode()
    assert Layer.objects.get().revision == of.revision


def test_what_somebody_changed_meanwhile_is_not_overwritten(
    world: World, lead: Client
) -> None:
    of = layer(world.lead, "plus", packages=["vlc"])
    section(lead, of, "programs", packages="gimp")
    late = section(lead, of, "programs", packages="inkscape")
    assert late.status_code == 409
    assert "inkscape" in late.content.decode()
    assert Layer.objects.get().said.packages == ("gimp",)


def test_who_has_seen_what_another_wrote_saves_over_it(
    world: World, lead: Client
) -> None:
    of = layer(world.lead, "plus", packages=["vlc"])
    section(lead, of, "programs", packages="gimp")
    late = section(lead, of, "programs", packages="inkscape").content.decode()
    assert f'href="{url("layer-section", of.uuid, "programs")}" target="_blank"' in late
    found = re.search(r'name="revision" value="(\d+)"', late)
    assert found
    again = section(lead, of, "programs", packages="inkscape", revision=found[1])
    assert again.status_code == 302
    assert Layer.objects.get().said.packages == ("inkscape",)


def test_a_section_typed_before_signing_in_again_goes_over_nobody_s_words(
    world: World, lead: Client
) -> None:
    of = layer(world.lead, "plus", packages=["vlc"])
    here = url("layer-section", of.uuid, "programs")
    lead.get(here)
    lead.cookies.pop("sessionid")
    answer = section(lead, of, "programs", packages="inkscape")
    assert "/login/" in answer.headers["Location"]
    said = LayerContent.from_json({"packages": ["gimp"]})
    actions.change_layer(layer=of, revision=of.revision, content=said, by=world.lead)
    lead.force_login(world.lead)
    shown = lead.get(here).content.decode()
    assert "inkscape</textarea>" in shown
    assert f'name="revision" value="{of.revision}"' in shown
    assert section(lead, of, "programs", packages="inkscape").status_code == 409
    assert Layer.objects.get().said.packages == ("gimp",)


def test_one_more_row_is_shown_and_nothing_is_written(
    world: World, lead: Client
) -> None:
    of = layer(world.lead, "plus")
    answer = section(lead, of, "sites", add="bookmarks", **{"bookmarks-rows": "1"})
    assert 'name="bookmarks-1-url"' in answer.content.decode()
    assert Layer.objects.get().revision == of.revision


def test_the_live_check_says_what_is_wrong_and_writes_nothing(
    world: World, lead: Client
) -> None:
    of = layer(world.lead, "plus")
    address = url("section-check", of.uuid, "region")
    wrong = lead.post(address, {"region-lang": "français"}).content.decode()
    assert 'href="#id_region-lang"' in wrong
    right = lead.post(address, {"region-lang": "fr_BE.UTF-8"}).content.decode()
    assert "A machine can be asked this" in right
    assert Layer.objects.get().revision == of.revision


def typed_region(**said: str) -> dict[str, str]:
    return {f"region-{name}": value for name, value in said.items()}


def test_the_live_check_judges_the_whole_with_what_is_typed(
    world: World, lead: Client
) -> None:
    made = environment(world.lead, region={"lang": "fr_FR.UTF-8"})
    address = url("section-check", made.base.uuid, "region")
    half = lead.post(address, typed_region(lang="fr_BE.UTF-8")).content.decode()
    assert "A machine can be asked this" in half
    assert "Something is missing: region.keyboard" in half
    asked = {"lang": "fr_BE.UTF-8", "keyboard": "be", "timezone": "Europe/Brussels"}
    whole = lead.post(address, typed_region(**asked)).content.decode()
    assert "Something is missing" not in whole
    assert "MB of free disk" in whole
    assert Layer.objects.get().content == made.base.content


def test_the_whole_is_judged_through_layers_that_build_on_the_one_at_hand(
    world: World, lead: Client
) -> None:
    root = layer(world.lead, "racine", LayerKind.BASE)
    base = layer(
        world.lead, "socle", LayerKind.BASE, extends=root, region={"keyboard": "fr"}
    )
    facts = actions.EnvironmentFacts(title_fr="Emploi", base=base, bundles=())
    actions.create_environment(slug="emploi", facts=facts, by=world.lead)
    address = url("section-check", root.uuid, "region")
    said = lead.post(address, typed_region(timezone="Europe/Paris")).content.decode()
    assert "Something is missing: region.lang" in said


def test_a_sites_layer_is_judged_with_every_environment_at_that_site(
    world: World, lead: Client
) -> None:
    environment(world.lead, "emploi")
    environment(world.lead, "famille", region={"lang": "fr_FR.UTF-8"})
    own = layer(world.lead, "atelier", LayerKind.SITE, site=world.site)
    typed = typed_region(keyboard="fr", timezone="Europe/Paris")
    said = lead.post(url("section-check", own.uuid, "region"), typed).content.decode()
    assert said.count(f"Emploi · {world.site}") == 2
    assert "Something is missing" not in said
    page = lead.get(url("layer-detail", own.uuid)).content.decode()
    assert page.count("Something is missing: region.keyboard") == 1


def test_after_saving_the_layers_page_says_what_the_whole_comes_to(
    world: World, lead: Client
) -> None:
    made = environment(world.lead)
    typed = typed_region(lang="fr_FR.UTF-8", keyboard="", timezone="")
    answer = section(lead, made.base, "region", **typed)
    page = lead.get(answer.headers["Location"]).content.decode()
    assert "What it comes to" in page
    assert "Something is missing: region.keyboard" in page


def test_a_layer_of_no_environment_says_so(world: World, lead: Client) -> None:
    of = layer(world.lead, "plus")
    page = lead.get(url("layer-detail", of.uuid)).content.decode()
    assert "No environment is made of this layer yet" in page


def test_a_section_that_is_none_is_not_found(world: World, lead: Client) -> None:
    of = layer(world.lead, "plus")
    assert lead.get(url("layer-section", of.uuid, "shell")).status_code == 404


def test_the_home_page_is_shown_as_it_opens_and_nothing_runs_in_it(
    world: World, lead: Client
) -> None:
    made = environment(world.lead)
    answer = lead.get(url("home-shown", made.uuid))
    assert "<h1>Bienvenue</h1>" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert (
        'sandbox="allow-same-origin"'
        in lead.get(url("home-preview", made.uuid)).content.decode()
    )


def test_a_version_is_published_promoted_and_withdrawn(
    world: World, lead: Client
) -> None:
    made = environment(world.lead)
    lead.post(url("version-publish", made.uuid), {"notes": "Première"})
    version = EnvironmentVersion.objects.get()
    assert version.channel == Channel.TEST
    lead.post(url("version-promote", made.uuid, 1))
    version.refresh_from_db()
    assert version.channel == Channel.STABLE
    lead.post(url("version-withdraw", made.uuid, 1), {"because": "Une faute"})
    assert "Une faute" in lead.get(url("version-detail", made.uuid, 1)).content.decode()


def test_a_withdrawn_sheet_and_the_version_that_brings_it_name_each_other(
    world: World, lead: Client
) -> None:
    sheet = in_library(world.lead)
    named = {"slug": "mail", "resource": sheet.blob.sha256, "title": {"fr": "Mail"}}
    version = published(world.lead, region=FRENCH, sheets=[named])
    detail = url("version-detail", version.environment.uuid, 1)
    assert "withdrawn from the library" not in lead.get(detail).content.decode()
    actions.withdraw_resource(resource=sheet, reason=Withdrawal.OUTDATED, by=world.lead)
    assert sheet.title in lead.get(detail).content.decode()
    shown = url("resource-detail", sheet.uuid)
    assert detail in lead.get(shown).content.decode()
    actions.withdraw_version(version=version, because="Une faute", by=world.lead)
    assert detail not in lead.get(shown).content.decode()


def test_a_version_is_published_to_all_only_once(world: World, lead: Client) -> None:
    version = published(world.lead)
    answer = lead.post(url("version-promote", version.environment.uuid, 1))
    assert answer.status_code == 409
    assert EnvironmentVersion.objects.get().promoted_at == version.promoted_at


def test_a_version_is_not_withdrawn_without_a_reason(
    world: World, lead: Client
) -> None:
    version = published(world.lead)
    answer = lead.post(url("version-withdraw", version.environment.uuid, 1))
    assert answer.status_code == 400
    assert EnvironmentVersion.objects.get().channel == Channel.STABLE


def test_what_cannot_be_published_is_said_on_the_page(
    world: World, lead: Client
) -> None:
    made = environment(world.lead, region={"lang": "fr_FR.UTF-8"})
    answer = lead.post(url("version-publish", made.uuid))
    assert answer.status_code == 409
    assert "Something is missing" in answer.content.decode()
    assert not EnvironmentVersion.objects.exists()


def test_two_versions_are_compared_in_words(world: World, lead: Client) -> None:
    first = published(world.lead)
    made = first.environment
    site = {"title": "Pix", "url": "https://pix.fr/"}
    say(
        world.lead,
        made,
        region={"lang": "fr_BE.UTF-8", "keyboard": "be", "timezone": "Europe/Paris"},
        home_title={"fr": "Bienvenue"},
        packages=["gimp"],
        bookmarks=[site],
    )
    actions.publish_version(environment=made, by=world.lead)
    shown = lead.get(url("version-detail", made.uuid, 2)).content.decode()
    assert "Keyboard: “fr” becomes “be”." in shown
    assert "Added: Useful site “Pix”." in shown
    assert "gimp added." in shown
    assert "vlc taken away." in shown


def test_the_next_key_takes_over_only_on_a_second_look(
    world: World, client: Client
) -> None:
    client.force_login(person(Role.DATA_SECURITY_OFFICER, site=world.site))
    before = profile_keys.ring().public
    client.post(url("profile-key-rotate"))
    assert profile_keys.ring().public == before
    client.post(url("profile-key-rotate"), {"sure": "yes"})
    assert profile_keys.ring().public[0] == before[1]
    shown = client.get(url("profile-keys")).content.decode()
    assert str(before[1]) in shown
    assert before[0].number.hex() in shown


def test_a_passphrase_is_shown_once_and_kept_nowhere(
    world: World, lead: Client
) -> None:
    published(world.lead, **PERSONAL)
    at_the_bench(world)
    device = Device.objects.get(assignments__isnull=False)
    answer = lead.post(url("passphrase-label", device.tag))
    shown = answer.content.decode()
    passphrase = shown.split('passphrase">')[1].split("<")[0]
    assert passphrase.count("-") == 3
    assert "no-store" in answer.headers["Cache-Control"]
    kept = Assignment.objects.get()
    assert kept.passphrase_hash.startswith("$y$")
    again = lead.get(url("passphrase-label", device.tag)).content.decode()
    assert passphrase not in again
    assert "Printing another makes that one wrong" in again


def test_the_page_of_a_passphrase_says_what_comes_before_it(
    world: World, lead: Client
) -> None:
    device = world.ready(world.drive())
    page = lead.get(url("passphrase-label", device.tag)).content.decode()
    assert "No closed pack asks for an environment" in page
    assert "Print the passphrase" not in page


def test_no_passphrase_is_made_where_no_pack_asks_for_an_environment(
    world: World, lead: Client
) -> None:
    device = world.ready(world.drive())
    answer = lead.post(url("passphrase-label", device.tag))
    assert answer.status_code == 409
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("bad", ["\x00", "x" * 4000, "../..", "‮"])
def test_odd_input_is_refused_in_words(world: World, lead: Client, bad: str) -> None:
    of = layer(world.lead, "plus")
    typed = {"home_title-fr": bad}
    assert section(lead, of, "home", **typed).status_code in (302, 400)
    assert lead.post(url("environment-new"), {"slug": bad[:60]}).status_code == 400
    assert lead.get(url("environment-machines"), {"look": bad}).status_code == 200
