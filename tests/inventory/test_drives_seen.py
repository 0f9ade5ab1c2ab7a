"""What an agent sees is evidence: it opens, moves and confirms drives."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backoffice.core.actors import Machine
from inventory import actions
from inventory.actions.drive_cycle import open_cycle
from inventory.actions.sightings import (
    SeenDrive,
    lock_where_seen,
    note_drives_seen,
)
from inventory.errors import DriveInUse, OnHold
from inventory.methods import ErasurePolicy, Medium
from inventory.models import (
    Bus,
    Destruction,
    DestructionMethod,
    Device,
    Donation,
    Erasure,
    Lot,
    Storage,
    StorageDrive,
)
from inventory.states import DataState, DriveStatus, HoldReason
from tests.world import GIB, World, make_world

pytestmark = pytest.mark.django_db
AGENT = Machine("7d1f6f0e-0000-4000-8000-000000000001")


@pytest.fixture
def world() -> World:
    return make_world()


def sight(**fields: object) -> SeenDrive:
    wanted: dict[str, object] = {
        "medium": Medium.HDD,
        "bus": Bus.SATA,
        "make": "",
        "model": "HD500",
        "serial": "EX-SEEN-1",
        "size_bytes": 500 * GIB,
        "in_use": False,
    }
    return SeenDrive(**{**wanted, **fields})  # type: ignore[arg-type]


def see(device: Device, *seen: SeenDrive) -> None:
    with transaction.atomic():
        held = lock_where_seen(device.pk, seen)
        note_drives_seen(held, seen, at=timezone.now(), by=AGENT)


def test_a_drive_nobody_declared_opens_its_first_cycle_unproven(world: World) -> None:
    device = world.receive(drives=())
    see(device, sight())
    drive = device.drives.get()
    assert (drive.status, drive.cycle) == (DriveStatus.AWAITING_ERASURE, 1)
    device.refresh_from_db()
    assert (device.storage, device.data_state) == (Storage.LISTED, DataState.AT_RISK)


def test_a_drive_is_recognised_by_its_serial_however_it_is_spelt(world: World) -> None:
    device = world.receive(world.drive(serial="ex seen 1"))
    see(device, sight())
    assert device.drives.count() == 1


def test_a_drive_declared_without_a_serial_is_filled_in(world: World) -> None:
    device = world.receive(world.drive(serial="", model="", size_bytes=None))
    see(device, sight())
    drive = device.drives.get()
    assert (drive.serial, drive.size_bytes) == ("EX-SEEN-1", 500 * GIB)


def test_a_drive_without_a_serial_is_the_same_one_at_the_next_report(
    world: World,
) -> None:
    device = world.receive(drives=())
    nameless = sight(serial="", model="", bus=Bus.VIRTIO, medium=Medium.UNKNOWN)
    see(device, nameless)
    see(device, nameless)
    assert device.drives.count() == 1


def test_two_drives_without_serials_are_two_drives(world: World) -> None:
    device = world.receive(drives=())
    see(device, sight(serial=""), sight(serial="", size_bytes=GIB))
    see(device, sight(serial=""), sight(serial="", size_bytes=GIB))
    assert device.drives.count() == 2


def test_twins_without_serials_stay_two(world: World) -> None:
    device = world.receive(drives=())
    see(device, sight(serial=""), sight(serial=""))
    see(device, sight(serial=""), sight(serial=""))
    assert device.drives.count() == 2


def test_a_proof_without_a_serial_never_passes_to_a_drive_that_looks_alike(
    world: World,
) -> None:
    device = world.ready(world.drive(serial=""))
    see(device, sight())
    device.refresh_from_db()
    assert (device.data_state, device.status) == (DataState.AT_RISK, "to_process")


def test_a_drive_known_elsewhere_has_moved_and_keeps_its_proof(world: World) -> None:
    left = world.ready()
    drive = left.drives.get()
    arrived = world.receive(drives=())
    see(arrived, sight(serial=drive.serial, model=drive.model))
    drive.refresh_from_db()
    assert (drive.host, drive.status) == (arrived, DriveStatus.ERASED)
    left.refresh_from_db()
    assert (left.storage, left.data_state) == (Storage.UNKNOWN, DataState.UNKNOWN)
    assert left.status == "to_process"
    assert left.events.filter(verb="drive_left").exists()


@pytest.mark.parametrize("status", ["missing", "lost", "handed_over", "in_support"])
def test_a_drive_of_a_device_that_was_away_comes_back_without_its_proof(
    world: World, status: str
) -> None:
    left = world.ready()
    Device.objects.filter(pk=left.pk).update(status=status)
    drive = left.drives.get()
    arrived = world.receive(drives=())
    see(arrived, sight(serial=drive.serial))
    drive.refresh_from_db()
    assert (drive.host, drive.cycle, drive.proof) == (arrived, 2, None)
    assert drive.events.get(verb="cycle_opened").data["why"] == "came_back"
    arrived.refresh_from_db()
    assert arrived.data_state == DataState.AT_RISK


def see_its_unproven_drive_elsewhere(world: World, left: Device) -> None:
    drive = left.drives.get(serial="EX-SEEN-1")
    see(world.receive(drives=()), sight())
    drive.refresh_from_db()
    assert drive.host != left
    left.refresh_from_db()


def with_one_of_two_erased(world: World) -> Device:
    device = world.receive(world.drive(), world.drive(serial="EX-SEEN-1"))
    world.erase(device.drives.exclude(serial="EX-SEEN-1").get())
    return device


def test_a_device_is_held_when_its_unproven_drive_is_seen_elsewhere(
    world: World,
) -> None:
    left = with_one_of_two_erased(world)
    see_its_unproven_drive_elsewhere(world, left)
    assert (left.data_state, left.hold_reason) == ("clean", "unproven_drive")
    world.to_check(left)
    lines = world.good_lines(left)
    with pytest.raises(OnHold):
        actions.pass_quality_check(device=left, lines=lines, by=world.technician)  # type: ignore[arg-type]
    left.refresh_from_db()
    assert left.status == "in_quality_check"


def test_a_hold_of_a_person_stays_when_an_unproven_drive_is_seen_elsewhere(
    world: World,
) -> None:
    left = with_one_of_two_erased(world)
    actions.hold_device(device=left, reason=HoldReason.DISPUTE, by=world.lead)
    see_its_unproven_drive_elsewhere(world, left)
    assert (left.hold_reason, left.held_by) == ("dispute", world.lead)


def test_a_device_that_is_out_is_not_held_for_a_drive_seen_elsewhere(
    world: World,
) -> None:
    left = with_one_of_two_erased(world)
    Device.objects.filter(pk=left.pk).update(status="lost")
    see_its_unproven_drive_elsewhere(world, left)
    assert not left.is_held


def test_a_drive_that_is_not_seen_any_more_still_counts(world: World) -> None:
    device = world.receive()
    see(device)
    device.refresh_from_db()
    assert device.data_state == DataState.AT_RISK
    assert device.drives.count() == 1


def destroyed(world: World, device: Device, **fields: object) -> StorageDrive:
    drive = device.drives.get()
    wanted = {"method": DestructionMethod.SHRED, "place": world.room, **fields}
    destruction = actions.record_destruction(
        drive=drive,
        by=world.technician,
        **{"destroyed_on": timezone.localdate(), **wanted},  # type: ignore[arg-type]
    )
    actions.confirm_destruction(destruction=destruction, by=world.officer)
    return drive


def test_a_destroyed_drive_seen_again_is_another_drive(world: World) -> None:
    device = world.receive()
    drive = destroyed(world, device)
    see(device, sight(serial=drive.serial, model=drive.model))
    device.refresh_from_db()
    assert StorageDrive.objects.with_serial(drive.serial).count() == 2
    assert device.data_state == DataState.AT_RISK


@pytest.mark.parametrize("declared", [{}, {"serial": "", "model": ""}])
def test_a_destroyed_drive_that_reports_has_somebody_look_once(
    world: World, declared: dict[str, object]
) -> None:
    drive = destroyed(world, world.receive())
    device = world.receive(world.drive(**declared))
    for _again in range(2):
        see(device, sight(serial=drive.serial, model=drive.model))
    device.refresh_from_db()
    assert device.hold_reason == HoldReason.TO_CLARIFY
    assert Destruction.objects.get(drive=drive).is_contradicted
    assert drive.events.filter(verb="seen_since_destroyed").count() == 1
    told = device.events.get(verb="destroyed_drive_seen")
    assert told.data == {"drive": str(drive.uuid)}


def test_a_report_of_before_its_destruction_that_is_read_late_changes_nothing(
    world: World,
) -> None:
    before, device = timezone.now(), world.receive()
    drive = destroyed(world, device)
    shown = sight(serial=drive.serial, model=drive.model)
    with transaction.atomic():
        held = lock_where_seen(device.pk, [shown])
        assert note_drives_seen(held, [shown], at=before, by=AGENT) == [drive]
    device.refresh_from_db()
    assert not device.is_held
    assert not Destruction.objects.get(drive=drive).is_contradicted
    assert not device.drives.exists()


def test_a_living_drive_of_the_same_serial_raises_no_doubt(world: World) -> None:
    drive = destroyed(world, world.receive())
    device = world.receive()
    device.drives.update(serial=drive.serial, serial_key=drive.serial_key)
    see(device, sight(serial=drive.serial, model=drive.model))
    assert not Destruction.objects.get(drive=drive).is_contradicted


def test_a_drive_in_use_in_its_machine_is_never_erased(world: World) -> None:
    device = world.receive(drives=())
    see(device, sight(in_use=True))
    with pytest.raises(DriveInUse):
        world.erase(device.drives.get())
    assert not Erasure.objects.exists()
    assert device.drives.get().status == DriveStatus.AWAITING_ERASURE


def test_a_new_cycle_starts_without_a_proof(world: World) -> None:
    device = world.ready()
    drive = device.drives.get()
    with transaction.atomic():
        open_cycle(
            StorageDrive.objects.lock(drive.pk), by=world.technician, why="return"
        )
    drive.refresh_from_db()
    assert (drive.cycle, drive.proof) == (2, None)
    assert drive.status == DriveStatus.AWAITING_ERASURE


def test_a_step_outside_an_act_is_refused(world: World) -> None:
    device = world.receive(drives=())
    with pytest.raises(RuntimeError, match="outside an act"):
        note_drives_seen(device, [sight()], at=timezone.now(), by=AGENT)
    assert not device.drives.exists()


def test_a_drive_known_from_usb_counts_once_it_is_built_in(world: World) -> None:
    bench = world.receive(drives=())
    see(bench, sight(bus=Bus.USB))
    device = world.ready()
    see(device, sight(serial=device.drives.get().serial), sight(bus=Bus.SATA))
    device.refresh_from_db()
    assert device.drives.filter(gated=True).count() == 2
    assert (device.data_state, device.status) == (DataState.AT_RISK, "to_process")


def test_a_drive_declared_as_usb_counts_once_it_is_seen_built_in(world: World) -> None:
    device = world.ready(world.drive(), world.drive(serial="EX-SEEN-1", bus=Bus.USB))
    built_in = device.drives.exclude(serial="EX-SEEN-1").get()
    StorageDrive.objects.filter(serial="EX-SEEN-1").update(
        gated=False, status=DriveStatus.AWAITING_ERASURE, proof=None
    )
    see(device, sight(serial=built_in.serial), sight())
    device.refresh_from_db()
    assert (device.data_state, device.hold_reason) == ("at_risk", "unproven_drive")


def test_a_disk_said_to_be_on_usb_counts_until_its_machine_shows_it_there(
    world: World,
) -> None:
    device = world.receive(world.drive(serial="EX-SEEN-1", bus=Bus.USB))
    assert device.drives.get().gated
    see(device, sight(bus=Bus.USB))
    assert not device.drives.get().gated


def test_a_disk_once_seen_built_in_is_not_taken_out_of_the_gate_by_an_adapter(
    world: World,
) -> None:
    device = world.receive(world.drive(serial="EX-SEEN-1", bus=Bus.USB))
    for bus in (Bus.SATA, Bus.USB):
        see(device, sight(bus=bus))
        drive = device.drives.get()
        assert (drive.gated, drive.bus) == (True, Bus.SATA)


def test_a_hold_that_a_person_put_keeps_its_reason(world: World) -> None:
    device = world.ready()
    actions.hold_device(device=device, reason=HoldReason.DISPUTE, by=world.lead)
    see(device, sight())
    device.refresh_from_db()
    assert (device.hold_reason, device.held_by) == ("dispute", world.lead)
    assert device.data_state == DataState.AT_RISK


def test_a_drive_plugged_in_elsewhere_stays_its_donor_s(world: World) -> None:
    strict = world.receive(world.drive(serial="EX-SEEN-1"))
    Donation.objects.filter(lots=strict.lot).update(erasure_policy="purge")
    other = lot_of_another_donor(world)
    bench = world.receive(drives=(), lot=other)
    see(bench, sight())
    drive = bench.drives.get()
    world.erase(drive)
    drive.refresh_from_db()
    assert (drive.status, drive.proof) == (DriveStatus.CLASS_TOO_LOW, None)


def test_a_proof_falls_in_a_device_of_a_stricter_donor(world: World) -> None:
    world.ready(world.drive(serial="EX-SEEN-1"))
    strict = world.receive(drives=(), lot=lot_of_another_donor(world))
    strict.lot.donation.erasure_policy = ErasurePolicy.PURGE
    strict.lot.donation.save(update_fields=["erasure_policy"])
    see(strict, sight())
    drive = strict.drives.get()
    assert (drive.status, drive.proof) == (DriveStatus.CLASS_TOO_LOW, None)
    assert drive.events.get(verb="proof_fell").data["why"] == "seen_elsewhere"
    strict.refresh_from_db()
    assert strict.data_state == DataState.AT_RISK


def test_a_proof_stands_in_a_device_whose_donor_asks_no_more(world: World) -> None:
    world.ready(world.drive(serial="EX-SEEN-1"))
    other = world.receive(drives=(), lot=lot_of_another_donor(world))
    see(other, sight())
    assert other.drives.get().status == DriveStatus.ERASED


def lot_of_another_donor(world: World) -> Lot:
    """A lot of another donation, whose donor accepts Clear."""
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate(),
        erasure_policy=ErasurePolicy.CLEAR,
        by=world.lead,
    )
    return actions.open_lot(donation=donation, by=world.lead)


def test_a_proof_for_a_hard_disk_falls_once_it_is_seen_to_be_flash(
    world: World,
) -> None:
    device = world.ready(world.drive(serial="EX-SEEN-1"))
    see(device, sight(medium=Medium.SATA_SSD))
    drive = device.drives.get()
    assert (drive.medium, drive.status) == (Medium.SATA_SSD, "class_too_low")
    assert drive.events.filter(verb="proof_fell").exists()
    device.refresh_from_db()
    assert (device.status, device.hold_reason) == ("to_process", "unproven_drive")


def test_a_proof_that_is_enough_for_flash_stands(world: World) -> None:
    device = world.ready(world.drive(serial="EX-SEEN-1"))
    Donation.objects.update(erasure_policy=ErasurePolicy.CLEAR)
    see(device, sight(medium=Medium.SATA_SSD))
    device.refresh_from_db()
    assert (device.status, device.data_state) == ("ready", DataState.CLEAN)


def test_one_serial_on_two_products_is_two_drives(world: World) -> None:
    device = world.ready(world.drive(serial="EX-SEEN-1"))
    see(device, sight(model="HD1000"))
    device.refresh_from_db()
    assert device.drives.count() == 2
    assert (device.data_state, device.hold_reason) == ("at_risk", "unproven_drive")


def test_a_model_written_another_way_is_the_same_drive(world: World) -> None:
    device = world.ready(world.drive(serial="EX-SEEN-1"))
    see(device, sight(make="", model="EXEMPLE_HD500-1A2B"))
    device.refresh_from_db()
    assert (device.drives.count(), device.status) == (1, "ready")


def test_a_proof_stays_with_the_one_of_two_that_was_seen(world: World) -> None:
    one, other = world.drive(model="", serial="EX-SEEN-1"), world.drive()
    device = world.receive(one, other)
    StorageDrive.objects.filter(serial=other.serial).update(
        serial="EX-SEEN-1", serial_key="EXSEEN1"
    )
    see(device, sight())
    assert device.drives.get(last_seen_at=None).model == ""


def test_a_proven_nameless_drive_is_not_recognised_by_its_looks(world: World) -> None:
    device = world.ready(world.drive(serial=""))
    see(device, sight(serial=""))
    device.refresh_from_db()
    assert device.drives.count() == 2
    assert (device.data_state, device.hold_reason) == ("at_risk", "unproven_drive")


def test_a_drive_larger_than_what_was_erased_is_unproven_again(world: World) -> None:
    device = world.ready(world.drive(serial="EX-SEEN-1"))
    see(device, sight(size_bytes=600 * GIB))
    drive = device.drives.get()
    assert (drive.status, drive.proof) == (DriveStatus.AWAITING_ERASURE, None)
    assert drive.size_bytes == 600 * GIB
    fell = drive.events.get(verb="proof_fell")
    assert (fell.data["bytes_erased"], fell.data["size_bytes"]) == (
        500 * GIB,
        600 * GIB,
    )
    device.refresh_from_db()
    assert (device.status, device.hold_reason) == ("to_process", "unproven_drive")


def test_a_drive_that_hides_a_part_keeps_its_size_and_its_proof(world: World) -> None:
    device = world.receive(drives=())
    see(device, sight())
    world.erase(device.drives.get())
    see(device, sight(size_bytes=400 * GIB))
    drive = device.drives.get()
    assert (drive.size_bytes, drive.status) == (500 * GIB, DriveStatus.ERASED)


def test_what_a_label_says_gives_way_to_what_is_seen(world: World) -> None:
    device = world.receive(world.drive(serial="EX-SEEN-1", size_bytes=500 * 10**9))
    see(device, sight(size_bytes=500_107_862_016))
    assert device.drives.get().size_bytes == 500_107_862_016


def test_four_proven_drives_seen_again_cost_as_many_statements_as_one(
    world: World,
) -> None:
    asked = []
    for count in (1, 4):
        drives = [world.drive() for _each in range(count)]
        device = world.ready(*drives)
        sights = [sight(serial=drive.serial) for drive in drives]
        see(device, *sights)
        with CaptureQueriesContext(connection) as statements:
            see(device, *sights)
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_a_drive_that_a_machine_shows_twice_is_one_drive(world: World) -> None:
    device = world.receive(drives=())
    see(device, sight(), sight())
    see(device, sight(), sight())
    assert device.drives.count() == 1


def test_two_machines_that_swapped_their_drives_know_each_other_s(
    world: World,
) -> None:
    one, other = world.ready(), world.ready()
    first, second = one.drives.get(), other.drives.get()
    see(one, sight(serial=second.serial))
    see(other, sight(serial=first.serial))
    assert (one.drives.get(), other.drives.get()) == (second, first)
