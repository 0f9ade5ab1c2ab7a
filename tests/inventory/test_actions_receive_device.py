from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.journal import verify_subject
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions
from inventory.actions import Scanned
from inventory.errors import (
    DriveElsewhere,
    LotClosed,
    PlaceClosed,
    PlaceElsewhere,
    ScanRepeated,
    SerialKnown,
    SerialMissing,
)
from inventory.models import (
    Device,
    DeviceEvent,
    DeviceKind,
    PlaceKind,
    Scan,
    StationMode,
    Storage,
    StorageDrive,
    TagCounter,
)
from inventory.models.device_kind import NoSerialReason, VisibleState
from inventory.tags import parse_tag
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def everything() -> dict[str, Any]:
    """What a refused reception must leave as it was, the tag counters included."""
    return {
        "devices": list(Device.objects.values_list("tag", "status")),
        "drives": StorageDrive.objects.count(),
        "events": DeviceEvent.objects.count(),
        "scans": Scan.objects.count(),
        "counters": dict(TagCounter.objects.values_list("prefix", "last")),
    }


def test_a_received_device_gets_the_next_tag_of_its_kind(world: World) -> None:
    first, second = world.receive(), world.receive()
    screen = world.receive(kind=DeviceKind.SCREEN, drives=())
    assert parse_tag(second.tag).number == parse_tag(first.tag).number + 1
    assert screen.tag.startswith("SC000001")


def test_its_history_starts_with_who_received_what(world: World) -> None:
    device = world.receive()
    event = device.events.order_by("sequence")[0]
    assert (event.verb, event.actor_id) == ("received", world.technician.uuid)
    assert event.data["tag"] == device.tag
    assert event.data["lot"] == world.lot.code
    assert verify_subject(list(device.events.oldest_first()))


def test_what_is_said_of_it_is_kept(world: World) -> None:
    device = world.receive(
        serial=" AB 12 ",
        visible_state=VisibleState.WORN,
        place=world.room,
        mass_grams=2310,
    )
    device.refresh_from_db()
    assert (device.serial, device.serial_key) == ("AB 12", "AB12")
    assert (device.visible_state, device.place) == ("worn", world.room)
    assert (device.mass_grams, device.mass_measured) == (2310, True)


def test_a_mass_nobody_measured_is_the_usual_one_and_says_so(world: World) -> None:
    device = world.receive()
    assert (device.mass_grams, device.mass_measured) == (2200, False)


