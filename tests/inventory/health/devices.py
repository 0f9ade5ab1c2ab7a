"""Devices whose health is known."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from inventory.actions.health import note_health
from inventory.health import BatteryFacts, Facts
from inventory.models import Device
from tests.world import World

SEEN = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def known(world: World, facts: Facts) -> Device:
    """A device that reported these facts."""
    device = world.receive()
    with transaction.atomic():
        note_health(
            Device.objects.lock(device.pk),
            lambda _before: facts,
            seen_at=SEEN,
            by=world.lead,
        )
    return device


def judged(world: World, *, percent: int) -> Device:
    """A device whose battery holds so much of what it did."""
    return known(world, Facts(batteries=(BatteryFacts("BAT0", percent, 100),)))
