"""Counted things: what there is of one is the sum of its movements, always."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from lending import actions
from lending.actions.counted import move_counted
from lending.errors import (
    CountImpossible,
    KindCodeMalformed,
    KindKnown,
    KindNotInUse,
    NothingLeft,
)
from lending.models import CountedKind, CountedMovement, CountedStock, MovementReason
from tests.lending.world import Partners
from tests.unchanged import refused
from tests.world import person


def mouse(partners: Partners, code: str = "mouse-usb") -> CountedKind:
    return actions.open_counted_kind(
        code=code, name=f"Souris {code}", by=partners.coordinator
    )


def receive(partners: Partners, kind: CountedKind, count: int = 10) -> CountedStock:
    return actions.receive_counted(
        kind=kind, site=partners.site, count=count, by=partners.coordinator
    )


def test_what_comes_in_is_on_hand(partners: Partners) -> None:
    kind = mouse(partners)
    stock = receive(partners, kind, 12)
    assert (kind.code, stock.on_hand) == ("MOUSE-USB", 12)
    moved = stock.movements.get()
    assert (moved.change, moved.reason) == (12, MovementReason.BOUGHT)
    assert moved.moved_by == partners.coordinator


def test_counting_again_writes_the_difference(partners: Partners) -> None:
    kind, by = mouse(partners), partners.coordinator
    receive(partners, kind, 12)
    stock = actions.count_again(kind=kind, site=partners.site, counted=9, by=by)
    assert (stock.on_hand, stock.movements.first().change) == (9, -3)  # type: ignore[union-attr]
    actions.count_again(kind=kind, site=partners.site, counted=9, by=by)
    assert stock.movements.count() == 2


def test_what_is_broken_goes_and_no_more_than_there_is(partners: Partners) -> None:
    kind, by = mouse(partners), partners.coordinator
    receive(partners, kind, 2)
    actions.write_off_counted(kind=kind, site=partners.site, count=2, by=by)
    with refused(NothingLeft):
        actions.write_off_counted(kind=kind, site=partners.site, count=1, by=by)


def test_below_its_minimum_a_stock_is_told(partners: Partners) -> None:
    kind = mouse(partners)
    receive(partners, kind, 4)
    assert not CountedStock.objects.below_minimum().exists()
    actions.set_minimum(
        kind=kind, site=partners.site, minimum=5, by=partners.coordinator
    )
    assert CountedStock.objects.below_minimum().get().kind == kind


def test_no_sequence_of_acts_makes_stock_and_movements_differ(
    partners: Partners,
) -> None:
    draw, kind = random.Random(4), mouse(partners)
    there: dict[str, Any] = {
        "kind": kind,
        "site": partners.site,
        "by": partners.coordinator,
    }
    moves: list[Callable[[int], object]] = [
        lambda n: actions.receive_counted(**there, count=n),
        lambda n: actions.count_again(**there, counted=n),
        lambda n: actions.write_off_counted(**there, count=n),
        lambda n: actions.set_minimum(**there, minimum=n),
    ]
    for _ in range(60):
        with contextlib.suppress(NothingLeft, CountImpossible):
            draw.choice(moves)(draw.randint(-1, 9))
        stock = CountedStock.objects.filter(kind=kind).first()
        moved = CountedMovement.objects.aggregate(all=Sum("change"))["all"] or 0
        assert moved == (stock.on_hand if stock else 0) >= 0


def test_a_pack_takes_and_gives_back(partners: Partners) -> None:
    kind, pack = mouse(partners), partners.structure.uuid
    receive(partners, kind, 3)
    with transaction.atomic():
        for change, why in ((-2, "into_pack"), (2, "out_of_pack")):
            move_counted(
                kind=kind,
                site=partners.site,
                change=change,
                reason=MovementReason(why),
                pack=pack,
                by=partners.coordinator,
            )
    assert CountedStock.objects.get().on_hand == 3
    assert CountedMovement.objects.filter(pack=pack).count() == 2


@pytest.mark.parametrize("code", ["", "AB", "PC004217W", "XXVIDER", "SOURIS É", "1AB"])
def test_a_code_that_a_scan_would_take_otherwise_is_refused(
    partners: Partners, code: str
) -> None:
    with refused(KindCodeMalformed):
        mouse(partners, code)


def test_a_kind_is_opened_once(partners: Partners) -> None:
    mouse(partners)
    with refused(KindKnown):
        mouse(partners, "MOUSE-USB")


def test_what_is_not_used_any_more_is_not_received(partners: Partners) -> None:
    kind, by = mouse(partners), partners.coordinator
    kind = actions.use_counted_kind(kind=kind, in_use=False, by=by)
    with refused(KindNotInUse):
        receive(partners, kind)


@pytest.mark.parametrize("count", [-1, 0, 100_001, 10**30])
def test_an_impossible_count_is_refused(partners: Partners, count: int) -> None:
    kind = mouse(partners)
    with refused(CountImpossible):
        receive(partners, kind, count)


def test_stock_is_counted_at_ones_own_site(partners: Partners) -> None:
    kind = mouse(partners)
    elsewhere = person(Role.TECHNICIAN, site=Site.objects.create(name="Ailleurs"))
    with refused(NotPermitted):
        actions.count_again(kind=kind, site=partners.site, counted=3, by=elsewhere)


def test_the_database_takes_no_stock_below_nothing(partners: Partners) -> None:
    stock = receive(partners, mouse(partners))
    with pytest.raises(DatabaseError), transaction.atomic():
        CountedStock.objects.filter(pk=stock.pk).update(on_hand=-1)
