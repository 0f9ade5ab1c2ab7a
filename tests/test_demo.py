"""The demo world is what the README promises, and was made through the acts."""

from __future__ import annotations

import pytest

from backoffice.core import journal
from backoffice.core.models import RoleAssignment
from backoffice.core.roles import Role
from backoffice.demo import history, people
from inventory.models import Destruction, Device, Donor, Erasure, Lot, Place
from inventory.states import DeviceStatus

S = DeviceStatus
REACHED = frozenset(
    {S.ANNOUNCED, S.RECEIVED, S.IN_TRIAGE, S.TO_PROCESS, S.IN_REFURBISHMENT}
    | {S.AWAITING_PARTS, S.IN_QUALITY_CHECK, S.READY, S.NOT_REUSABLE, S.FOR_PARTS}
    | {S.SCRAPPED, S.MISSING, S.RETURNED_TO_DONOR}
)


@pytest.mark.django_db
def test_the_demo_world_is_told_through_the_acts() -> None:
    history.tell()
    assert (Donor.objects.count(), Lot.objects.count()) == (4, 5)
    assert 290 <= Device.objects.count() <= 310
    assert set(Device.objects.values_list("status", flat=True)) == REACHED
    assert Place.objects.count() >= 10
    assert {r.role.name for r in RoleAssignment.objects.all()} == set(Role.values)
    assert Erasure.objects.waiting().exists()
    assert Destruction.objects.waiting().exists()
    verdict = journal.verify()
    assert verdict.holds
    assert verdict.events > 1500


def test_nobody_in_the_demo_can_be_reached() -> None:
    assert all(person.email.endswith("@exemple.test") for person in people.PEOPLE)
