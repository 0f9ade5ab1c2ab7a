"""The health of a device, on its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.health import (
    BatteryFacts,
    Checked,
    CheckFacts,
    DriveFacts,
    DriveSort,
    Facts,
    Reading,
)
from inventory.models import Device
from tests.inventory.health.devices import SEEN, judged, known
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
DISK = DriveFacts(
    key="WX-1",
    name="Caviar",
    sort=DriveSort.HDD,
    speaks=True,
    passed=True,
    readings={Reading.REALLOCATED_SECTORS: 387},
)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def here(client: Client, world: World) -> Client:
    client.force_login(world.technician)
    return client


def card(client: Client, device: Device) -> Any:
    response = client.get(f"/d/{device.tag}/")
    assert response.status_code == 200
    return response.context["health"]


def outcome_of(name: str, result: Checked, reason: str = "") -> CheckFacts:
    return CheckFacts(name, result, reason)


def test_the_worst_stands_first_with_its_part_and_its_sentence(
    here: Client, world: World
) -> None:
    battery = BatteryFacts("BAT0", 75, 100)
    device = known(world, Facts(drives=(DISK,), batteries=(battery,)))
    shown = card(here, device)
    first, second = shown.wrong
    assert (shown.verdict, first.verdict, second.verdict) == ("fail", "fail", "warn")
    assert (first.subject, first.part) == ("Drive", "Caviar WX-1")
    assert first.sentence == "Reallocated sectors: 387, the limit is 17."
    assert second.sentence == "Battery capacity left (%): 75, less than 80."


def test_what_nobody_tested_is_named_and_is_not_in_order(
    here: Client, world: World
) -> None:
    facts = Facts(
        wanted_tests=("keyboard", "camera"),
        tests=(outcome_of("keyboard", Checked.PASS),),
    )
    shown = card(here, known(world, facts))
    assert shown.verdict == "unknown"
    assert shown.untested == ["Camera"]
    assert [line.subject for line in shown.in_order] == ["Keyboard"]


def test_why_something_was_not_tested_is_told(here: Client, world: World) -> None:
    why = outcome_of("wifi", Checked.NOT_TESTED, "No Wi-Fi card is seen.")
    (line,) = card(here, known(world, Facts(tests=(why,)))).wrong
    assert (line.subject, line.sentence) == ("Wi-Fi", "No Wi-Fi card is seen.")


def test_the_version_of_the_rules_and_the_day_stand_below(
    here: Client, world: World
) -> None:
    device = judged(world, percent=90)
    shown = card(here, device)
    assert (shown.rules, shown.seen_at) == (2, SEEN)
    text = here.get(f"/d/{device.tag}/").content.decode()
    assert "judged by version 2 of the health rules" in text


def test_a_device_that_never_reported_says_so(here: Client, world: World) -> None:
    device = world.receive()
    assert card(here, device) is None
    text = here.get(f"/d/{device.tag}/").content.decode()
    assert "nothing is known of its health" in text


def test_what_a_machine_says_is_text_and_nothing_else(
    here: Client, world: World
) -> None:
    bad = "<script>alert(1)</script>; rm -rf"
    facts = Facts(tests=(outcome_of(bad, Checked.FAIL, bad),), locks=(bad,))
    text = here.get(f"/d/{known(world, facts).tag}/").content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;; rm -rf" in text


def test_it_costs_no_statement_of_its_own(here: Client, world: World) -> None:
    healthy, unknown = judged(world, percent=75), world.receive()
    here.get(f"/d/{unknown.tag}/")
    asked = []
    for device in (unknown, healthy):
        with CaptureQueriesContext(connection) as statements:
            here.get(f"/d/{device.tag}/")
        asked.append(len(statements))
    assert asked[1] <= asked[0]
