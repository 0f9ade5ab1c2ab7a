"""What the structure is written of its appointments: each of them, with day and place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.core.models import Outgoing
from lending import actions
from lending.kinds import StructureKind
from lending.models import EquipmentRequest, HandOver, Structure
from lending.states import RefusedBecause
from tests.lending.handing import GIFT, Desk, make_desk
from tests.lending.requests import sent

pytestmark = pytest.mark.django_db
PLACE = "Maison de quartier, salle 2"


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def request_(desk: Desk) -> EquipmentRequest:
    return desk.request(desk.someone())


def planned(
    desk: Desk, request: EquipmentRequest, days: int = 2, where: str = PLACE
) -> HandOver:
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    at = timezone.now() + dt.timedelta(days=days)
    return desk.plan(pack, request=request, planned_at=at, where=where)


def last_mail() -> str:
    return Outgoing.objects.filter(key__startswith="request:").latest("pk").body


def test_an_appointment_is_written_with_its_day_and_place(
    desk: Desk, request_: EquipmentRequest
) -> None:
    handover = planned(desk, request_)
    assert handover.planned_at is not None
    assert f"{timezone.localtime(handover.planned_at):%H:%M}" in last_mail()
    assert PLACE in last_mail()


def test_without_a_place_of_its_own_it_is_at_the_site(
    desk: Desk, request_: EquipmentRequest
) -> None:
    handover = planned(desk, request_, where="")
    assert handover.site.name in last_mail()


def test_a_place_that_says_too_much_of_a_structure_is_not_written(
    desk: Desk, request_: EquipmentRequest
) -> None:
    Structure.objects.update(kind=StructureKind.CAARUD)
    request_.refresh_from_db()
    desk.partners.structure.refresh_from_db()
    planned(desk, request_)
    assert PLACE not in last_mail()


def test_an_appointment_that_moves_is_written_again(
    desk: Desk, request_: EquipmentRequest
) -> None:
    handover = planned(desk, request_)
    before = Outgoing.objects.count()
    later = timezone.now() + dt.timedelta(days=9)
    actions.reschedule_handover(
        handover=handover, planned_at=later, where="Mairie", by=desk.staff
    )
    assert Outgoing.objects.count() == before + 1
    assert "Mairie" in last_mail()


def test_what_the_person_did_not_take_is_not_called_off(
    desk: Desk, request_: EquipmentRequest
) -> None:
    handover = planned(desk, request_)
    actions.refuse_handover(
        handover=handover, because=RefusedBecause.UNSUITABLE, by=desk.staff
    )
    assert "n’a pas été pris" in last_mail()
    assert "annulé" not in last_mail()


def test_each_appointment_of_several_packs_is_written(desk: Desk) -> None:
    asked = actions.approve_request(
        request=sent(desk.partners, quantity=2),
        mode=GIFT,
        programme=None,
        by=desk.staff,
    )
    packs = [
        actions.attach_to_request(pack=desk.ready(), request=asked, by=desk.staff)
        for _each in range(2)
    ]
    for pack, where in zip(packs, ("Salle 1", "Salle 2"), strict=True):
        at = timezone.now() + dt.timedelta(days=2)
        desk.plan(pack, request=asked, planned_at=at, where=where)
        assert where in last_mail()