def test_drives_declared_are_to_be_erased(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    statuses = device.drives.values_list("status", flat=True)
    assert list(statuses) == ["awaiting_erasure", "awaiting_erasure"]
    assert (device.storage, device.data_state) == ("listed", "at_risk")


def test_drives_not_known_yet_leave_the_data_unknown(world: World) -> None:
    device = world.receive(drives=())
    assert (device.storage, device.data_state) == ("unknown", "unknown")


def test_no_drive_inside_was_seen_by_whoever_receives_it(world: World) -> None:
    device = world.receive(drives=(), storage=Storage.NONE)
    assert (device.storage, device.data_state) == ("none", "no_storage")
    assert device.storage_seen_by == world.technician


def test_a_screen_cannot_hold_data(world: World) -> None:
    device = world.receive(kind=DeviceKind.SCREEN, drives=())
    assert (device.storage, device.data_state) == ("not_applicable", "no_storage")


def test_the_same_serial_of_the_same_make_is_refused(world: World) -> None:
    known = world.receive(make="Dell", serial="4BX7-QR1")
    before = everything()
    with pytest.raises(SerialKnown) as refused:
        world.receive(make="DELL", serial="4bx7qr1")
    assert refused.value.facts == {"device": known.tag}
    assert everything() == before


def test_two_makers_may_use_the_same_serial(world: World) -> None:
    world.receive(make="Dell", serial="12345X")
    assert world.receive(make="HP", serial="12345X").serial == "12345X"


def test_a_device_without_a_serial_needs_a_reason(world: World) -> None:
    before = everything()
    with pytest.raises(SerialMissing):
        world.receive(serial="")
    assert everything() == before
    device = world.receive(serial="", no_serial_reason=NoSerialReason.UNREADABLE)
    assert device.no_serial_reason == "unreadable"


@pytest.mark.parametrize("filler", ["To be filled by O.E.M.", "00000000", "None"])
def test_a_maker_s_filler_is_no_serial(world: World, filler: str) -> None:
    before = everything()
    with pytest.raises(SerialMissing):
        world.receive(serial=filler)
    assert everything() == before


def test_a_closed_lot_takes_no_more(world: World) -> None:
    actions.close_lot(lot=world.lot, by=world.lead)
    before = everything()
    with pytest.raises(LotClosed):
        world.receive()
    assert everything() == before


def test_a_place_of_another_site_is_refused(world: World) -> None:
    elsewhere = Site.objects.create(name="Les Tilleuls")
    world.room.site = elsewhere
    world.room.save(update_fields=["site"])
    before = everything()
    with pytest.raises(PlaceElsewhere):
        world.receive(place=world.room)
    assert everything() == before


def test_a_place_out_of_use_is_refused(world: World) -> None:
    world.room.is_active = False
    world.room.save(update_fields=["is_active"])
    before = everything()
    with pytest.raises(PlaceClosed):
        world.receive(place=world.room)
    assert everything() == before


def test_a_drive_known_elsewhere_is_refused_with_its_device(world: World) -> None:
    drive = world.drive()
    world.receive(drive)
    before = everything()
    with pytest.raises(DriveElsewhere):
        world.receive(drive)
    assert everything() == before


def test_somebody_without_the_permission_receives_nothing(world: World) -> None:
    before = everything()
    with pytest.raises(NotPermitted):
        world.receive(by=world.officer)
    assert everything() == before


def test_the_same_scan_twice_is_one_device(world: World) -> None:
    scan = Scanned(uuid.uuid4(), StationMode.RECEPTION, "")
    wanted = {"serial": "", "no_serial_reason": "none_visible", "scan": scan}
    world.receive(**wanted)
    before = everything()
    with pytest.raises(ScanRepeated):
        world.receive(**wanted)
    assert everything() == before


def test_a_tag_given_back_by_a_refusal_is_the_next_one_given(world: World) -> None:
    known = world.receive(serial="AB-1")
    with pytest.raises(SerialKnown):
        world.receive(serial="AB-1")
    following = world.receive()
    assert parse_tag(following.tag).number == parse_tag(known.tag).number + 1


def test_a_shelf_of_the_site_is_a_place_to_receive_into(world: World) -> None:
    shelf = actions.open_place(
        site=world.site,
        kind=PlaceKind.SHELF,
        name="B3",
        parent=world.room,
        by=world.lead,
    )
    assert world.receive(place=shelf).place == shelf


def test_what_another_site_has_is_not_named(world: World) -> None:
    known = world.receive()
    elsewhere = Site.objects.create(name="Les Tilleuls")
    coordinator = person(Role.WORKSHOP_LEAD, site=elsewhere)
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=elsewhere,
        received_on=timezone.localdate(),
        by=coordinator,
    )
    lot = actions.open_lot(donation=donation, by=coordinator)
    for serial, drives in ((known.serial, ()), ("EX-NEW-1", (twin_of(known),))):
        with pytest.raises((SerialKnown, DriveElsewhere)) as refused:
            world.receive(lot=lot, serial=serial, drives=drives, by=coordinator)
        assert known.display_tag not in refused.value.message
        assert not refused.value.facts


def twin_of(device: Device) -> actions.DeclaredDrive:
    drive = device.drives.get()
    return actions.DeclaredDrive(serial=drive.serial, model=drive.model)
