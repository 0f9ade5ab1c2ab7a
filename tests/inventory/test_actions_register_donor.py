from __future__ import annotations

import pytest

from backoffice.core.errors import NotPermitted
from inventory import actions
from inventory.models import Donor, DonorKind
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_donor_is_written_down_with_what_a_receipt_needs(world: World) -> None:
    donor = actions.register_donor(
        kind=DonorKind.COMPANY,
        name="Caisse Océane",
        address="3 quai des Brumes",
        registration="123456789",
        by=world.lead,
    )
    donor.refresh_from_db()
    assert (donor.kind, donor.name) == ("company", "Caisse Océane")
    assert (donor.address, donor.registration) == ("3 quai des Brumes", "123456789")


def test_a_technician_writes_no_donor_down(world: World) -> None:
    before = Donor.objects.count()
    with pytest.raises(NotPermitted):
        actions.register_donor(
            kind=DonorKind.COMPANY, name="Caisse Océane", by=world.technician
        )
    assert Donor.objects.count() == before
