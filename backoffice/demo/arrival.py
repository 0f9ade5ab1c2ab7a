"""A delivery of the demo is received, device by device."""

from __future__ import annotations

from backoffice.demo.stock import Delivery, Model
from backoffice.demo.workshop import MINUTE, Workshop
from inventory import actions
from inventory.methods import Medium
from inventory.models import Device, Lot
from inventory.models.device_kind import NoSerialReason, VisibleState


def receive_lot(workshop: Workshop, lot: Lot, delivery: Delivery) -> list[Device]:
    models = [model for model, number in delivery.models for _ in range(number)]
    workshop.chance.shuffle(models)
    devices = [_receive(workshop, lot, model) for model in models]
    # The last one was received by mistake, and taken back at once.
    actions.undo_last(device=devices[-1], by=workshop.technician)
    return devices[:-1]


def _receive(workshop: Workshop, lot: Lot, model: Model) -> Device:
    workshop.story.later(MINUTE)
    number = next(workshop.serials)
    lost = number % 61 == 0
    drives = [_drive(workshop, model)] if model.medium else []
    if model.medium is Medium.HDD and number % 37 == 0:
        drives.append(_drive(workshop, model))
    (state,) = workshop.chance.choices(list(VisibleState), weights=(5, 4, 2, 1))
    return actions.receive_device(
        lot=lot,
        kind=model.kind,
        make=model.make,
        model=model.model,
        serial="" if lost else f"DEMO{number}",
        no_serial_reason=NoSerialReason.REMOVED if lost else "",
        visible_state=state,
        place=workshop.shelves[0],
        drives=drives if number % 7 else (),
        by=workshop.technician,
    )


def _drive(workshop: Workshop, model: Model) -> actions.DeclaredDrive:
    assert model.medium is not None  # noqa: S101 - the caller asked
    return actions.DeclaredDrive(
        medium=model.medium,
        bus=model.bus,
        make=model.drive_make,
        model=model.drive_model,
        serial=f"DD{next(workshop.serials)}",
        size_bytes=model.size_bytes,
    )
