from __future__ import annotations

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.models import Lot
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_lots_are_numbered_through_the_year(world: World) -> None:
    codes = [
        actions.open_lot(donation=world.donation, by=world.technician).code
        for _turn in range(2)
    ]
    year = timezone.localdate().year
    assert codes == [f"L-{year}-002", f"L-{year}-003"]


def test_an_opened_lot_is_in_the_donation_s_history(world: World) -> None:
    lot = actions.open_lot(
        donation=world.donation, label="Écrans", announced_count=53, by=world.lead
    )
    last = world.donation.events.order_by("-sequence")[0]
    assert (lot.label, lot.announced_count, lot.closed_at) == ("Écrans", 53, None)
    assert (last.verb, last.data) == ("lot_opened", {"lot": lot.code})


def test_somebody_of_another_site_opens_no_lot_here(world: World) -> None:
    stranger = person(Role.TECHNICIAN, site=Site.objects.create(name="Les Tilleuls"))
    events = world.donation.events.count()
    with pytest.raises(NotPermitted):
        actions.open_lot(donation=world.donation, by=stranger)
    assert Lot.objects.count() == 1
    assert world.donation.events.count() == events
