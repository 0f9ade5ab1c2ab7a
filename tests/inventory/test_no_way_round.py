"""No sequence of acts leads a device out while a drive in it may hold data.

Acts are drawn at random, on few devices and drives, so that they meet. What is true
of the data is kept here, by rules of its own: nothing asks the gate, the states of
drives, or the tables of the program.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backoffice.core.actors import Machine
from backoffice.core.errors import DomainError
from inventory import actions
from inventory.actions.merging import lock_both, merge_into, part_again, split_off
from inventory.actions.sightings import SeenDrive, lock_where_seen, note_drives_seen
from inventory.actions.status import change_status
from inventory.methods import ErasurePolicy, Medium, Technique, Verification
from inventory.models import (
    Bus,
    DestructionMethod,
    Device,
    Erasure,
    ErasureResult,
    StorageDrive,
)
from inventory.models.erasure import ExceptionsRefusal
from inventory.states import DeviceStatus as S
from inventory.states import WithdrawalReason
from tests.inventory.imports.logs import log_of
from tests.world import GIB, World, make_world

# Every state in which the workshop has let go of a device, or promised it.
GONE = {S.READY, S.PACKED, S.IN_TRANSIT, S.ON_LOAN, S.HANDED_OVER, S.WEEE_OUT}
GONE |= {S.RETURNED_TO_DONOR, S.FOR_PARTS}
AWAY = {S.ON_LOAN, S.HANDED_OVER, S.LOST, S.STOLEN, S.MISSING, S.IN_SUPPORT}
# How much each way of erasing is worth: 1 Clear, 2 Purge.
WORTH = {
    (Medium.HDD, Technique.OVERWRITE): 1,
    (Medium.HDD, Technique.ATA_SANITIZE_OVERWRITE): 2,
    (Medium.SATA_SSD, Technique.OVERWRITE): 1,
    (Medium.SATA_SSD, Technique.ATA_SANITIZE_BLOCK_ERASE): 2,
}
DESTROYED = 3
SIZES = {Medium.HDD: 500 * GIB, Medium.SATA_SSD: 240 * GIB}
place = st.integers(min_value=0, max_value=2)
# How an erasure is made: as it should be, too weakly, unread, or not to the end.
MANNERS = ("strong", "strong", "weak", "weak", "unread", "half")


def savepoint() -> transaction.Atomic:
    """One inside which an act may be durable, as inside a test’s own transaction."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


