"""Taking the last act back: by whoever did it, at once, and as a line of its own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.journal import verify_subject
from backoffice.core.models import Site, User
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.undo import UNDOABLE
from inventory.errors import NothingToUndo, UndoTooLate
from inventory.models import Device, PlaceKind
from inventory.states import DeviceStatus, HoldReason
from tests.inventory.station import seen
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def device(world: World) -> Device:
    return world.receive()


def test_a_step_is_taken_back_and_both_stay_in_the_history(world, device):
    actions.start_triage(device=device, by=world.technician)
    event = actions.undo_last(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.status == DeviceStatus.RECEIVED
    assert event.data["undone"] == event.sequence - 1
    assert event.data["verb"] == "triage_started"


def test_a_move_is_taken_back_to_where_it_was(world, device):
    actions.move_to_place(device=device, place=world.room, by=world.technician)
    actions.move_to_place(device=device, place=world.cupboard, by=world.technician)
    actions.undo_last(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.place == world.room


def test_a_first_move_is_taken_back_to_nowhere(world, device):
    actions.move_to_place(device=device, place=world.room, by=world.technician)
    actions.undo_last(device=device, by=world.technician)
    device.refresh_from_db()
    assert device.place is None


def test_a_move_to_another_site_is_taken_back_to_the_first(world, device):
    head = person(Role.WORKSHOP_LEAD)
    elsewhere = Site.objects.create(name="Ailleurs")
    place = actions.open_place(
        site=elsewhere, kind=PlaceKind.ROOM, name="Dépôt", by=head
    )
    actions.move_to_place(device=device, place=place, by=head)
    actions.undo_last(device=device, by=head)
    device.refresh_from_db()
    assert (device.place, device.site) == (None, world.site)


def test_what_was_taken_back_is_not_taken_back_again(world, device):
    actions.start_triage(device=device, by=world.technician)
    actions.undo_last(device=device, by=world.technician)
    before = seen(device)
    with pytest.raises(NothingToUndo):
        actions.undo_last(device=device, by=world.technician)
    assert seen(device) == before


def test_somebody_else_does_not_take_it_back(world, device):
    actions.start_triage(device=device, by=world.technician)
    before = seen(device)
    with pytest.raises(NothingToUndo):
        actions.undo_last(device=device, by=world.lead)
    assert seen(device) == before


def test_a_check_is_not_taken_back(world):
    device = world.ready()
    before = seen(device)
    with pytest.raises(NothingToUndo) as refusal:
        actions.undo_last(device=device, by=world.technician)
    assert "stays in the history" in refusal.value.message
    assert seen(device) == before


def test_only_the_named_act_is_taken_back(world, device):
    actions.start_triage(device=device, by=world.technician)
    named = device.events.order_by("-sequence").first()
    actions.hold_device(device=device, reason=HoldReason.SAFETY, by=world.lead)
    before = seen(device)
    with pytest.raises(UndoTooLate):
        actions.undo_last(device=device, event=named, by=world.technician)
    assert seen(device) == before


def test_after_ten_minutes_it_is_too_late(world, device, monkeypatch):
    actions.start_triage(device=device, by=world.technician)
    before = seen(device)
    later = timezone.now() + dt.timedelta(minutes=10, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(UndoTooLate):
        actions.undo_last(device=device, by=world.technician)
    assert seen(device) == before


def test_the_history_still_holds_after_an_undo(world, device):
    actions.start_triage(device=device, by=world.technician)
    actions.undo_last(device=device, by=world.technician)
    assert verify_subject(list(device.events.oldest_first()))


def test_no_proof_and_no_decision_can_be_taken_back():
    kept = {"erasure_erased", "quality_check_passed", "declared_ready", "set_aside"}
    assert not kept & UNDOABLE


def test_who_lost_the_role_takes_nothing_back(world, device):
    actions.start_triage(device=device, by=world.technician)
    before = seen(device)
    world.technician.role_assignments.all().delete()
    with pytest.raises(NotPermitted):
        actions.undo_last(device=device, by=User.objects.get(pk=world.technician.pk))
    assert seen(device) == before
