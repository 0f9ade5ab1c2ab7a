from __future__ import annotations

import pytest

from inventory.actions.refusals import note_refusal
from inventory.errors import DriveUnproven
from tests.world import make_world

pytestmark = pytest.mark.django_db


def test_a_refusal_is_one_line_of_history_and_changes_nothing_else() -> None:
    world = make_world()
    device = world.receive()
    refusal = DriveUnproven("no", drive_serial="EX-1")
    note_refusal(device, "declare_ready", refusal, by=world.technician)
    last = device.events.order_by("-sequence").first()
    assert last is not None
    assert (last.verb, last.data) == (
        "refused",
        {"act": "declare_ready", "rule": "drive_unproven"},
    )
    device.refresh_from_db()
    assert device.status == "received"
