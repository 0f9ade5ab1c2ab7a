from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.core.errors import NotPermitted, SamePerson
from inventory import actions
from inventory.errors import NothingToApprove
from inventory.models import Erasure, StorageDrive
from inventory.models.erasure import ExceptionsRefusal
from inventory.states import DataState, DriveStatus
from tests.unchanged import refused, rows
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
REASON = ExceptionsRefusal.DATA_MAY_REMAIN


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def drive(world: World) -> StorageDrive:
    return world.receive().drives.get()


@pytest.fixture
def erasure(world: World, drive: StorageDrive) -> Erasure:
    return world.erase_with_exceptions(drive)


def test_what_a_second_person_refuses_counts_as_failed(
    world: World, drive: StorageDrive, erasure: Erasure
) -> None:
    actions.refuse_exceptions(erasure=erasure, reason=REASON, by=world.officer)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.FAILED, None)
    assert drive.last_host.data_state == DataState.AT_RISK
    event = drive.events.order_by("-sequence")[0]
    assert (event.verb, event.data["reason"]) == ("exceptions_refused", REASON.value)


def test_a_refused_erasure_may_be_done_again(
    world: World, drive: StorageDrive, erasure: Erasure
) -> None:
    actions.refuse_exceptions(erasure=erasure, reason=REASON, by=world.officer)
    world.erase(drive)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_whoever_did_it_cannot_refuse_it(world: World, drive: StorageDrive) -> None:
    claim = world.claim(
        drive, result="erased_with_exceptions", exceptions=("hidden_area_unknown",)
    )
    mine = actions.record_erasure(drive=drive, claim=claim, by=world.officer)
    with refused(SamePerson):
        actions.refuse_exceptions(erasure=mine, reason=REASON, by=world.officer)


def test_a_workshop_lead_refuses_nothing(world: World, erasure: Erasure) -> None:
    with refused(NotPermitted):
        actions.refuse_exceptions(erasure=erasure, reason=REASON, by=world.lead)


def test_a_decision_is_made_once(world: World, erasure: Erasure) -> None:
    actions.refuse_exceptions(erasure=erasure, reason=REASON, by=world.officer)
    with refused(NothingToApprove):
        actions.refuse_exceptions(erasure=erasure, reason=REASON, by=world.officer)
    with refused(NothingToApprove):
        actions.approve_exceptions(erasure=erasure, by=world.officer)


# ------------------------------------------------------------------ page and API


def test_the_page_asks_why_and_says_so_in_the_history(
    client: Client, world: World, drive: StorageDrive, erasure: Erasure
) -> None:
    client.force_login(world.officer)
    listed = client.get(reverse("inventory:approval-list")).content.decode()
    address = reverse("inventory:erasure-refuse", args=[erasure.uuid])
    assert address in listed
    page = client.post(address, {"reason": REASON.value}, follow=True)
    assert "Nothing waits for you" in page.content.decode()
    history = client.get(reverse("inventory:drive-detail", args=[drive.uuid]))
    assert str(REASON.label) in history.content.decode()


@pytest.mark.parametrize("reason", ["", "x", "\0", "x" * 4000])
def test_a_refusal_without_a_reason_changes_nothing(
    client: Client, world: World, erasure: Erasure, reason: str
) -> None:
    client.force_login(world.officer)
    before = rows()
    address = reverse("inventory:erasure-refuse", args=[erasure.uuid])
    assert client.post(address, {"reason": reason}).status_code == 422
    assert rows() == before


def test_the_api_refuses_alike(
    client: Client, world: World, drive: StorageDrive, erasure: Erasure
) -> None:
    client.force_login(world.officer)
    address = f"/api/v1/erasures/{erasure.uuid}/refuse/"
    told = {"reason": REASON.value}
    assert client.post(address, told, "application/json").status_code == 200
    drive.refresh_from_db()
    assert drive.status == DriveStatus.FAILED
    again = client.post(address, told, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_approve")
