"""At the packing bench: one unit in one pack, and what may not leave stays out."""

from __future__ import annotations

import dataclasses
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions as workshop
from inventory.errors import DriveUnproven, OnHold
from inventory.models import DeviceKind
from inventory.states import DeviceStatus, HoldReason
from lending import actions
from lending.actions import RecipeLine
from lending.errors import (
    CriteriaUnmet,
    LineEmpty,
    LineFilled,
    LineNeeded,
    NothingLeft,
    NothingWantsIt,
    PackShut,
    UnitElsewhere,
    UnitNotReady,
    UnitTaken,
)
from lending.models import CountedStock, Pack, PackLine
from lending.states import LineNature, SimStatus, SubstitutionReason
from tests.lending.packs import (
    HOTSPOT,
    LAPTOP,
    SCREEN,
    SIM,
    Bench,
    line_of,
    make_bench,
)
from tests.unchanged import refused
from tests.world import person


@pytest.fixture
def bench(db: None) -> Bench:
    return make_bench()


def test_a_scan_fills_the_first_line_that_asks_for_it(bench: Bench) -> None:
    pack = bench.begin(SCREEN, LAPTOP)
    device = bench.world.ready()
    line = bench.fill(pack, device)
    device.refresh_from_db()
    assert (line.wanted.label, line.device) == ("Ordinateur", device)
    assert device.status == DeviceStatus.RESERVED
    assert device.events.latest("sequence").data["pack"] == pack.tag
    assert pack.events.latest("sequence").verb == "filled"


def test_a_pack_knows_since_when_something_is_missing(bench: Bench) -> None:
    pack = bench.begin(LAPTOP)
    waiting = Pack.objects.filter(short_since__isnull=False)
    assert pack in waiting
    line = bench.fill(pack, bench.world.ready())
    assert pack not in waiting.all()
    actions.take_out(line=line, by=bench.packer)
    assert pack in waiting.all()


def test_a_unit_is_in_one_pack_and_its_request_is_named(bench: Bench) -> None:
    device = bench.world.ready()
    request = bench.request()
    theirs = bench.begin(LAPTOP, request=request)
    bench.fill(theirs, device)
    pack = bench.begin(LAPTOP)
    with refused(UnitTaken):
        bench.fill(pack, device)
    with pytest.raises(UnitTaken) as refusal:
        bench.fill(pack, device)
    assert request.number in refusal.value.message
    assert refusal.value.facts == {"pack": theirs.tag, "request": request.number}


def test_who_has_it_is_said_before_what_the_pack_wants(bench: Bench) -> None:
    device, screen = bench.world.ready(), bench.begin(SCREEN)
    bench.fill(bench.begin(), device)
    with refused(UnitTaken):
        bench.fill(screen, device)


def test_the_database_says_so_too(bench: Bench) -> None:
    device = bench.world.ready()
    bench.fill(bench.begin(), device)
    empty = line_of(bench.begin(), "Ordinateur")
    with pytest.raises(IntegrityError), transaction.atomic():
        PackLine.objects.filter(pk=empty.pk).update(device=device)


