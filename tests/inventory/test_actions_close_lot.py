from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.errors import LotClosed
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_closed_lot_says_how_many_came(world: World) -> None:
    world.receive()
    lot = actions.close_lot(lot=world.lot, by=world.technician)
    last = world.donation.events.order_by("-sequence")[0]
    assert lot.closed_at is not None
    assert (last.verb, last.data) == ("lot_closed", {"lot": lot.code, "received": 1})


def test_a_reception_taken_back_does_not_count_as_received(world: World) -> None:
    device = world.receive()
    actions.undo_last(device=device, by=world.technician)
    actions.close_lot(lot=world.lot, by=world.technician)
    last = world.donation.events.order_by("-sequence")[0]
    assert last.data["received"] == 0


def test_a_lot_is_closed_once(world: World) -> None:
    closed = actions.close_lot(lot=world.lot, by=world.technician)
    events = world.donation.events.count()
    with pytest.raises(LotClosed):
        actions.close_lot(lot=world.lot, by=world.lead)
    world.lot.refresh_from_db()
    assert world.lot.closed_at == closed.closed_at
    assert world.donation.events.count() == events


def test_the_data_security_officer_closes_no_lot(world: World) -> None:
    with pytest.raises(NotPermitted):
        actions.close_lot(lot=world.lot, by=world.officer)
    world.lot.refresh_from_db()
    assert world.lot.closed_at is None
