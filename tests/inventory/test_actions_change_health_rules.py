from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.actions.health import note_health
from inventory.errors import HealthRulesChanged, LimitsRefused
from inventory.health import DEFAULT, BatteryFacts, Facts, Reading
from inventory.models import Device, DeviceHealth, HealthRules
from tests.inventory.health.devices import SEEN, judged
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def health(device: Device) -> tuple[str, int]:
    kept = DeviceHealth.objects.select_related("rules").get(device=device)
    return kept.verdict, kept.rules.number


def test_the_program_brings_the_rules_it_starts_with(world: World) -> None:
    rules = HealthRules.objects.in_force()
    assert (rules.number, rules.made_by) == (2, None)
    assert rules.rules == DEFAULT


def test_a_change_is_a_new_version_and_the_old_one_stays(world: World) -> None:
    made = actions.change_health_rules(
        limits={"battery_percent": (70, 40)}, instead_of=2, by=world.lead
    )
    limit = made.rules.limit(Reading.BATTERY_PERCENT)
    assert limit is not None
    assert (made.number, made.made_by, limit.warn) == (3, world.lead, 70)
    first = HealthRules.objects.get(number=2).rules.limit(Reading.BATTERY_PERCENT)
    assert first is not None
    assert first.warn == 80


def test_devices_are_judged_anew_and_keep_the_version_with_the_verdict(
    world: World,
) -> None:
    device = judged(world, percent=75)
    assert health(device) == ("warn", 2)
    actions.change_health_rules(
        limits={"battery_percent": (70, 40)}, instead_of=2, by=world.lead
    )
    assert actions.judge_anew() == 1
    assert health(device) == ("pass", 3)
    event = device.events.order_by("-sequence")[0]
    assert event.verb == "health_judged"
    assert event.data == {"verdict": "pass", "was": "warn", "rules": 3}


def test_a_verdict_that_stays_writes_no_event(world: World) -> None:
    device = judged(world, percent=90)
    before = device.events.count()
    actions.change_health_rules(
        limits={"battery_percent": (70, 40)}, instead_of=2, by=world.lead
    )
    actions.judge_anew()
    assert health(device) == ("pass", 3)
    assert device.events.count() == before
    assert actions.judge_anew() == 0


def test_the_same_numbers_again_make_no_version(world: World) -> None:
    actions.change_health_rules(
        limits={"battery_percent": (80, 50)}, instead_of=2, by=world.lead
    )
    assert HealthRules.objects.count() == 2


def test_a_change_of_an_old_version_is_refused(world: World) -> None:
    actions.change_health_rules(
        limits={"battery_cycles": (400, None)}, instead_of=2, by=world.lead
    )
    with pytest.raises(HealthRulesChanged):
        actions.change_health_rules(
            limits={"battery_cycles": (300, None)}, instead_of=2, by=world.lead
        )
    assert HealthRules.objects.count() == 3


def test_limits_that_contradict_each_other_are_refused(world: World) -> None:
    with pytest.raises(LimitsRefused):
        actions.change_health_rules(
            limits={"battery_percent": (40, 70)}, instead_of=2, by=world.lead
        )
    assert HealthRules.objects.count() == 2


def test_who_may_not_set_limits_is_refused(world: World) -> None:
    with pytest.raises(NotPermitted):
        actions.change_health_rules(
            limits={"battery_percent": (70, 40)}, instead_of=2, by=world.technician
        )
    assert HealthRules.objects.count() == 2


def test_the_database_keeps_every_version_as_it_was(world: World) -> None:
    for sql in (
        "UPDATE inventory_healthrules SET number = 7",
        "DELETE FROM inventory_healthrules",
    ):
        with (
            pytest.raises(DatabaseError, match="never changed"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    assert HealthRules.objects.count() == 2


def test_the_same_facts_again_write_nothing(world: World) -> None:
    device = judged(world, percent=75)
    at = timezone.now()
    battery = BatteryFacts("BAT0", 75, 100)
    with transaction.atomic():
        note_health(
            Device.objects.lock(device.pk),
            lambda facts: facts.with_readings(Facts(batteries=(battery,))),
            seen_at=at,
            by=world.lead,
        )
    assert DeviceHealth.objects.get(device=device).seen_at == SEEN
