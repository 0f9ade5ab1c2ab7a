"""Two records that are one device, or one that is two: two people, and a way back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.core import journal
from backoffice.core.errors import NotPermitted, SamePerson
from backoffice.core.models import Site
from backoffice.core.roles import Role
from inventory import actions as workshop
from inventory.actions.reception import receive_device
from inventory.actions.status import change_status
from inventory.errors import (
    DriveElsewhere,
    MergedAway,
    NotHere,
    WrongStatus,
)
from inventory.methods import ErasurePolicy
from inventory.models import (
    Device,
    DeviceEvent,
    DeviceHardware,
    DeviceKind,
    Storage,
    StorageDrive,
)
from inventory.models.balance import balance_of
from inventory.states import DataState, DeviceStatus, DriveStatus, HoldReason
from provisioning import actions
from provisioning.errors import CorrectionDecided, CorrectionOpen, NothingToSplit
from provisioning.models import Correction, Mark, Sighting
from tests.provisioning.hardware import agent, box, started
from tests.provisioning.machines import FakeMachine
from tests.unchanged import refused
from tests.world import World, make_world, person

pytestmark = pytest.mark.django_db
S = DeviceStatus


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def kept(world: World) -> Device:
    return world.receive()


@pytest.fixture
def gone(world: World) -> Device:
    return world.receive()


def fresh(device: Device) -> Device:
    return Device.objects.get(pk=device.pk)


def proposed(world: World, kept: Device, gone: Device) -> Correction:
    return actions.propose_merge(
        device=kept, other=gone, reason="Received twice", by=world.technician
    )


def merged(world: World, kept: Device, gone: Device) -> Correction:
    correction = proposed(world, kept, gone)
    return actions.confirm_correction(correction=correction, by=world.lead)


def split(world: World, device: Device, **fields: object) -> Correction:
    wanted = {"agent": None, "drives": (), "reason": "Two machines", **fields}
    return actions.propose_split(
        device=device,
        by=world.technician,
        **wanted,  # type: ignore[arg-type]
    )


def read_model() -> list[list[dict[str, object]]]:
    """What is fed by reports, without the keys of rows made anew."""
    models = (Sighting, Mark, DeviceHardware)
    return [
        [
            {name: value for name, value in row.items() if name != "id"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in models
    ]


# ---------------------------------------------------------------- merging


def test_a_proposal_alone_changes_nothing(
    world: World, kept: Device, gone: Device
) -> None:
    proposed(world, kept, gone)
    assert fresh(gone).merged_into is None
    assert kept.drives.count() == gone.drives.count() == 1


def test_a_second_person_merges_two_records(
    world: World, kept: Device, gone: Device
) -> None:
    merged(world, kept, gone)
    assert fresh(gone).merged_into == kept
    assert kept.drives.count() == 2
    assert not gone.drives.exists()
    assert journal.verify().holds


def test_nobody_confirms_their_own_proposal(
    world: World, kept: Device, gone: Device
) -> None:
    own = actions.propose_merge(device=kept, other=gone, reason="Twice", by=world.lead)
    with pytest.raises(SamePerson):
        actions.confirm_correction(correction=own, by=world.lead)
    assert fresh(gone).merged_into is None


def test_the_database_refuses_a_merge_by_one_person(
    world: World, kept: Device, gone: Device
) -> None:
    one = merged(world, kept, gone)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=one.pk).update(decided_by=one.proposed_by)


def test_who_may_not_decide_does_not_confirm(
    world: World, kept: Device, gone: Device
) -> None:
    second = person(Role.TECHNICIAN, site=world.site)
    with pytest.raises(NotPermitted):
        actions.confirm_correction(correction=proposed(world, kept, gone), by=second)
    assert fresh(gone).merged_into is None


def test_both_sites_have_to_allow_it(world: World, kept: Device, gone: Device) -> None:
    Device.objects.filter(pk=gone.pk).update(site=Site.objects.create(name="Autre"))
    with pytest.raises(NotPermitted):
        proposed(world, kept, gone)
    assert not Correction.objects.exists()


def test_the_gate_asks_the_drives_of_both(world: World, gone: Device) -> None:
    ready = world.ready()
    merged(world, ready, gone)
    now = fresh(ready)
    assert now.data_state == DataState.AT_RISK
    assert now.hold_reason == HoldReason.UNPROVEN_DRIVE
    assert now.status == DeviceStatus.TO_PROCESS


def of_a_strict_donor(world: World) -> Device:
    donation = workshop.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate(),
        erasure_policy=ErasurePolicy.PURGE,
        by=world.lead,
    )
    return world.receive(lot=workshop.open_lot(donation=donation, by=world.lead))


def test_a_proof_too_weak_for_the_donor_of_the_kept_record_falls(world: World) -> None:
    strict, ready = of_a_strict_donor(world), world.ready()
    drive = ready.drives.get()
    merged(world, strict, ready)
    drive.refresh_from_db()
    assert (drive.host, drive.status) == (strict, DriveStatus.CLASS_TOO_LOW)
    assert drive.events.get(verb="proof_fell").data["why"] == "merged"


def test_a_proof_too_weak_for_the_donor_of_the_record_that_goes_falls(
    world: World,
) -> None:
    ready, strict = world.ready(), of_a_strict_donor(world)
    drive = ready.drives.get()
    merged(world, ready, strict)
    drive.refresh_from_db()
    assert (drive.host, drive.status) == (ready, DriveStatus.CLASS_TOO_LOW)
    now = fresh(ready)
    assert (now.status, now.data_state) == (S.TO_PROCESS, DataState.AT_RISK)
    world.erase(drive)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.CLASS_TOO_LOW


def test_a_donor_is_asked_through_every_record_that_went(world: World) -> None:
    ready, middle, strict = world.ready(), world.receive(), of_a_strict_donor(world)
    drive = ready.drives.get()
    merged(world, middle, strict)
    merged(world, ready, middle)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.CLASS_TOO_LOW


def test_a_donor_of_a_record_that_was_parted_again_asks_nothing(world: World) -> None:
    kept, strict = world.receive(), of_a_strict_donor(world)
    correction = merged(world, kept, strict)
    actions.undo_correction(correction=correction, by=world.lead)
    drive = kept.drives.get()
    world.erase(drive)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.ERASED


def test_a_proof_that_is_enough_for_the_kept_record_stands(world: World) -> None:
    one, other = world.ready(), world.ready()
    merged(world, one, other)
    assert {drive.status for drive in one.drives.all()} == {DriveStatus.ERASED}
    assert fresh(one).data_state == DataState.CLEAN


def in_custody(world: World, device: Device) -> StorageDrive:
    drive = device.drives.get()
    return workshop.take_drive_out(
        drive=drive, custody=world.cupboard, by=world.technician
    )


def test_a_drive_in_custody_is_erased_after_its_device_was_merged_twice(
    world: World, kept: Device, gone: Device
) -> None:
    drive, last = in_custody(world, gone), world.receive()
    merged(world, kept, gone)
    merged(world, last, kept)
    world.erase(drive)
    drive.refresh_from_db()
    assert (drive.status, drive.custody) == (DriveStatus.ERASED, world.cupboard)
    assert last.events.filter(verb="erasure_erased").exists()


def test_who_may_not_act_where_the_kept_record_is_erases_nothing_of_the_other(
    world: World, kept: Device, gone: Device
) -> None:
    drive = in_custody(world, gone)
    merged(world, kept, gone)
    Device.objects.filter(pk=kept.pk).update(site=Site.objects.create(name="Autre"))
    with pytest.raises(NotPermitted):
        world.erase(drive)
    drive.refresh_from_db()
    assert drive.status == DriveStatus.AWAITING_ERASURE


def test_a_hold_of_either_holds_the_device(
    world: World, kept: Device, gone: Device
) -> None:
    workshop.hold_device(device=gone, reason=HoldReason.DISPUTE, by=world.lead)
    merged(world, kept, gone)
    assert fresh(kept).hold_reason == HoldReason.DISPUTE


def test_the_tag_and_serial_of_a_second_record_lead_to_the_device(
    world: World, kept: Device, gone: Device
) -> None:
    merged(world, kept, gone)
    seen = Device.objects.visible_to(world.technician)
    for code in (gone.tag, gone.serial):
        assert list(seen.search(code)) == [kept]


def test_a_second_record_takes_no_act_any_more(
    world: World, kept: Device, gone: Device
) -> None:
    merged(world, kept, gone)
    with pytest.raises(MergedAway) as refused:
        workshop.triage_device(device=gone, by=world.technician)
    assert refused.value.facts["device"] == kept.tag
    assert fresh(gone).status == DeviceStatus.RECEIVED


def test_a_second_record_counts_in_no_balance(
    world: World, kept: Device, gone: Device
) -> None:
    merged(world, kept, gone)
    balance = balance_of(Device.objects.filter(lot=world.lot))
    assert balance.received == 1
    assert balance.holds


def test_its_history_stays_where_it_was_written(
    world: World, kept: Device, gone: Device
) -> None:
    before = list(gone.events.values_list("hash", flat=True))
    merged(world, kept, gone)
    assert list(gone.events.values_list("hash", flat=True))[: len(before)] == before
    assert gone.events.filter(verb="merged_into", data={"device": kept.tag}).exists()


def test_a_machine_follows_its_record(world: World, kept: Device, gone: Device) -> None:
    fake = started(world, box(1), gone)
    merged(world, kept, gone)
    assert agent(fake).device == kept


def test_a_code_made_for_a_second_record_binds_to_the_device(
    world: World, kept: Device, gone: Device
) -> None:
    fake = FakeMachine()
    _row, code = actions.create_join_code(
        site=world.site, device=gone, by=world.technician
    )
    merged(world, kept, gone)
    joined = actions.enrol_agent(request=fake.enrol_request(code)).agent
    assert joined.device == kept


def test_of_two_keys_of_one_device_the_one_that_spoke_last_stays(
    world: World, kept: Device, gone: Device
) -> None:
    former, newest = started(world, box(1), kept), started(world, box(2), gone)
    merged(world, kept, gone)
    assert agent(newest).device == kept
    assert agent(former).same_as == agent(newest)


def test_one_that_left_or_is_promised_is_not_merged(
    world: World, kept: Device, gone: Device
) -> None:
    for status, refusal in (("packed", WrongStatus), ("lost", NotHere)):
        Device.objects.filter(pk=gone.pk).update(data_state="no_storage")
        gone.drives.update(status="destroyed", host=None)
        Device.objects.filter(pk=gone.pk).update(status=status)
        with pytest.raises(refusal):
            proposed(world, kept, gone)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("state", [S.MISSING, S.IN_SUPPORT])
def test_one_in_other_hands_is_neither_merged_nor_split(
    world: World, kept: Device, gone: Device, state: DeviceStatus
) -> None:
    Device.objects.filter(pk=gone.pk).update(status=state)
    for one, other in ((kept, gone), (gone, kept)):
        with refused(WrongStatus):
            proposed(world, one, other)
    with refused(WrongStatus):
        split(world, gone, drives=list(gone.drives.all()))


def test_one_found_again_is_merged_with_the_record_made_of_it_meanwhile(
    world: World, kept: Device
) -> None:
    gone = workshop.declare_missing(device=world.ready(), by=world.lead)
    gone = workshop.receive_announced(device=gone, by=world.technician)
    drive = gone.drives.get()
    merged(world, kept, gone)
    drive.refresh_from_db()
    assert (drive.host, drive.cycle, drive.proof) == (kept, 2, None)


def test_a_record_is_not_merged_with_itself(world: World, kept: Device) -> None:
    with pytest.raises(MergedAway):
        proposed(world, kept, kept)
    assert not Correction.objects.exists()


def test_one_correction_at_a_time(world: World, kept: Device, gone: Device) -> None:
    proposed(world, kept, gone)
    with pytest.raises(CorrectionOpen):
        proposed(world, kept, world.receive())
    assert Correction.objects.count() == 1


def test_what_was_merged_is_not_merged_again(
    world: World, kept: Device, gone: Device
) -> None:
    merged(world, kept, gone)
    with pytest.raises(MergedAway):
        proposed(world, world.receive(), gone)
    assert Correction.objects.count() == 1


def test_a_proposal_is_refused(world: World, kept: Device, gone: Device) -> None:
    correction = proposed(world, kept, gone)
    actions.refuse_correction(correction=correction, by=world.lead)
    with pytest.raises(CorrectionDecided):
        actions.confirm_correction(correction=correction, by=world.lead)
    assert fresh(gone).merged_into is None


def test_a_lead_withdraws_their_own(world: World, kept: Device, gone: Device) -> None:
    own = actions.propose_merge(device=kept, other=gone, reason="Twice", by=world.lead)
    actions.refuse_correction(correction=own, by=world.lead)
    assert Correction.objects.get().state == "refused"


def test_others_who_may_not_decide_do_not_refuse(
    world: World, kept: Device, gone: Device
) -> None:
    correction = proposed(world, kept, gone)
    with pytest.raises(NotPermitted):
        actions.refuse_correction(correction=correction, by=world.technician)
    assert Correction.objects.get().state == "proposed"


def test_what_reports_feed_comes_out_the_same_after_a_merge(
    world: World, kept: Device, gone: Device
) -> None:
    fake = started(world, box(1), gone)
    merged(world, kept, gone)
    before = read_model()
    actions.rebuild_agent(agent=agent(fake))
    assert read_model() == before


# ---------------------------------------------------------------- taking it back


def test_a_merge_is_taken_back(world: World, kept: Device, gone: Device) -> None:
    fake = started(world, box(1), gone)
    inside = {kept: set(kept.drives.all()), gone: set(gone.drives.all())}
    correction = merged(world, kept, gone)
    actions.undo_correction(correction=correction, by=world.lead)
    assert fresh(gone).merged_into is None
    assert {kept: set(kept.drives.all()), gone: set(gone.drives.all())} == inside
    assert agent(fake).device == gone
    assert not kept.aliases.exists()
    assert journal.verify().holds


def test_what_was_declared_diskless_is_so_again(world: World, gone: Device) -> None:
    diskless = receive_device(
        lot=world.lot,
        kind=gone.kind,  # type: ignore[arg-type]
        serial="EX-NONE",
        storage=Storage.NONE,
        by=world.technician,
    )
    correction = merged(world, diskless, gone)
    assert fresh(diskless).data_state == DataState.AT_RISK
    actions.undo_correction(correction=correction, by=world.lead)
    assert fresh(diskless).data_state == DataState.NO_STORAGE
    assert fresh(gone).data_state == DataState.AT_RISK


def diskless(world: World) -> Device:
    return world.receive(drives=(), storage=Storage.NONE)


@pytest.mark.parametrize("kind", [DeviceKind.LAPTOP, DeviceKind.PERIPHERAL])
def test_what_nobody_opened_under_one_record_is_unknown_under_both(
    world: World, kind: DeviceKind
) -> None:
    said = Storage.NONE if kind.holds_data else Storage.UNKNOWN
    kept, gone = (
        world.receive(drives=(), kind=kind, storage=said),
        world.receive(drives=()),
    )
    correction = merged(world, kept, gone)
    now = fresh(kept)
    assert (now.storage, now.data_state) == (Storage.UNKNOWN, DataState.UNKNOWN)
    actions.undo_correction(correction=correction, by=world.lead)
    now = fresh(kept)
    assert (now.storage, now.data_state) == (kept.storage, DataState.NO_STORAGE)


def test_two_records_of_one_that_was_opened_are_of_one_without_a_drive(
    world: World,
) -> None:
    kept = diskless(world)
    merged(world, kept, diskless(world))
    assert fresh(kept).data_state == DataState.NO_STORAGE


def lead_through(device: Device, *states: DeviceStatus, world: World) -> None:
    with transaction.atomic():
        device = Device.objects.lock(device.pk)
        for state in states:
            change_status(device, state, "moved", by=world.lead)


def test_a_diskless_record_that_was_away_since_its_merge_is_opened_again(
    world: World,
) -> None:
    kept, gone = diskless(world), diskless(world)
    correction = merged(world, kept, gone)
    lead_through(kept, S.MISSING, S.RECEIVED, world=world)
    actions.undo_correction(correction=correction, by=world.lead)
    for record in (kept, gone):
        assert fresh(record).data_state == DataState.UNKNOWN


def test_one_that_was_away_under_a_third_record_is_opened_again_too(
    world: World,
) -> None:
    gone, middle, last = diskless(world), diskless(world), diskless(world)
    first, second = merged(world, middle, gone), merged(world, last, middle)
    lead_through(last, S.MISSING, S.RECEIVED, world=world)
    for correction in (second, first):
        actions.undo_correction(correction=correction, by=world.lead)
    for record in (gone, middle, last):
        assert fresh(record).data_state == DataState.UNKNOWN


def test_a_drive_that_left_since_stays_where_it_is(
    world: World, kept: Device, gone: Device
) -> None:
    drive = gone.drives.get()
    correction = merged(world, kept, gone)
    drive.refresh_from_db()
    workshop.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    actions.undo_correction(correction=correction, by=world.lead)
    drive.refresh_from_db()
    assert drive.custody == world.cupboard
    assert fresh(gone).merged_into is None


def test_aliases_come_back_with_their_record(
    world: World, kept: Device, gone: Device
) -> None:
    workshop.attach_alias(device=gone, code="OLD-STICKER-7", by=world.technician)
    correction = merged(world, kept, gone)
    assert kept.aliases.filter(code="OLD-STICKER-7").exists()
    actions.undo_correction(correction=correction, by=world.lead)
    assert gone.aliases.get().code == "OLD-STICKER-7"


def test_what_was_merged_on_since_is_taken_back_from_the_end(
    world: World, kept: Device, gone: Device
) -> None:
    first, last = merged(world, kept, gone), merged(world, world.receive(), kept)
    with pytest.raises(MergedAway):
        actions.undo_correction(correction=first, by=world.lead)
    assert fresh(gone).merged_into == kept
    for correction in (last, first):
        actions.undo_correction(correction=correction, by=world.lead)
    assert fresh(gone).merged_into is None


def test_it_is_taken_back_once(world: World, kept: Device, gone: Device) -> None:
    correction = merged(world, kept, gone)
    actions.undo_correction(correction=correction, by=world.lead)
    with pytest.raises(CorrectionDecided):
        actions.undo_correction(correction=correction, by=world.lead)
    assert fresh(gone).merged_into is None


def test_who_may_not_decide_takes_nothing_back(
    world: World, kept: Device, gone: Device
) -> None:
    correction = merged(world, kept, gone)
    with pytest.raises(NotPermitted):
        actions.undo_correction(correction=correction, by=world.technician)
    assert fresh(gone).merged_into == kept


# ---------------------------------------------------------------- splitting


def test_one_record_becomes_two_devices(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    stays, goes = device.drives.order_by("pk")
    correction = split(world, device, drives=[goes])
    new = actions.confirm_correction(correction=correction, by=world.lead).other
    assert new is not None
    assert new.tag != device.tag
    assert list(new.drives.all()) == [goes]
    assert list(device.drives.all()) == [stays]
    assert fresh(new).data_state == DataState.AT_RISK
    assert (new.lot, new.status) == (device.lot, DeviceStatus.RECEIVED)
    assert journal.verify().holds


def test_the_machine_goes_with_the_new_record(world: World) -> None:
    device = world.receive(drives=())
    fake = started(world, box(1), device)
    correction = split(world, device, agent=agent(fake))
    new = actions.confirm_correction(correction=correction, by=world.lead).other
    assert agent(fake).device == new
    assert new is not None
    assert new.drives.get().serial == "WD-WX000001"


def test_a_split_needs_something_to_part(world: World, kept: Device) -> None:
    with pytest.raises(NothingToSplit):
        split(world, kept)
    assert not Correction.objects.exists()


def test_another_devices_machine_or_drive_is_not_split_off(
    world: World, kept: Device, gone: Device
) -> None:
    fake = started(world, box(1), gone)
    with pytest.raises(NothingToSplit):
        split(world, kept, agent=agent(fake))
    with pytest.raises(DriveElsewhere):
        split(world, kept, drives=list(gone.drives.all()))
    assert not Correction.objects.exists()


def test_a_drive_that_left_before_the_second_person_looked_refuses_the_split(
    world: World,
) -> None:
    device = world.receive(world.drive(), world.drive())
    drive = device.drives.order_by("pk")[1]
    correction = split(world, device, drives=[drive])
    workshop.take_drive_out(drive=drive, custody=world.cupboard, by=world.technician)
    with pytest.raises(DriveElsewhere):
        actions.confirm_correction(correction=correction, by=world.lead)
    assert Device.objects.count() == 1


def test_a_split_is_taken_back(world: World) -> None:
    device = world.receive(world.drive(), world.drive())
    correction = split(world, device, drives=[device.drives.order_by("pk")[1]])
    done = actions.confirm_correction(correction=correction, by=world.lead)
    actions.undo_correction(correction=done, by=world.lead)
    assert device.drives.count() == 2
    assert done.other is not None
    assert fresh(done.other).merged_into == device


def test_both_journals_say_what_was_done(
    world: World, kept: Device, gone: Device
) -> None:
    correction = merged(world, kept, gone)
    actions.undo_correction(correction=correction, by=world.lead)
    told = DeviceEvent.objects.filter(subject=kept).values_list("verb", flat=True)
    assert {"merge_proposed", "merged_with", "drive_merged", "parted_from"} <= set(told)
    told = DeviceEvent.objects.filter(subject=gone).values_list("verb", flat=True)
    assert {"merged_into", "drive_left", "drive_parted", "parted_from"} <= set(told)
