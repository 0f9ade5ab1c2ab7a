"""A pack from its recipe to the door, and back apart."""

from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions as workshop
from inventory.errors import PlaceElsewhere
from inventory.models import PlaceKind
from inventory.states import DeviceStatus, HoldReason
from lending import actions
from lending.actions.pack_questions import blockers_of, what_is_missing
from lending.errors import (
    PackBlocked,
    PackForAnother,
    PackForNobody,
    PackIncomplete,
    RequestNotAccepted,
    RequestServed,
    StatusImpossible,
)
from lending.models import EquipmentRequest, Pack
from lending.states import PackStatus, RequestStatus, SimStatus
from provisioning.models import Assignment
from tests.lending.packs import LAPTOP, LINUX, SCREEN, SIM, Bench, line_of, make_bench
from tests.lending.requests import sent
from tests.unchanged import refused
from tests.world import person


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


def anew(pack: Pack) -> Pack:
    return Pack.objects.get(pk=pack.pk)


def test_a_pack_keeps_the_version_it_was_begun_with(bench: Bench) -> None:
    pack = bench.begin(LAPTOP)
    template = pack.version.template
    actions.publish_version(template=template, lines=[SIM], by=bench.world.lead)
    assert [line.wanted.label for line in anew(pack).lines.all()] == ["Ordinateur"]
    assert pack.tag.startswith("PK")


def test_an_incomplete_pack_is_not_closed_and_says_what_lacks(bench: Bench) -> None:
    pack = bench.begin(LAPTOP, SCREEN)
    bench.fill(pack, bench.world.ready())
    with refused(PackIncomplete):
        actions.close_pack(pack=pack, by=bench.packer)
    (missing,) = what_is_missing(anew(pack))
    assert (missing.line.wanted.label, missing.count) == ("Écran", 1)
    assert missing.since == pack.short_since


def test_closing_packs_the_machine_and_asks_it_for_its_environment(
    bench: Bench,
) -> None:
    card, device = bench.card(), bench.world.ready()
    pack = bench.closed(LAPTOP, SIM, LINUX, units=(device, card))
    device.refresh_from_db()
    asked = Assignment.objects.get(ended_at=None)
    assert device.status == DeviceStatus.PACKED
    assert (asked.device, asked.pack) == (device, pack.uuid)
    assert (asked.environment, asked.iccid) == ("linux-emploi", card.iccid)
    (blocker,) = blockers_of(pack)
    assert blocker.code == "environment_unproven"


