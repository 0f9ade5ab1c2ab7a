"""A world that is put back is the one that was acted out, and each test's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.utils import timezone

from backoffice.core import journal
from backoffice.core.models import Site
from tests.kept import kept
from tests.lending.packs import Bench, make_bench
from tests.test_every_route import taken_back
from tests.unchanged import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def acted() -> list[Bench]:
    """Every bench that was really acted out."""
    return []


@pytest.fixture
def bench(acted: list[Bench]) -> Callable[[], Bench]:
    @kept
    def act() -> Bench:
        acted.append(make_bench())
        return acted[-1]

    return act


def test_the_second_time_its_rows_and_its_journal_are_put_back(
    bench: Callable[[], Bench], acted: list[Bench]
) -> None:
    with taken_back():
        bench()
        before = rows()
    assert rows() != before
    with taken_back():
        bench()
        assert rows() == before
        assert journal.verify().holds
    assert len(acted) == 1


def test_what_is_done_in_one_stays_there(bench: Callable[[], Bench]) -> None:
    with taken_back():
        first = bench()
        before = rows()
        first.world.ready()
        first.world.site.name = "Autre"
    with taken_back():
        second = bench()
        assert rows() == before
        assert second.world.site is second.partners.site
        assert second.world.site.name != "Autre"
        assert second.world.receive().serial == "EX-PC-00001"


def test_it_is_acted_out_on_rows_made_before_and_on_a_clock_that_is_set(
    bench: Callable[[], Bench], acted: list[Bench]
) -> None:
    with taken_back():
        Site.objects.create(name="Les Tilleuls")
        bench()
    with taken_back(), time_machine.travel(timezone.now()):
        bench()
    with taken_back():
        bench()
    assert len(acted) == 3
