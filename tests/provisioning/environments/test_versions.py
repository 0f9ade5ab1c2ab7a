"""A version is what it was when it was published; only its channel moves on."""

import pytest
from django.db import DatabaseError, transaction

from agent.profile import read
from agent.profile.minisign import NotSigned, verify
from backoffice.core import journal
from backoffice.core.errors import NotPermitted
from backoffice.core.triggers import missing
from provisioning import actions, profile_keys
from provisioning.errors import (
    EnvironmentUnfit,
    LayerUnfit,
    VersionElsewhere,
    VersionUnchanged,
)
from provisioning.kinds import Withdrawal
from provisioning.models import (
    Channel,
    EnvironmentProfile,
    EnvironmentVersion,
    LayerKind,
    ProfileKeyEvent,
    ProfileSignature,
)
from tests.provisioning.environments.world import (
    FRENCH,
    WELCOME,
    environment,
    layer,
    published,
    say,
)
from tests.provisioning.files import in_library
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_version_is_compiled_signed_and_read_by_the_agent(world: World) -> None:
    version = actions.publish_version(
        environment=environment(world.lead), by=world.lead
    )
    kept = version.profiles.get()
    profile = read(bytes(kept.body))
    assert (profile.slug, profile.version, profile.channel) == ("emploi-fr", 1, "test")
    said = verify(
        bytes(kept.body), kept.signatures.get().text, profile_keys.ring().public
    )
    assert said == "profile=emploi-fr version=1"


def test_each_site_with_a_layer_has_bytes_of_its_own(world: World) -> None:
    layer(world.lead, "ici", LayerKind.SITE, site=world.site, groups=["games"])
    version = published(world.lead)
    assert version.profiles.count() == 4
    here = EnvironmentProfile.objects.for_site(version, world.site.pk)
    elsewhere = EnvironmentProfile.objects.for_site(version, None)
    assert here is not None
    assert elsewhere is not None
    assert (here.site, elsewhere.site) == (world.site, None)
    assert read(bytes(here.body)).site == world.site.name


def test_files_come_with_hash_and_size_from_the_library(world: World) -> None:
    sheet = in_library(world.lead)
    named = {"slug": "mail", "resource": sheet.blob.sha256, "title": {"fr": "Mail"}}
    version = published(world.lead, region=FRENCH, sheets=[named])
    kept = version.profiles.get(channel=Channel.STABLE)
    assert kept.files_bytes == sheet.blob.size
    assert [file.sha256 for file in kept.files.all()] == [sheet.blob.sha256]


def test_a_sheet_that_was_withdrawn_is_in_no_new_version(world: World) -> None:
    sheet = in_library(world.lead)
    named = {"slug": "mail", "resource": sheet.blob.sha256, "title": {"fr": "Mail"}}
    made = environment(world.lead, "e", region=FRENCH, sheets=[named])
    actions.withdraw_resource(resource=sheet, reason=Withdrawal.OUTDATED, by=world.lead)
    with pytest.raises(EnvironmentUnfit, match="withdrawn"):
        actions.publish_version(environment=made, by=world.lead)
    assert not EnvironmentVersion.objects.exists()


def test_a_sheet_withdrawn_during_the_trial_is_published_to_nobody(
    world: World,
) -> None:
    sheet = in_library(world.lead)
    named = {"slug": "mail", "resource": sheet.blob.sha256, "title": {"fr": "Mail"}}
    made = environment(world.lead, "e", region=FRENCH, sheets=[named])
    version = actions.publish_version(environment=made, by=world.lead)
    actions.withdraw_resource(resource=sheet, reason=Withdrawal.OUTDATED, by=world.lead)
    with pytest.raises(EnvironmentUnfit, match="withdrawn"):
        actions.promote_version(version=version, by=world.lead)
    version.refresh_from_db()
    assert (version.channel, version.promoted_at) == (Channel.TEST, None)
    assert not version.profiles.filter(channel=Channel.STABLE).exists()


def test_an_environment_that_asks_for_nothing_is_not_published(world: World) -> None:
    made = environment(world.lead, "vide", groups=["games"])
    with pytest.raises(LayerUnfit, match="steps"):
        actions.publish_version(environment=made, by=world.lead)
    half = environment(world.lead, "moitie", region={"lang": "fr_FR.UTF-8"})
    with pytest.raises(EnvironmentUnfit, match="keyboard"):
        actions.publish_version(environment=half, by=world.lead)
    assert not EnvironmentVersion.objects.exists()


