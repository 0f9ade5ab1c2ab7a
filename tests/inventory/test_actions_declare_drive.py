from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions.status import change_status
from inventory.errors import (
    DateImpossible,
    DriveElsewhere,
    DriveUnproven,
    EvidenceIncomplete,
)
from inventory.methods import Medium
from inventory.models import Bus, Device, DeviceKind, Storage
from inventory.states import DataState, DeviceStatus, DriveStatus
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
INVOICE: dict[str, object] = {
    "invoice_reference": "F-2026-12",
    "invoice_supplier": "Exemple SA",
    "invoiced_on": dt.date(2026, 1, 5),
}


@pytest.fixture
def world() -> World:
    return make_world()


def empty(world: World) -> Device:
    """Received without a word about its drives."""
    return actions.receive_device(
        lot=world.lot,
        kind=DeviceKind.LAPTOP,
        serial="EX-EMPTY-1",
        by=world.technician,
    )


def test_a_declared_drive_waits_for_its_erasure(world: World) -> None:
    device = empty(world)
    drive = actions.declare_drive(
        device=device, drive=world.drive(), by=world.technician
    )
    device.refresh_from_db()
    assert (drive.host, drive.status) == (device, DriveStatus.AWAITING_ERASURE)
    assert (device.storage, device.data_state) == (Storage.LISTED, DataState.AT_RISK)
    assert [event.verb for event in drive.events.all()] == ["declared"]


def test_a_drive_bought_new_is_proven_by_its_invoice(world: World) -> None:
    device = empty(world)
    drive = world.drive(**INVOICE)
    new = actions.declare_drive(device=device, drive=drive, by=world.technician)
    device.refresh_from_db()
    assert new.status == DriveStatus.INSTALLED_NEW
    assert (new.invoice_supplier, new.invoiced_on) == (
        "Exemple SA",
        dt.date(2026, 1, 5),
    )
    assert device.data_state == DataState.CLEAN


@pytest.mark.parametrize("missing", INVOICE)
def test_half_an_invoice_proves_nothing(world: World, missing: str) -> None:
    device = empty(world)
    half = {name: said for name, said in INVOICE.items() if name != missing}
    with refused(EvidenceIncomplete):
        actions.declare_drive(
            device=device, drive=world.drive(**half), by=world.technician
        )


def test_an_invoice_of_tomorrow_is_refused(world: World) -> None:
    device = empty(world)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    new = world.drive(**{**INVOICE, "invoiced_on": tomorrow})
    with refused(DateImpossible):
        actions.declare_drive(device=device, drive=new, by=world.technician)


def test_a_usb_stick_is_listed_and_not_gated(world: World) -> None:
    device = empty(world)
    stick = actions.declare_drive(
        device=device,
        drive=world.drive(bus=Bus.USB, medium=Medium.USB_FLASH),
        by=world.technician,
    )
    device.refresh_from_db()
    assert not stick.gated
    assert device.data_state == DataState.UNKNOWN


@pytest.mark.parametrize("bus", [Bus.USB, Bus.CARD])
@pytest.mark.parametrize("medium", [Medium.HDD, Medium.NVME, Medium.UNKNOWN])
def test_nobody_types_a_disk_out_of_the_gate(
    world: World, medium: Medium, bus: Bus
) -> None:
    device = world.receive(world.drive(bus=bus, medium=medium))
    assert device.data_state == DataState.AT_RISK
    actions.triage_device(device=device, by=world.technician)
    with refused(DriveUnproven), transaction.atomic():
        held = Device.objects.lock(device.pk)
        change_status(held, DeviceStatus.READY, "left", by=world.lead, allowed=True)


def test_a_drive_declared_in_a_ready_device_takes_it_off_the_shelf(
    world: World,
) -> None:
    device = world.ready()
    actions.declare_drive(device=device, drive=world.drive(), by=world.technician)
    device.refresh_from_db()
    assert device.status == DeviceStatus.TO_PROCESS
    assert device.is_held


def test_a_drive_that_is_known_elsewhere_is_refused(world: World) -> None:
    drive = world.drive()
    world.receive(drive)
    device = empty(world)
    with refused(DriveElsewhere):
        actions.declare_drive(device=device, drive=drive, by=world.technician)


def test_a_mediator_declares_no_drive(world: World) -> None:
    device, mediator = empty(world), person(Role.MEDIATOR, site=world.site)
    with refused(NotPermitted):
        actions.declare_drive(device=device, drive=world.drive(), by=mediator)
