from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Site
from inventory import actions
from inventory.errors import DateImpossible
from inventory.methods import ErasurePolicy, VerificationPolicy
from inventory.models import Donation, DonationEvent
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def counted() -> tuple[int, int]:
    return Donation.objects.count(), DonationEvent.objects.count()


def test_a_donation_keeps_its_policy_and_starts_its_history(world: World) -> None:
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate(),
        erasure_policy=ErasurePolicy.PURGE,
        verification_policy=VerificationPolicy.FULL,
        erasure_by_two=True,
        reference="REF-7",
        by=world.lead,
    )
    event = donation.events.get()
    assert (donation.erasure_policy, donation.reference) == ("purge", "REF-7")
    assert (donation.verification_policy, donation.erasure_by_two) == ("full", True)
    assert (event.verb, event.data["erasure_policy"]) == ("recorded", "purge")
    assert (event.data["verification_policy"], event.data["erasure_by_two"]) == ("full", True)  # fmt: skip
    assert event.actor_id == world.lead.uuid


def test_no_donation_comes_from_the_future(world: World) -> None:
    before = counted()
    with pytest.raises(DateImpossible):
        actions.record_donation(
            donor=world.donation.donor,
            site=world.site,
            received_on=timezone.localdate() + dt.timedelta(days=1),
            by=world.lead,
        )
    assert counted() == before


def test_a_donation_is_recorded_only_where_the_role_reaches(world: World) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    before = counted()
    with pytest.raises(NotPermitted):
        actions.record_donation(
            donor=world.donation.donor,
            site=elsewhere,
            received_on=timezone.localdate(),
            by=world.lead,
        )
    assert counted() == before