def test_the_same_is_not_published_twice(world: World) -> None:
    version = published(world.lead)
    with pytest.raises(VersionUnchanged):
        actions.publish_version(environment=version.environment, by=world.lead)
    say(world.lead, version.environment, **WELCOME | {"packages": ["gimp"]})
    later = actions.publish_version(environment=version.environment, by=world.lead)
    assert (later.number, later.channel) == (2, Channel.TEST)


def test_publishing_is_a_permission_of_its_own(world: World) -> None:
    made = environment(world.lead)
    with pytest.raises(NotPermitted):
        actions.publish_version(environment=made, by=world.technician)
    version = actions.publish_version(environment=made, by=world.lead)
    with pytest.raises(NotPermitted):
        actions.promote_version(version=version, by=world.technician)
    version.refresh_from_db()
    assert version.channel == Channel.TEST


def test_a_version_is_promoted_once_and_never_behind_a_later_one(world: World) -> None:
    first = actions.publish_version(environment=environment(world.lead), by=world.lead)
    say(world.lead, first.environment, **WELCOME | {"packages": ["gimp"]})
    later = actions.publish_version(environment=first.environment, by=world.lead)
    actions.promote_version(version=later, by=world.lead)
    for version in (first, later):
        with pytest.raises(VersionElsewhere):
            actions.promote_version(version=version, by=world.lead)
    first.refresh_from_db()
    assert first.channel == Channel.TEST


def test_a_version_is_withdrawn_with_a_reason_and_for_good(world: World) -> None:
    version = published(world.lead)
    with pytest.raises(VersionElsewhere):
        actions.withdraw_version(version=version, because=" ", by=world.lead)
    actions.withdraw_version(version=version, because="VLC manque.", by=world.lead)
    with pytest.raises(VersionElsewhere):
        actions.withdraw_version(version=version, because="Encore.", by=world.lead)
    version.refresh_from_db()
    assert version.withdrawn_because == "VLC manque."


@pytest.mark.parametrize(
    "changed",
    [
        {"content": {"packages": ["gimp"]}},
        {"number": 9},
        {"notes": "Other words."},
        {"channel": "test", "promoted_at": None, "promoted_by": None},
    ],
)
def test_the_database_keeps_what_a_version_says(
    world: World, changed: dict[str, object]
) -> None:
    version = published(world.lead)
    rows = EnvironmentVersion.objects.filter(pk=version.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(**changed)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows._raw_delete(rows.db)
    assert rows.get().said.packages == ("vlc",)


def test_all_guards_of_environments_stand() -> None:
    names = ("profile", "run", "steprow", "version", "check", "event")
    tables = [f"provisioning_environment{name}" for name in names]
    tables += ["provisioning_profilefile", "provisioning_profilesignature"]
    tables += ["provisioning_layerevent", "provisioning_profilekey"]
    assert missing(tables) == []


def test_the_next_key_takes_the_place_of_the_current_one(world: World) -> None:
    kept = published(world.lead).profiles.get(channel=Channel.STABLE)
    before = profile_keys.ring()
    actions.rotate_profile_key(by=world.officer)
    after = profile_keys.ring()
    assert after.public[0] == before.public[1]
    assert after.counter == before.counter + 1
    body, text = bytes(kept.body), kept.signatures.get().text
    with pytest.raises(NotSigned, match="does not trust"):
        verify(body, text, after.public)
    anew = actions.signature_of(profile=kept)
    assert verify(body, anew.text, before.public[1:])
    assert actions.signature_of(profile=kept) == anew
    assert journal.verify().holds


def test_a_key_is_changed_by_who_may_and_its_secret_is_in_no_row(world: World) -> None:
    published(world.lead)
    with pytest.raises(NotPermitted):
        actions.rotate_profile_key(by=world.lead)
    assert not ProfileKeyEvent.objects.exists()
    secret = profile_keys.ring().current.private_bytes_raw()
    for row in ProfileSignature.objects.all():
        assert secret.hex() not in row.text
    assert (profile_keys.folder() / "current.pem").stat().st_mode & 0o777 == 0o600
