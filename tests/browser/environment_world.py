"""The part of learning environments in the walk over every page: one that is asked for."""

from __future__ import annotations

import uuid

from django.db import transaction

from backoffice.core.models import User
from inventory.models import Device
from provisioning.actions import assign_environment
from provisioning.models import Agent, Assignment

SLUG = "emploi"


def tell(by: User) -> None:
    """A pack asks the machine that is a device for an environment."""
    (machine,) = Agent.objects.bound().filter(revoked_at=None).order_by("pk")[:1]
    assert machine.device_id is not None
    with transaction.atomic():
        device = Device.objects.lock(machine.device_id)
        assign_environment(device, pack=uuid.uuid4(), environment=SLUG, iccid="", by=by)


def values() -> dict[str, list[str]]:
    """Whose passphrase can be printed."""
    asked = Assignment.objects.in_force().filter(environment=SLUG)
    return {"promised": [each.device.tag for each in asked.select_related("device")]}
