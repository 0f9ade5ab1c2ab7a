"""What is signed comes from the version's page, as a person checks it by hand."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from agent.profile.minisign import verify
from provisioning import profile_keys
from tests.provisioning.environments.world import published, stable
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client: Client) -> World:
    made = make_world()
    client.force_login(made.lead)
    return made


def test_the_description_and_its_signature_come_with_the_page(
    world: World, client: Client
) -> None:
    profile = stable(published(world.lead))
    version = profile.version
    page = reverse(
        "provisioning:version-detail",
        args=[version.environment.uuid, version.number],
    )
    signed = f"{page}signed/{profile.sha256}.zip"
    assert signed in client.get(page).content.decode()
    with zipfile.ZipFile(io.BytesIO(client.get(signed).content)) as archive:
        name = f"{version.environment.slug}-{version.number}.json"
        assert archive.namelist() == [name, f"{name}.minisig"]
        body, text = (archive.read(each) for each in archive.namelist())
    assert body == bytes(profile.body)
    verify(body, text.decode(), profile_keys.ring().public)


def test_no_other_bytes_come_under_its_address(world: World, client: Client) -> None:
    version = stable(published(world.lead)).version
    page = reverse(
        "provisioning:version-detail",
        args=[version.environment.uuid, version.number],
    )
    assert client.get(f"{page}signed/{'f' * 64}.zip").status_code == 404
    assert client.post(f"{page}signed/{'f' * 64}.zip").status_code == 405
