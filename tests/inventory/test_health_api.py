"""Health and its rules, for programs."""

from __future__ import annotations

import pytest
from django.test import Client

from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.health import DEFAULT, Checked, CheckFacts, Facts
from tests.inventory.health.devices import judged, known
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
RULES = "/api/v1/health-rules/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


def test_a_verdict_comes_with_its_findings_and_its_rules(
    here: Client, world: World
) -> None:
    device = judged(world, percent=75)
    said = here.get(f"/api/v1/devices/{device.tag}/health/").json()
    assert (said["tag"], said["verdict"], said["rules"]) == (device.tag, "warn", 2)
    (found,) = said["findings"]
    assert (found["reason"], found["verdict"]) == ("battery_percent", "warn")
    assert found["numbers"] == {"value": 75, "limit": 80}
    assert found["sentence"] == "Battery capacity left (%): 75, less than 80."


def test_a_device_that_never_reported_has_nulls(here: Client, world: World) -> None:
    device = world.receive()
    said = here.get(f"/api/v1/devices/{device.tag}/health/").json()
    assert (said["verdict"], said["rules"], said["findings"]) == (None, None, [])


def test_fractions_of_a_test_stay_as_they_were(here: Client, world: World) -> None:
    test = CheckFacts("camera", Checked.PASS, "", {"light": 101.5})
    device = known(world, Facts(tests=(test,)))
    said = here.get(f"/api/v1/devices/{device.tag}/health/").json()
    assert said["findings"][0]["numbers"] == {"light": 101.5}


def test_the_health_of_another_site_is_not_found(client: Client, world: World) -> None:
    device = judged(world, percent=75)
    elsewhere = Site.objects.create(name="Elsewhere")
    client.force_login(person(Role.TECHNICIAN, site=elsewhere))
    answer = client.get(f"/api/v1/devices/{device.tag}/health/")
    assert answer.status_code == 404


def test_versions_of_the_rules_are_listed_newest_first(
    here: Client, world: World
) -> None:
    actions.change_health_rules(
        limits={"battery_cycles": (400, None)}, instead_of=2, by=world.lead
    )
    numbers = [row["number"] for row in here.get(RULES).json()["results"]]
    assert numbers == [3, 2, 1]
    second = here.get(f"{RULES}2/").json()
    assert (second["limits"], second["made_by"]) == (DEFAULT.to_json(), None)
    third = here.get(f"{RULES}3/").json()
    assert third["limits"]["battery_cycles"] == {"warn": 400, "fail": None}
    assert third["made_by"] == str(world.lead.uuid)


def test_rules_cannot_be_written_through_the_api(here: Client, world: World) -> None:
    for method in (here.post, here.put, here.patch, here.delete):
        assert method(f"{RULES}2/", {"limits": {}}).status_code in {403, 405}
    assert here.get(f"{RULES}99/").status_code == 404
