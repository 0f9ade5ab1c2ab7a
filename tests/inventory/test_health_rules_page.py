"""The limits as a page: read by many, changed by the workshop lead."""

from __future__ import annotations

import pytest
from django.test import Client

from inventory import actions
from inventory.health import DEFAULT
from inventory.models import HealthRules
from tests.inventory.health.devices import judged
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
PAGE, CHANGE = "/health-rules/", "/health-rules/change/"


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def lead(client: Client, world: World) -> Client:
    client.force_login(world.lead)
    return client


def typed(client: Client, **changed: object) -> dict[str, object]:
    """What the form holds, with some fields typed over: `__` for a dot, `_` last word."""
    form = client.get(CHANGE).context["form"]
    held = {name: form[name].value() for name in form.fields}
    answer = {name: "" if value is None else value for name, value in held.items()}
    return {**answer, **changed}


def test_limits_stand_in_words_by_kind_of_part(lead: Client) -> None:
    groups = dict(lead.get(PAGE).context["groups"])
    assert ("Reallocated sectors", "from 1", "from 17") in groups[
        "Hard disk (SATA, IDE)"
    ]
    assert ("Battery capacity left (%)", "below 80", "below 50") in groups["Battery"]
    assert ("Strongest signal heard (dBm)", "below -65", "never") in groups["Wi-Fi"]
    shown = sum(len(limits) for limits in groups.values())
    assert shown == len(DEFAULT.limits)


def test_a_technician_reads_them_and_is_offered_no_change(
    client: Client, world: World
) -> None:
    client.force_login(world.technician)
    assert CHANGE not in client.get(PAGE).content.decode()
    assert client.post(CHANGE, {"instead_of": 2}).status_code == 403
    assert HealthRules.objects.count() == 2


def test_a_change_is_a_new_version_that_says_what_it_changed(
    lead: Client, world: World
) -> None:
    answer = typed(lead, **{"hdd.reallocated_sectors-fail": 20})
    assert lead.post(CHANGE, answer).status_code == 302
    first = lead.get(PAGE).context["versions"][0]
    assert (first.rules.number, first.rules.made_by) == (3, world.lead)
    assert first.changes == [
        "Reallocated sectors, Hard disk (SATA, IDE): fails from 17 → from 20"
    ]


def test_the_oldest_version_is_compared_with_nothing(lead: Client) -> None:
    versions = lead.get(PAGE).context["versions"]
    assert versions[-1].changes == []
    assert "Strongest signal heard (dBm), Wi-Fi: warns below -65, fails never, new" in (
        versions[0].changes
    )


def test_an_emptied_field_is_never_reached(lead: Client) -> None:
    lead.post(CHANGE, typed(lead, **{"battery_percent-fail": ""}))
    said = lead.get(PAGE).context["versions"][0].changes
    assert said == ["Battery capacity left (%), Battery: fails below 50 → never"]


def test_fields_that_are_not_in_the_answer_stay_as_they_are(lead: Client) -> None:
    lead.post(
        CHANGE,
        {"instead_of": 2, "battery_cycles-warn": 300, "battery_cycles-fail": ""},
    )
    rules = HealthRules.objects.in_force().rules
    assert rules == DEFAULT.changed({"battery_cycles": (300, None)})


def test_limits_that_contradict_themselves_come_back_as_typed(lead: Client) -> None:
    answer = typed(lead, **{"battery_percent-warn": 40})
    response = lead.post(CHANGE, answer)
    assert response.status_code == 422
    text = response.content.decode()
    assert "Battery capacity left (%) has to warn before it fails." in text
    assert response.context["form"]["battery_percent-warn"].value() == "40"
    assert HealthRules.objects.count() == 2


@pytest.mark.parametrize("nonsense", ["-1", "9" * 5000, "1.5", "\x00", "<b>", "NaN"])
def test_a_number_that_is_none_is_refused_beside_its_field(
    lead: Client, nonsense: str
) -> None:
    answer = typed(lead, **{"hdd.power_on_hours-warn": nonsense})
    response = lead.post(CHANGE, answer)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"hdd.power_on_hours-warn"}
    assert HealthRules.objects.count() == 2


def test_a_version_made_meanwhile_is_shown_and_not_overwritten(
    lead: Client, world: World
) -> None:
    answer = typed(lead, **{"battery_cycles-warn": 400})
    actions.change_health_rules(
        limits={"clock_seconds": (3600, None)}, instead_of=2, by=world.lead
    )
    response = lead.post(CHANGE, answer)
    assert response.status_code == 409
    text = response.content.decode()
    assert "Clock deviation (s), Clock: warns from 86,400 (1 day) → from 3,600" in text
    form = response.context["form"]
    assert form["battery_cycles-warn"].value() == "400"
    assert HealthRules.objects.count() == 3
    assert form["instead_of"].value() == "3"


def test_the_same_form_sent_twice_makes_one_version(lead: Client) -> None:
    answer = typed(lead, **{"battery_cycles-warn": 400})
    for _ in range(2):
        assert lead.post(CHANGE, answer).status_code == 302
    assert HealthRules.objects.count() == 3


def test_a_form_sent_as_it_was_says_that_nothing_changed(lead: Client) -> None:
    made = HealthRules.objects.count()
    answer = lead.post(CHANGE, typed(lead), follow=True)
    assert "Nothing was changed: version 2 stays in force." in answer.content.decode()
    assert HealthRules.objects.count() == made


def test_a_number_beyond_every_part_is_refused_in_words(lead: Client) -> None:
    made = HealthRules.objects.count()
    typed_over = typed(lead, **{"hdd.reallocated_sectors-fail": 10_000_000})
    answer = lead.post(CHANGE, typed_over)
    assert answer.status_code == 422
    assert "No part ever reaches such a number." in answer.content.decode()
    assert HealthRules.objects.count() == made


def test_it_counts_the_devices_that_wait_to_be_judged_anew(
    lead: Client, world: World
) -> None:
    judged(world, percent=75)
    assert lead.get(PAGE).context["waiting"] == 0
    lead.post(CHANGE, typed(lead, **{"battery_percent-warn": 70}))
    page = lead.get(PAGE)
    assert (page.context["judged"], page.context["waiting"]) == (0, 1)
    assert "1 device waits to be judged by it" in page.content.decode()
    actions.judge_anew()
    assert lead.get(PAGE).context["waiting"] == 0


def test_the_navigation_leads_there_who_may_change_them(
    client: Client, world: World
) -> None:
    client.force_login(world.lead)
    assert PAGE in client.get("/devices/").content.decode()
    client.force_login(world.technician)
    assert PAGE not in client.get("/devices/").content.decode()