def test_what_may_not_leave_is_not_closed_in(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.ready()
    bench.fill(pack, device)
    workshop.hold_device(device=device, reason=HoldReason.SAFETY, by=bench.world.lead)
    with refused(PackBlocked):
        actions.close_pack(pack=pack, by=bench.packer)
    (blocker,) = blockers_of(anew(pack))
    assert (blocker.code, blocker.line.device) == ("on_hold", device)


def test_a_machine_that_went_missing_blocks_its_pack(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.ready()
    line = bench.fill(pack, device)
    workshop.declare_missing(device=device, by=bench.packer)
    assert [each.code for each in blockers_of(anew(pack))] == ["unit_not_ready"]
    actions.take_out(line=line, by=bench.packer)
    device.refresh_from_db()
    assert device.status == DeviceStatus.MISSING


def test_an_opened_pack_can_be_changed_and_closed_again(bench: Bench) -> None:
    pack = bench.closed(LAPTOP, LINUX)
    pack = actions.reopen_pack(pack=pack, by=bench.packer)
    device = line_of(pack, "Ordinateur").device
    assert device is not None
    assert device.status == DeviceStatus.RESERVED
    assert not Assignment.objects.filter(ended_at=None).exists()
    pack = actions.close_pack(pack=pack, by=bench.packer)
    assert pack.status == PackStatus.COMPLETE


def test_a_placed_pack_is_ready_and_its_machine_stands_there(bench: Bench) -> None:
    pack = bench.placed(bench.closed())
    device = line_of(pack, "Ordinateur").device
    assert device is not None
    assert (pack.status, pack.place) == (PackStatus.READY, bench.shelf())
    assert device.place == bench.shelf()


def test_a_pack_that_waits_for_things_has_a_place_too(bench: Bench) -> None:
    pack = bench.placed(bench.begin())
    assert (pack.status, pack.place) == (PackStatus.DRAFT, bench.shelf())


def test_a_pack_is_put_on_no_shelf_of_another_site(bench: Bench) -> None:
    there = Site.objects.create(name="Rive gauche")
    shelf = workshop.open_place(
        site=there, kind=PlaceKind.SHELF, name="Là-bas", by=bench.coordinator
    )
    pack = bench.closed()
    for place in (shelf, bench.world.cupboard):
        with refused(PlaceElsewhere):
            actions.place_pack(pack=pack, place=place, by=bench.packer)


def test_a_request_is_allocated_once_it_has_its_packs(bench: Bench) -> None:
    request = bench.request(quantity=2)
    first, second, third = (bench.begin() for _ in range(3))
    by = bench.coordinator
    actions.attach_to_request(pack=first, request=request, by=by)
    request.refresh_from_db()
    assert request.status == RequestStatus.APPROVED
    actions.attach_to_request(pack=second, request=request, by=by)
    request.refresh_from_db()
    assert request.status == RequestStatus.ALLOCATED
    with refused(RequestServed):
        actions.attach_to_request(pack=third, request=request, by=by)


def test_a_pack_is_for_one_request(bench: Bench) -> None:
    pack, other = bench.begin(LAPTOP, request=bench.request()), bench.request()
    with refused(PackForAnother):
        actions.attach_to_request(pack=pack, request=other, by=bench.coordinator)


def test_no_pack_is_made_for_a_request_that_nobody_accepted(bench: Bench) -> None:
    request, version = sent(bench.partners), bench.recipe()
    with refused(RequestNotAccepted):
        actions.begin_pack(
            version=version, site=bench.world.site, request=request, by=bench.packer
        )


def test_a_pack_goes_to_its_structure_and_comes_back(bench: Bench) -> None:
    pack = bench.placed(bench.closed())
    request = bench.request()
    actions.attach_to_request(pack=pack, request=request, by=bench.coordinator)
    pack = actions.deliver_pack(pack=pack, by=bench.packer)
    assert pack.status == PackStatus.AT_STRUCTURE
    assert line_of(pack, "Ordinateur").device.status == DeviceStatus.IN_TRANSIT  # type: ignore[union-attr]
    pack = actions.take_pack_back(pack=pack, by=bench.packer)
    assert pack.status == PackStatus.READY
    assert line_of(pack, "Ordinateur").device.status == DeviceStatus.PACKED  # type: ignore[union-attr]


def test_a_pack_for_nobody_is_delivered_nowhere(bench: Bench) -> None:
    pack = bench.placed(bench.closed())
    with refused(PackForNobody):
        actions.deliver_pack(pack=pack, by=bench.packer)


def test_everything_is_free_after_a_pack_is_taken_apart(bench: Bench) -> None:
    request, card, device = bench.request(), bench.card(), bench.world.ready()
    pack = bench.begin(LAPTOP, SIM, request=request)
    bench.fill(pack, device, card)
    actions.close_pack(pack=pack, by=bench.packer)
    actions.dismantle_pack(pack=pack, by=bench.packer)
    device.refresh_from_db()
    card.refresh_from_db()
    assert device.status == DeviceStatus.READY
    assert card.status == SimStatus.IN_STOCK
    assert EquipmentRequest.objects.get().status == RequestStatus.APPROVED
    assert not Assignment.objects.filter(ended_at=None).exists()
    bench.fill(bench.begin(), device)


def test_a_blocked_machine_goes_back_to_the_workshop(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.ready()
    bench.fill(pack, device)
    workshop.hold_device(device=device, reason=HoldReason.SAFETY, by=bench.world.lead)
    actions.dismantle_pack(pack=pack, by=bench.packer)
    device.refresh_from_db()
    assert device.status == DeviceStatus.TO_PROCESS
    assert not device.checks.filter(void=False).exists()


def test_a_pack_is_taken_apart_once(bench: Bench) -> None:
    pack = bench.begin()
    actions.dismantle_pack(pack=pack, by=bench.packer)
    with refused(StatusImpossible):
        actions.dismantle_pack(pack=pack, by=bench.packer)


def test_who_may_not_pack_closes_nothing(bench: Bench) -> None:
    pack = bench.begin()
    with refused(NotPermitted):
        actions.dismantle_pack(pack=pack, by=person(Role.AUDITOR))
