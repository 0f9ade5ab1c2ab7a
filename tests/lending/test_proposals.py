"""The least wasteful machine is proposed, and another is taken only for a reason."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory.methods import Medium
from inventory.models import Device, DeviceKind
from inventory.states import DeviceStatus
from lending.actions import RecipeLine, choose_unit
from lending.actions.fitting import score_of
from lending.actions.free_machines import buckets, free_machines, of_kinds
from lending.actions.needs import needs_from
from lending.actions.proposals import Proposal, propose_units
from lending.errors import ChoiceUnexplained, NoRecipe, UnitTaken
from lending.kinds import Capability, Goal
from lending.models import EquipmentRequest, PackEvent
from lending.states import ChoiceReason, LineNature, RequestStatus
from tests.lending.packs import LAPTOP, SIM, Bench, make_bench
from tests.unchanged import refused
from tests.world import person


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


def proposed(bench: Bench, **answers: Any) -> Proposal:
    return propose_units(bench.request(**answers), reader=bench.coordinator)


def stood_since(device: Device, days: int) -> None:
    since = timezone.now() - dt.timedelta(days=days)
    Device.objects.filter(pk=device.pk).update(status_since=since)


def test_the_smallest_sufficient_machine_is_proposed(bench: Bench) -> None:
    best, enough = bench.with_memory(16), bench.with_memory(8)
    spare = bench.with_memory(4)
    found = proposed(bench, goals=[Goal.TRAINING])
    assert found.best is not None
    assert (found.best.device, found.best.score) == (enough, 5)
    assert [each.device for each in found.others] == [best]
    assert (found.for_you, found.free, found.owned) == (2, 2, 3)
    assert not found.missing
    assert spare.status == DeviceStatus.READY


def test_the_same_score_goes_by_site_then_by_time_on_the_shelf(bench: Bench) -> None:
    elsewhere, newer, older = (bench.world.ready() for _ in range(3))
    stood_since(elsewhere, 90)
    stood_since(older, 30)
    Device.objects.filter(pk=elsewhere.pk).update(site=Site.objects.create(name="B"))
    found = proposed(bench)
    assert found.best is not None
    ranked = [found.best.device, *(each.device for each in found.others)]
    assert ranked == [older, newer, elsewhere]
    assert found.best.reasons == [
        "Score 2 of 8: just what is needed",
        "At Les Acacias, where the request is",
        "30 days on the ready shelf",
    ]
    assert (found.for_you, found.free) == (2, 3)


def test_the_database_scores_machines_as_the_rule_does(bench: Bench) -> None:
    flash, disk = Medium.SATA_SSD, Medium.HDD
    drives = ((flash, 60), (flash, 121), (flash, 480), (disk, 160))
    for number, gib in enumerate((3, 3.8, 4, 5, 7.6, 8, 16, 32)):
        medium, size = drives[number % len(drives)]
        drive = bench.world.drive(medium=medium, size_bytes=size * 10**9)
        bench.world.receive(drive)
        bench.with_memory(gib)
    every = Device.objects.visible_to(bench.coordinator)
    counted: dict[int, int] = {}
    for device in every:
        counted[score_of(device)] = counted.get(score_of(device), 0) + 1
    needs = needs_from([Capability.LAPTOP], [])
    found = buckets(of_kinds(every, needs), bench.world.site)
    assert {each.score: each.count for each in found} == counted
    assert len(counted) > 3


def test_what_is_in_a_pack_is_not_free(bench: Bench) -> None:
    bench.fill(bench.begin(LAPTOP), bench.world.ready())
    found = proposed(bench)
    assert (found.best, found.for_you, found.owned) == (None, 0, 1)
    assert found.missing == [
        "Nothing is free of: Desktop, Laptop, All-in-one, Mini PC."
    ]
    assert not free_machines(bench.coordinator).exists()


def test_what_is_missing_is_said(bench: Bench) -> None:
    bench.world.receive(kind=DeviceKind.LAPTOP)
    bench.with_memory(4)
    weak = proposed(bench, goals=[Goal.TRAINING])
    assert weak.missing == [
        "The best of the free machines has score 3; 5 is needed.",
        "1 is being prepared in the workshop.",
    ]
    few = proposed(bench, quantity=4)
    assert few.best is not None
    assert few.missing[0] == "4 are asked for, 1 is free."
    line = proposed(bench, capabilities=[Capability.INTERNET])
    assert line.missing == ["Nothing is free of: SIM cards and hotspots."]


def test_a_camera_is_one_that_was_seen_to_work(bench: Bench) -> None:
    device = bench.with_memory(8)
    asked = [Capability.LAPTOP, Capability.CAMERA]
    assert proposed(bench, capabilities=asked).best is not None
    check = device.checks.get()
    check.lines["camera"] = "not_tested"
    check.save()
    found = proposed(bench, capabilities=asked)
    assert found.missing[0] == "No free machine has a camera that was seen to work."


def test_other_sites_are_shown_only_to_who_sees_them(bench: Bench) -> None:
    bench.world.ready()
    request = bench.request()
    stranger = person(Role.COORDINATOR, site=Site.objects.create(name="B"))
    assert propose_units(request, reader=stranger).best is None


def test_any_number_of_machines_costs_as_many_queries(
    bench: Bench, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    asked = [Capability.LAPTOP, Capability.BIG_SCREEN, Capability.INTERNET]
    request = bench.request(capabilities=asked)
    for _ in range(6):
        bench.world.ready()
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert propose_units(request, reader=bench.coordinator).best is not None


def test_choosing_the_proposed_machine_begins_its_pack(bench: Bench) -> None:
    device, request = bench.world.ready(), bench.request()
    wanted = bench.recipe(LAPTOP)
    bench.recipe(LAPTOP, SIM)
    pack = choose_unit(request=request, device=device, by=bench.coordinator)
    device.refresh_from_db()
    request.refresh_from_db()
    assert (pack.version, pack.request) == (wanted, request)
    assert device.status == DeviceStatus.RESERVED
    assert request.status == RequestStatus.ALLOCATED
    assert pack.events.latest("sequence").data["unit"] == device.tag


def test_another_machine_needs_a_reason(bench: Bench) -> None:
    first, other, request = bench.world.ready(), bench.with_memory(8), bench.request()
    bench.recipe(LAPTOP)
    choose = partial(choose_unit, request=request, device=other, by=bench.coordinator)
    with refused(ChoiceUnexplained):
        choose()
    pack = choose(reason=ChoiceReason.KEYBOARD)
    said = PackEvent.objects.get(subject=pack, verb="machine_chosen").data
    assert (said["proposed"], said["reason"]) == (first.tag, "keyboard")


def test_a_machine_that_no_recipe_has_a_place_for_is_not_chosen(bench: Bench) -> None:
    device, request = bench.world.ready(), bench.request()
    bench.recipe(RecipeLine(LineNature.MAIN, "Fixe", kinds=(DeviceKind.DESKTOP,)))
    with refused(NoRecipe):
        choose_unit(request=request, device=device, by=bench.coordinator)


def test_a_machine_that_was_taken_meanwhile_is_not_chosen(bench: Bench) -> None:
    device, request = bench.world.ready(), bench.request()
    version = bench.recipe(LAPTOP)
    bench.fill(bench.begin(LAPTOP), device)
    with refused(UnitTaken):
        choose_unit(
            request=request, device=device, version=version, by=bench.coordinator
        )


def test_a_technician_makes_packs_and_chooses_nothing(bench: Bench) -> None:
    device, request = bench.world.ready(), bench.request()
    bench.recipe(LAPTOP)
    with refused(NotPermitted):
        choose_unit(request=request, device=device, by=bench.packer)


def test_a_pack_is_made_where_its_machine_stands(bench: Bench) -> None:
    device, request = bench.world.ready(), bench.request()
    bench.recipe(LAPTOP)
    there = Site.objects.create(name="B")
    Device.objects.filter(pk=device.pk).update(site=there)
    device.refresh_from_db()
    pack = choose_unit(request=request, device=device, by=bench.coordinator)
    assert pack.site == there
    assert EquipmentRequest.objects.get().site == bench.world.site
