"""Machines prepared for a pack, and one that shows a drive nobody packed."""

from __future__ import annotations

import uuid

from django.db import transaction

from inventory.actions.status import change_status
from inventory.models import Device
from inventory.states import DeviceStatus
from provisioning.actions import assign_environment
from provisioning.models import Assignment, Difference
from tests.provisioning.machines import FakeMachine, drive
from tests.world import World

PACK = uuid.UUID("7d9c2d1e-6a35-4c8f-9c9f-0a4f5b1f0e11")


def assigned(world: World, device: Device, environment: str = "emploi") -> Assignment:
    with transaction.atomic():
        held = Device.objects.lock(device.pk)
        if held.status == DeviceStatus.READY:
            for to in (DeviceStatus.RESERVED, DeviceStatus.PACKED):
                change_status(held, to, "packed", by=world.technician)
        return assign_environment(
            held, pack=PACK, environment=environment, iccid="", by=world.technician
        )


def differing(world: World) -> tuple[FakeMachine, Difference]:
    """A machine that shows another drive than the one it was packed with."""
    device = world.ready(world.drive(serial="EX-PACKED-1"))
    machine = FakeMachine()
    machine.join(world, world.lead, device)
    assigned(world, device)
    machine.send(drive(serial="EX-PACKED-1"), drive(name="sdb", serial="EX-OTHER-2"))
    return machine, Difference.objects.get()
