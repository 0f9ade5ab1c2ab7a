"""Proposals to merge or split, on the first page and in the API."""

from __future__ import annotations

import pytest
from django.test import Client

from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from inventory.models import Device
from provisioning import actions
from provisioning.models import Correction
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
API = "/api/v1/corrections/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def proposal(world: World) -> Correction:
    return propose(world, by=world.technician)


def propose(world: World, *, by: User) -> Correction:
    kept, other = world.receive(), world.receive()
    return actions.propose_merge(device=kept, other=other, reason="Twice", by=by)


def elsewhere(device: Device | None) -> None:
    """As if a record had been carried to another site."""
    assert device
    site = Site.objects.create(name="Rive droite")
    Device.objects.filter(pk=device.pk).update(site=site)


def tile(client: Client, user: User) -> str | None:
    """What the first page counts for this person; None where it has no such tile."""
    client.force_login(user)
    found = {t.tile.verb + t.address: t.shown for t in client.get("/").context["tiles"]}
    return found.get("Decide/corrections/")


def listed(client: Client, user: User) -> list[str]:
    client.force_login(user)
    return [row["uuid"] for row in client.get(API).json()["results"]]


def test_a_proposal_waits_on_the_first_page_of_who_may_decide(
    client: Client, world: World, proposal: Correction
) -> None:
    assert tile(client, world.lead) == "1"
    assert tile(client, world.officer) == "1"
    assert tile(client, world.technician) is None


def test_it_waits_for_somebody_else_than_its_proposer(
    client: Client, world: World
) -> None:
    propose(world, by=world.lead)
    assert tile(client, world.lead) == "0"
    assert tile(client, world.officer) == "1"


def test_what_was_decided_waits_no_more(
    client: Client, world: World, proposal: Correction
) -> None:
    actions.refuse_correction(correction=proposal, by=world.lead)
    assert tile(client, world.officer) == "0"


@pytest.mark.parametrize("record", ["device", "other"])
def test_a_proposal_about_a_record_of_another_site_is_not_theirs(
    client: Client, world: World, proposal: Correction, record: str
) -> None:
    elsewhere(getattr(proposal, record))
    assert tile(client, world.lead) == "0"
    assert listed(client, world.lead) == []
    assert client.get(f"{API}{proposal.uuid}/").status_code == 404
    assert tile(client, person(Role.WORKSHOP_LEAD)) == "1"


def test_the_api_tells_what_is_proposed_and_by_whom(
    client: Client, world: World, proposal: Correction
) -> None:
    client.force_login(world.technician)
    told = client.get(f"{API}{proposal.uuid}/").json()
    assert proposal.other
    assert told["device"] == proposal.device.tag
    assert told["other"] == proposal.other.tag
    assert (told["kind"], told["state"]) == ("merge", "proposed")
    assert told["proposed_by"] == str(world.technician.uuid)
    assert (told["reason"], told["decided_by"]) == ("Twice", None)


def test_the_api_names_the_drives_of_a_split(client: Client, world: World) -> None:
    device = world.receive()
    drive = device.drives.get()
    split = actions.propose_split(
        device=device, agent=None, drives=[drive], reason="Two", by=world.technician
    )
    assert listed(client, world.lead) == [str(split.uuid)]
    told = client.get(f"{API}{split.uuid}/").json()
    assert (told["other"], told["drives"]) == (None, [str(drive.uuid)])


def test_the_api_decides_nothing(
    client: Client, world: World, proposal: Correction
) -> None:
    client.force_login(world.lead)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(f"{API}{proposal.uuid}/").status_code in {403, 405}
    assert Correction.objects.get().is_open
    assert client.get(f"{API}not-a-uuid/").status_code == 404