def test_an_unproven_machine_stays_out(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.receive()
    with refused(DriveUnproven):
        bench.fill(pack, device)


def test_a_held_machine_stays_out(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.ready()
    workshop.hold_device(device=device, reason=HoldReason.SAFETY, by=bench.world.lead)
    with refused(OnHold):
        bench.fill(pack, device)


def test_a_machine_that_is_not_ready_stays_out(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.receive()
    bench.world.erase(device.drives.get())
    with refused(UnitNotReady):
        bench.fill(pack, device)


def test_what_no_line_asks_for_stays_out(bench: Bench) -> None:
    pack = bench.begin(LAPTOP)
    screen = bench.world.ready(kind=DeviceKind.SCREEN, drives=())
    for unit in (screen, bench.mice(), bench.card()):
        with refused(NothingWantsIt):
            bench.fill(pack, unit)


def test_a_second_machine_finds_the_line_filled(bench: Bench) -> None:
    pack = bench.begin(LAPTOP)
    bench.fill(pack, bench.world.ready())
    other = bench.world.ready()
    with refused(LineFilled):
        bench.fill(pack, other)


def test_a_thing_of_another_site_stays_out(bench: Bench) -> None:
    there = Site.objects.create(name="Rive gauche")
    pack = actions.begin_pack(
        version=bench.recipe(),
        site=there,
        by=person(Role.TECHNICIAN),
    )
    device = bench.world.ready()
    with refused(UnitElsewhere):
        actions.put_in(pack=pack, unit=device, by=person(Role.TECHNICIAN))


@pytest.mark.parametrize(
    "asked", [{"memory_gib": 16}, {"score": 8}, {"memory_gib": 8, "score": 7}]
)
def test_a_machine_that_is_less_than_asked_stays_out(
    bench: Bench, asked: dict[str, int]
) -> None:
    pack = bench.begin(dataclasses.replace(LAPTOP, **asked))  # type: ignore[arg-type]
    device = bench.with_memory(7.8)
    with refused(CriteriaUnmet):
        bench.fill(pack, device)


def test_a_machine_that_is_what_is_asked_goes_in(bench: Bench) -> None:
    wanted = dataclasses.replace(LAPTOP, memory_gib=8, score=5, camera=True)
    line = bench.fill(bench.begin(wanted), bench.with_memory(7.8))
    assert line.is_filled


def test_another_machine_stands_in_with_a_reason(bench: Bench) -> None:
    pack = bench.begin(dataclasses.replace(LAPTOP, memory_gib=16))
    device = bench.with_memory(4)
    line = actions.substitute(
        line=line_of(pack, "Ordinateur"),
        unit=device,
        reason=SubstitutionReason.OUT_OF_STOCK,
        by=bench.packer,
    )
    assert (line.device, line.substitution) == (device, "out_of_stock")
    assert pack.events.latest("sequence").data["reason"] == "out_of_stock"


def test_what_stood_there_is_free_again(bench: Bench) -> None:
    pack, first = bench.begin(), bench.world.ready()
    line = bench.fill(pack, first)
    actions.substitute(
        line=line,
        unit=bench.world.ready(),
        reason=SubstitutionReason.BROKEN,
        by=bench.packer,
    )
    first.refresh_from_db()
    assert first.status == DeviceStatus.READY
    assert pack.lines.filter(released_at__isnull=False).get().device == first


def test_a_fitting_machine_replaces_another_without_a_reason(bench: Bench) -> None:
    pack, first, second = bench.begin(), bench.world.ready(), bench.world.ready()
    line = actions.replace_unit(
        line=bench.fill(pack, first), unit=second, by=bench.packer
    )
    first.refresh_from_db()
    assert (line.device, line.substitution) == (second, "")
    assert first.status == DeviceStatus.READY
    mice = bench.mice()
    with refused(NothingWantsIt):
        actions.replace_unit(line=line, unit=mice, by=bench.packer)


def test_nothing_unproven_stands_in(bench: Bench) -> None:
    line = line_of(bench.begin(), "Ordinateur")
    device = bench.world.receive()
    with refused(DriveUnproven):
        actions.substitute(
            line=line,
            unit=device,
            reason=SubstitutionReason.BETTER_FIT,
            by=bench.packer,
        )


def test_a_mouse_does_not_stand_in_for_a_machine(bench: Bench) -> None:
    line, mice = line_of(bench.begin(), "Ordinateur"), bench.mice()
    said = "“Ordinateur” takes this: “The machine”. Souris is something else."
    stand_in = partial(
        actions.substitute,
        line=line,
        unit=mice,
        reason=SubstitutionReason.BROKEN,
        by=bench.packer,
    )
    with refused(NothingWantsIt):
        stand_in()
    with pytest.raises(NothingWantsIt, match=said) as told:
        stand_in()
    assert "with a reason" not in told.value.advice


def test_only_what_may_be_left_out_is(bench: Bench) -> None:
    pack = bench.begin(LAPTOP, SCREEN)
    with refused(LineNeeded):
        actions.leave_out(line=line_of(pack, "Ordinateur"), by=bench.packer)
    left = actions.leave_out(line=line_of(pack, "Écran"), by=bench.packer)
    assert (left.substitution, left.device) == (SubstitutionReason.LEFT_OUT, None)
    actions.take_out(line=left, by=bench.packer)
    assert not line_of(pack, "Écran").is_filled


def test_nothing_comes_out_of_an_empty_line(bench: Bench) -> None:
    line = line_of(bench.begin(), "Ordinateur")
    with refused(LineEmpty):
        actions.take_out(line=line, by=bench.packer)


def test_counted_things_leave_their_stock_and_come_back(bench: Bench) -> None:
    kind = bench.mice(3)
    two = RecipeLine(LineNature.COUNTED, "Souris", counted_kind=kind, quantity=2)
    pack = bench.begin(two)
    line = bench.fill(pack, kind)
    assert (line.quantity, line.is_filled) == (1, False)
    line = bench.fill(pack, kind)
    stock = CountedStock.objects.get(kind=kind)
    assert (line.quantity, line.is_filled, stock.on_hand) == (2, True, 1)
    actions.take_out(line=line, by=bench.packer)
    stock.refresh_from_db()
    assert stock.on_hand == 3


def test_no_mouse_comes_out_of_an_empty_bin(bench: Bench) -> None:
    kind = bench.mice(0)
    pack = bench.begin(RecipeLine(LineNature.COUNTED, "Souris", counted_kind=kind))
    with refused(NothingLeft):
        bench.fill(pack, kind)


def test_a_card_and_a_hotspot_are_kept_for_the_pack(bench: Bench) -> None:
    pack, card, hotspot = bench.begin(SIM, HOTSPOT), bench.card(), bench.hotspot()
    bench.fill(pack, hotspot, card)
    card.refresh_from_db()
    hotspot.refresh_from_db()
    assert {card.status, hotspot.status} == {SimStatus.RESERVED}
    actions.take_out(line=line_of(pack, "Carte SIM"), by=bench.packer)
    card.refresh_from_db()
    assert card.status == SimStatus.IN_STOCK


def test_nothing_goes_into_a_closed_pack(bench: Bench) -> None:
    pack = bench.closed()
    other, line = bench.world.ready(), line_of(pack, "Ordinateur")
    with refused(PackShut):
        bench.fill(pack, other)
    with refused(PackShut):
        actions.take_out(line=line, by=bench.packer)


def test_who_may_not_pack_does_not(bench: Bench) -> None:
    pack, device = bench.begin(), bench.world.ready()
    with refused(NotPermitted):
        actions.put_in(pack=pack, unit=device, by=person(Role.AUDITOR))