class Workshop(RuleBasedStateMachine):
    """A workshop with two donors, one of whom asks for Purge."""

    world: World
    strict: Any
    ways_out = 0  # over all sequences: a walk that never gets far shows nothing

    def __init__(self) -> None:
        super().__init__()
        # Each example ends where it began: the database forgets it.
        self.undo = savepoint()
        self.undo.__enter__()
        self.worth: dict[int, int] = {}  # drive → what its last erasure is worth
        self.asked: dict[int, int] = {}  # drive → the most that a donor of it asks
        self.merges: list[tuple[int, int, dict[str, Any]]] = []
        self.number = 0
        for device in Device.objects.all():
            self.note_inside(device)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # ------------------------------------------------------------ who is there

    def device(self, nth: int) -> Device:
        found = list(Device.objects.order_by("pk"))
        return found[nth % len(found)]

    def drive(self, nth: int) -> StorageDrive:
        found = list(StorageDrive.objects.order_by("pk"))
        return found[nth % len(found)]

    def try_to(self, act: Callable[[], object]) -> bool:
        """Whether an act was not refused; what it did is then looked at."""
        before = dict(Device.objects.values_list("pk", "status"))
        try:
            with savepoint():
                act()
        except DomainError:
            return False
        self.look(before)
        return True

    def try_step(self, step: Callable[[], object]) -> bool:
        """The same for what acts are made of, inside an act of its own."""

        def act() -> None:
            with transaction.atomic():
                step()

        return self.try_to(act)

    def look(self, before: dict[int, str]) -> None:
        """Every device that has just entered a state of GONE is asked for its drives."""
        for device in Device.objects.all():
            was, now = before.get(device.pk), device.status
            if was in AWAY and now not in {*AWAY, *GONE}:
                for drive in device.drives.all():
                    self.worth[drive.pk] = 0
            if was == now or now not in GONE:
                continue
            Workshop.ways_out += 1
            if now == S.RETURNED_TO_DONOR and device.waiver_reference:
                continue
            inside = list(device.drives.all())
            if not inside:
                assert device.storage == "none", f"{device}: nobody looked inside"
            for drive in inside:
                if drive.bus == Bus.USB:
                    continue
                worth = self.worth.get(drive.pk, 0)
                assert worth >= self.asks(drive), f"{drive} in {device} is {worth}"

    def asks(self, drive: StorageDrive) -> int:
        flash = drive.medium != Medium.HDD
        return 2 if flash else self.asked.get(drive.pk, 1)

    def note_inside(self, device: Device) -> None:
        """Its data may be of this device’s donor from now on."""
        for drive in device.drives.all():
            strict = 2 if device.lot_id == self.strict.pk else 1
            self.asked[drive.pk] = max(strict, self.asked.get(drive.pk, 1))

    # ------------------------------------------------------------ reception

    @rule(nth=place, ssd=st.booleans())
    def receive(self, nth: int, ssd: bool) -> None:
        if Device.objects.count() > 3:
            return
        lot = self.strict if nth % 2 else self.world.lot
        self.try_to(lambda: self.world.receive(self.declared(ssd=ssd), lot=lot))
        self.note_inside(Device.objects.latest("pk"))

    def declared(self, *, ssd: bool) -> actions.DeclaredDrive:
        self.number += 1
        medium = Medium.SATA_SSD if ssd else Medium.HDD
        return actions.DeclaredDrive(
            medium=medium,
            bus=Bus.SATA,
            make="Exemple",
            model="D1",
            serial=f"EX-{self.number:04d}",
            size_bytes=SIZES[medium],
        )

    @rule(nth=place, ssd=st.booleans())
    def add_drive(self, nth: int, ssd: bool) -> None:
        device = self.device(nth)
        declared = self.declared(ssd=ssd)
        act = lambda: actions.declare_drive(  # noqa: E731
            device=device, drive=declared, by=self.world.technician
        )
        if self.try_to(act):
            self.note_inside(device)

    # ------------------------------------------------------------ erasure

    @rule(nth=place, manner=st.sampled_from(MANNERS))
    def erase(self, nth: int, manner: str) -> None:
        self.erase_so(self.drive(nth), manner)

    def erase_so(self, drive: StorageDrive, manner: str) -> None:
        flash = drive.medium != Medium.HDD
        technique = {
            (False, False): Technique.OVERWRITE,
            (False, True): Technique.ATA_SANITIZE_OVERWRITE,
            (True, False): Technique.OVERWRITE,
            (True, True): Technique.ATA_SANITIZE_BLOCK_ERASE,
        }[flash, manner == "strong"]
        size = drive.size_bytes or 0
        act = lambda: self.world.erase(  # noqa: E731
            drive,
            technique=technique,
            verification=Verification.NONE if manner == "unread" else Verification.FULL,
            bytes_erased=size // 2 if manner == "half" else size,
        )
        if self.try_to(act):
            assert manner in {"strong", "weak"}
            self.worth[drive.pk] = WORTH[Medium(drive.medium), technique]

    @rule(nth=place, manner=st.sampled_from(("good", "unread", "aborted", "short")))
    def import_a_result(self, nth: int, manner: str) -> None:
        """Another tool’s log about a drive, as it should be or weak."""
        drive, size = self.drive(nth), self.drive(nth).size_bytes or 0
        manners: dict[str, dict[str, Any]] = {
            "good": {},
            "unread": {"rounds": "1R+NB+NV"},
            "aborted": {"status": "UABORTED"},
            "short": {"written": size // 2},
        }
        self.number += 1
        body = f"{log_of(drive, **manners[manner])}\n{self.number}\n".encode()
        had = drive.erasures.count()

        def act() -> None:
            report = actions.take_in_results(
                body=body, file_name="log", site=self.world.site, by=self.world.lead
            )
            actions.apply_results(report=report, by=self.world.lead)

        if self.try_to(act) and drive.erasures.count() > had:
            assert manner == "good"
            self.worth[drive.pk] = WORTH[Medium(drive.medium), Technique.OVERWRITE]

    @rule(nth=place)
    def fail_to_erase(self, nth: int) -> None:
        drive = self.drive(nth)
        if self.try_to(lambda: self.world.erase(drive, result=ErasureResult.FAILED)):
            self.worth[drive.pk] = 0

    @rule(nth=place)
    def erase_with_exceptions(self, nth: int) -> None:
        drive = self.drive(nth)
        if self.try_to(lambda: self.world.erase_with_exceptions(drive)):
            self.worth[drive.pk] = 0

    @rule(nth=place, accept=st.booleans(), same=st.booleans())
    def decide(self, nth: int, accept: bool, same: bool) -> None:
        drive = self.drive(nth)
        erasure = Erasure.objects.filter(drive=drive).first()
        if erasure is None:
            return
        by = self.world.technician if same else self.world.officer
        if accept:
            act = lambda: actions.approve_exceptions(erasure=erasure, by=by)  # noqa: E731
        else:
            act = lambda: actions.refuse_exceptions(  # noqa: E731
                erasure=erasure,
                reason=ExceptionsRefusal.REPORT_UNCLEAR,
                by=by,
            )
        if self.try_to(act):
            assert not same
            medium = Medium(drive.medium)
            worth = WORTH[medium, Technique(erasure.technique)]
            self.worth[drive.pk] = worth if accept else 0

    @rule(nth=place, confirm=st.booleans(), same=st.booleans())
    def destroy(self, nth: int, confirm: bool, same: bool) -> None:
        drive = self.drive(nth)
        by = self.world.technician if same else self.world.officer
        said = drive.destructions.filter(approved_by=None, refused_at=None).first()
        if said is None:
            act = lambda: actions.record_destruction(  # noqa: E731
                drive=drive,
                method=DestructionMethod.SHRED,
                place=self.world.room,
                destroyed_on=timezone.localdate(),
                by=self.world.technician,
            )
            if self.try_to(act):
                self.worth[drive.pk] = 0
        elif confirm:
            if self.try_to(
                lambda: actions.confirm_destruction(destruction=said, by=by)
            ):
                assert not same
                self.worth[drive.pk] = DESTROYED
        elif self.try_to(lambda: actions.refuse_destruction(destruction=said, by=by)):
            self.worth[drive.pk] = 0

    # ------------------------------------------------------------ moving drives

    @rule(nth=place)
    def take_out(self, nth: int) -> None:
        drive = self.drive(nth)
        self.try_to(
            lambda: actions.take_drive_out(
                drive=drive, custody=self.world.cupboard, by=self.world.technician
            )
        )

    @rule(nth=place, where=place)
    def put_in(self, nth: int, where: int) -> None:
        drive, device = self.drive(nth), self.device(where)
        act = lambda: actions.put_drive_in(  # noqa: E731
            drive=drive, device=device, by=self.world.technician
        )
        if self.try_to(act):
            self.note_inside(device)

    @rule(nth=place)
    def withdraw(self, nth: int) -> None:
        drive = self.drive(nth)
        self.try_to(
            lambda: actions.withdraw_drive(
                drive=drive, reason=WithdrawalReason.WRITTEN_TWICE, by=self.world.lead
            )
        )

    @rule(nth=place)
    def say_diskless(self, nth: int) -> None:
        device = self.device(nth)
        self.try_to(
            lambda: actions.declare_no_storage(device=device, by=self.world.technician)
        )

    # ------------------------------------------------------------ what machines say

    @rule(
        nth=place,
        which=st.sets(place, max_size=2),
        also=st.booleans(),
        grown=st.booleans(),
    )
    def report(self, nth: int, which: set[int], also: bool, grown: bool) -> None:
        """A machine shows its drives, those of others, or one that nobody knew."""
        device = self.device(nth)
        seen = {drive.pk: drive for drive in map(self.drive, sorted(which))}
        if also:
            seen |= {drive.pk: drive for drive in device.drives.all()}
        known = list(seen.values())
        away = {
            drive.pk
            for drive in known
            if drive.host_id != device.pk
            and drive.host is not None
            and drive.host.status in AWAY
        }
        sights = [self.sight(drive, grown=grown) for drive in known]
        if not known:
            self.number += 1
            sights = [self.sight(None, grown=False)]

        def see() -> None:
            held = lock_where_seen(device.pk, sights)
            at = timezone.now() + dt.timedelta(seconds=self.number)
            note_drives_seen(held, sights, at=at, by=Machine("a-machine"))

        if self.try_step(see):
            for drive in known:
                if drive.pk in away or grown:
                    self.worth[drive.pk] = 0
            self.note_inside(device)

    def sight(self, drive: StorageDrive | None, *, grown: bool) -> SeenDrive:
        return SeenDrive(
            medium=Medium(drive.medium) if drive else Medium.HDD,
            bus=Bus.SATA,
            make="Exemple",
            model="D1",
            serial=drive.serial if drive else f"EX-NEW-{self.number:04d}",
            size_bytes=((drive.size_bytes or 0) if drive else GIB) + (512 * grown),
            in_use=False,
        )

    # ------------------------------------------------------------ one or two records

    @rule(one=place, other=place)
    def merge(self, one: int, other: int) -> None:
        kept, gone = self.device(one), self.device(other)
        if kept.pk == gone.pk or kept.merged_into_id or gone.merged_into_id:
            return
        if {kept.status, gone.status} & (GONE | AWAY | {S.RESERVED}):
            return  # refused one floor above, where people propose it

        def act() -> None:
            moved = merge_into(*lock_both(kept, gone), by=self.world.lead)
            self.merges.append((kept.pk, gone.pk, moved))

        if self.try_step(act):
            self.note_inside(kept)

    @precondition(lambda self: self.merges)
    @rule()
    def part(self) -> None:
        kept_pk, gone_pk, moved = self.merges[-1]
        kept, gone = Device.objects.get(pk=kept_pk), Device.objects.get(pk=gone_pk)
        if {kept.status, gone.status} & (GONE | AWAY | {S.RESERVED}):
            return
        if self.try_step(
            lambda: part_again(*lock_both(kept, gone), moved, by=self.world.lead)
        ):
            self.merges.pop()
            self.note_inside(gone)

    @rule(nth=place)
    def split(self, nth: int) -> None:
        device = self.device(nth)
        drives = list(device.drives.all())
        if len(drives) < 2 or device.merged_into_id or device.status in GONE | AWAY:
            return
        self.try_step(
            lambda: split_off(
                Device.objects.lock(device.pk), drives[:1], by=self.world.lead
            )
        )

    # ------------------------------------------------------------ the way out

    @rule(nth=place, to=st.sampled_from(sorted(S)))
    def move(self, nth: int, to: S) -> None:
        """Any step of the table of states, whichever act will take it."""
        device = self.device(nth)
        if device.merged_into_id:
            return
        self.step_to(device, to)

    def step_to(self, device: Device, to: S) -> None:
        def step() -> None:
            change_status(
                Device.objects.lock(device.pk), to, "moved", by=self.world.lead
            )

        self.try_step(step)

    @rule(nth=place)
    def lead_out(self, nth: int) -> None:
        """The straight way from wherever it stands, so that some get far."""
        self.lead_so(self.device(nth))

    def lead_so(self, device: Device) -> None:
        if device.merged_into_id:
            return
        way = (
            S.RETURNED,
            S.TO_PROCESS,
            S.IN_QUALITY_CHECK,
            S.READY,
            S.RESERVED,
            S.PACKED,
            S.ON_LOAN,
        )
        for to in way:
            self.step_to(device, to)

    @rule(nth=place, manner=st.sampled_from(MANNERS))
    def erase_all_and_go(self, nth: int, manner: str) -> None:
        device = self.device(nth)
        for drive in device.drives.all():
            self.erase_so(drive, manner)
        self.lead_so(device)

    @rule(nth=place)
    def do_all_right(self, nth: int) -> None:
        """So that every few sequences get far: a way out that is refused shows little."""
        device = self.device(nth)
        for drive in device.drives.all():
            self.erase_so(drive, "strong")
        self.lead_so(device)

    @rule(nth=place, waived=st.booleans())
    def give_back(self, nth: int, waived: bool) -> None:
        device = self.device(nth)
        self.try_to(
            lambda: actions.return_to_donor(
                device=device,
                waiver_reference="D-2026-1" if waived else "",
                by=self.world.lead,
            )
        )

    @rule(nth=place)
    def release(self, nth: int) -> None:
        device = self.device(nth)
        self.try_to(lambda: actions.release_hold(device=device, by=self.world.lead))


def walk(world: World, *, sequences: int) -> int:
    """Let so many sequences of acts happen from one start; how many ways out they had."""
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate() - dt.timedelta(days=1),
        erasure_policy=ErasurePolicy.PURGE,
        by=world.lead,
    )
    Workshop.world, Workshop.ways_out = world, 0
    Workshop.strict = actions.open_lot(donation=donation, label="Strict", by=world.lead)
    for lot in (world.lot, Workshop.strict):
        world.receive(world.drive(model="D1"), lot=lot)
    run_state_machine_as_test(
        Workshop,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Workshop.ways_out


@pytest.mark.django_db
def test_no_short_walk_leads_an_unproven_drive_out():
    assert walk(make_world(), sequences=100) > 20


@pytest.mark.slow
@pytest.mark.drawn
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(4))
def test_no_sequence_of_acts_leads_an_unproven_drive_out(part):
    assert walk(make_world(), sequences=2_500) > 1_000
