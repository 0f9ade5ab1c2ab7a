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
import time_machine
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
from inventory.actions.sightings import SeenDrive, lock_where_seen, note_drives_seen
from inventory.actions.status import change_status
from inventory.methods import ErasurePolicy, Medium, Technique, Verification
from inventory.models import (
    Bus,
    DestructionMethod,
    Device,
    Erasure,
    ErasureResult,
    Lot,
    StorageDrive,
)
from inventory.models.erasure import ExceptionsRefusal
from inventory.states import DeviceStatus as S
from inventory.states import WithdrawalReason
from provisioning import actions as records
from provisioning.models import Correction
from tests.inventory.imports.logs import log_of
from tests.world import GIB, World, make_world

# Every state in which the workshop has let go of a device, or promised it.
GONE = {S.READY, S.PACKED, S.IN_TRANSIT, S.ON_LOAN, S.HANDED_OVER, S.WEEE_OUT}
GONE |= {S.RETURNED_TO_DONOR, S.FOR_PARTS}
AWAY = {S.ON_LOAN, S.HANDED_OVER, S.LOST, S.STOLEN, S.MISSING, S.IN_SUPPORT}
AWAY |= {S.WEEE_OUT, S.RETURNED_TO_DONOR, S.WRITTEN_OFF}
# How much each way of erasing is worth: 1 Clear, 2 Purge.
WORTH = {
    (Medium.HDD, Technique.OVERWRITE): 1,
    (Medium.HDD, Technique.ATA_SANITIZE_OVERWRITE): 2,
    (Medium.SATA_SSD, Technique.OVERWRITE): 1,
    (Medium.SATA_SSD, Technique.ATA_SANITIZE_BLOCK_ERASE): 2,
}
DESTROYED = 3
LOGS = ("good", "unread", "aborted", "short")
SIZES = {Medium.HDD: 500 * GIB, Medium.SATA_SSD: 240 * GIB}
place = st.integers(min_value=0, max_value=2)
# What the walk begins with came so long before it, and an old log is of between.
BEFORE, OLD = dt.timedelta(days=1), dt.timedelta(hours=3)
# How an erasure is made: as it should be, too weakly, unread, or not to the end.
MANNERS = ("strong", "strong", "weak", "weak", "unread", "half")


def savepoint() -> transaction.Atomic:
    """One inside which an act may be durable, as inside a test’s own transaction."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


class Workshop(RuleBasedStateMachine):
    """A workshop with three donors: one asks for Purge, one for two people."""

    world: World
    strict: Lot
    by_two: Lot
    ways_out = 0  # over all sequences: a walk that never gets far shows nothing

    def __init__(self) -> None:
        super().__init__()
        # Each example ends where it began: the database forgets it.
        self.undo = savepoint()
        self.undo.__enter__()
        self.worth: dict[int, int] = {}  # drive → what its last erasure is worth
        self.asked: dict[int, int] = {}  # drive → the most that a donor of it asks
        self.two: set[int] = set()  # drives of which one person’s word is not enough
        self.since: dict[int, dt.datetime] = {}  # drive → before this nothing counts
        self.merges: list[Correction] = []
        self.number = 0
        for device in Device.objects.all():
            self.note_inside(device, since=timezone.now() - BEFORE)

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
        hosts = dict(StorageDrive.objects.values_list("pk", "host"))
        try:
            with savepoint():
                act()
        except DomainError:
            return False
        for drive in StorageDrive.objects.all():
            left = hosts.get(drive.pk)
            if left not in {None, drive.host_id} and before[left] in AWAY:
                self.doubt(drive.pk)
        self.look(before)
        return True

    def doubt(self, drive: int) -> None:
        """Nothing that was done to a drive before this moment proves it any more."""
        self.worth[drive] = 0
        self.since[drive] = timezone.now()

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
                    self.doubt(drive.pk)
            if was == now or now not in GONE:
                continue
            Workshop.ways_out += 1
            if now == S.RETURNED_TO_DONOR and device.waiver_reference:
                continue
            inside = list(device.drives.all())
            if not inside:
                assert device.storage == "none", f"{device}: nobody looked inside"
            for drive in inside:
                worth = self.worth.get(drive.pk, 0)
                assert worth >= self.asks(drive), f"{drive} in {device} is {worth}"

    def asks(self, drive: StorageDrive) -> int:
        flash = drive.medium != Medium.HDD
        return 2 if flash else self.asked.get(drive.pk, 1)

    def note_inside(self, device: Device, *, since: dt.datetime | None = None) -> None:
        """Its data may be of this device’s donor from now on."""
        for drive in device.drives.all():
            self.since.setdefault(drive.pk, since or timezone.now())
            if device.lot_id == self.by_two.pk:
                self.two.add(drive.pk)
            strict = 2 if device.lot_id == self.strict.pk else 1
            self.asked[drive.pk] = max(strict, self.asked.get(drive.pk, 1))

    # ------------------------------------------------------------ reception

    @rule(nth=place, ssd=st.booleans())
    def receive(self, nth: int, ssd: bool) -> None:
        if Device.objects.count() > 3:
            return
        lot = (self.world.lot, self.strict, self.by_two)[nth]
        self.try_to(lambda: self.world.receive(self.declared(ssd=ssd), lot=lot))
        self.note_inside(Device.objects.latest("pk"))

    def declared(self, *, ssd: bool, bus: Bus = Bus.SATA) -> actions.DeclaredDrive:
        self.number += 1
        medium = Medium.SATA_SSD if ssd else Medium.HDD
        return actions.DeclaredDrive(
            medium=medium,
            bus=bus,
            make="Exemple",
            model="D1",
            serial=f"EX-{self.number:04d}",
            size_bytes=SIZES[medium],
        )

    @rule(nth=place, ssd=st.booleans(), bus=st.sampled_from((Bus.SATA, Bus.USB)))
    def add_drive(self, nth: int, ssd: bool, bus: Bus) -> None:
        device = self.device(nth)
        declared = self.declared(ssd=ssd, bus=bus)
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
            alone = drive.pk in self.two
            worth = WORTH[Medium(drive.medium), technique]
            self.worth[drive.pk] = 0 if alone else worth

    @rule(nth=place, manner=st.sampled_from(LOGS), old=st.booleans())
    def import_a_result(self, nth: int, manner: str, old: bool) -> None:
        self.import_so(self.drive(nth), manner, old=old)

    @rule(nth=place, old=st.booleans())
    def import_and_go(self, nth: int, old: bool) -> None:
        device = self.device(nth)
        for drive in device.drives.all():
            self.import_so(drive, "good", old=old)
        self.lead_so(device)

    def import_so(self, drive: StorageDrive, manner: str, *, old: bool) -> None:
        """Another tool’s log about a drive, as it should be or weak, new or old.

        A log names whole seconds: a new one is of the second that begins.
        """
        size = drive.size_bytes or 0
        at = timezone.now() + (-OLD if old else dt.timedelta(seconds=1))
        manners: dict[str, dict[str, Any]] = {
            "good": {},
            "unread": {"rounds": "1R+NB+NV"},
            "aborted": {"status": "UABORTED"},
            "short": {"written": size // 2},
        }
        self.number += 1
        log = log_of(drive, at=at, **manners[manner])
        body = f"{log}\n{self.number}\n".encode()
        had = drive.erasures.count()

        def act() -> None:
            report = actions.take_in_results(
                body=body, file_name="log", site=self.world.site, by=self.world.lead
            )
            actions.apply_results(report=report, by=self.world.lead)

        if self.try_to(act) and drive.erasures.count() > had:
            assert manner == "good"
            counts = at >= self.since[drive.pk] and drive.pk not in self.two
            worth = WORTH[Medium(drive.medium), Technique.OVERWRITE]
            self.worth[drive.pk] = worth if counts else 0

    @rule(nth=place)
    def fail_to_erase(self, nth: int) -> None:
        drive = self.drive(nth)
        if self.try_to(lambda: self.world.erase(drive, result=ErasureResult.FAILED)):
            self.doubt(drive.pk)

    @rule(nth=place)
    def erase_with_exceptions(self, nth: int) -> None:
        drive = self.drive(nth)
        if self.try_to(lambda: self.world.erase_with_exceptions(drive)):
            self.worth[drive.pk] = 0

    @rule(nth=place, accept=st.booleans(), same=st.booleans())
    def decide(self, nth: int, accept: bool, same: bool) -> None:
        self.decide_so(self.drive(nth), accept=accept, same=same)

    def decide_so(self, drive: StorageDrive, *, accept: bool, same: bool) -> None:
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
        self.take_so(self.drive(nth))

    def take_so(self, drive: StorageDrive) -> None:
        self.try_to(
            lambda: actions.take_drive_out(
                drive=drive, custody=self.world.cupboard, by=self.world.technician
            )
        )

    @rule(nth=place, where=place)
    def put_in(self, nth: int, where: int) -> None:
        self.put_so(self.drive(nth), self.device(where))

    def put_so(self, drive: StorageDrive, device: Device) -> None:
        act = lambda: actions.put_drive_in(  # noqa: E731
            drive=drive, device=device, by=self.world.technician
        )
        if self.try_to(act):
            self.note_inside(device)

    @rule(nth=place, where=place)
    def swap_and_go(self, nth: int, where: int) -> None:
        """A drive from wherever it is in place of those of another device."""
        drive, device = self.drive(nth), self.device(where)
        for each in (drive, *device.drives.all()):
            self.take_so(each)
        self.put_so(drive, device)
        self.lead_so(device)

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
        sights = [self.sight(drive, grown=grown) for drive in known]
        if not known:
            self.number += 1
            sights = [self.sight(None, grown=False)]

        def see() -> None:
            held = lock_where_seen(device.pk, sights)
            at = timezone.now() + dt.timedelta(seconds=self.number)
            note_drives_seen(held, sights, at=at, by=Machine("a-machine"))

        if self.try_step(see):
            for drive in known if grown else ():
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

        def act() -> None:
            proposed = records.propose_merge(
                device=kept, other=gone, reason="Twice", by=self.world.technician
            )
            self.confirm(proposed)

        if self.try_to(act):
            self.note_inside(kept)

    def confirm(self, proposed: Correction) -> None:
        records.confirm_correction(correction=proposed, by=self.world.lead)
        self.merges.append(proposed)

    @precondition(lambda self: self.merges)
    @rule()
    def take_back(self) -> None:
        """What was merged is parted again, what was split is one again."""
        last = self.merges[-1]

        def act() -> None:
            records.undo_correction(correction=last, by=self.world.lead)

        if self.try_to(act):
            self.merges.pop()
            for device in Device.objects.filter(merged_into=None):
                self.note_inside(device)

    @rule(nth=place)
    def split(self, nth: int) -> None:
        device = self.device(nth)
        drives = list(device.drives.all())[:1]

        def act() -> None:
            proposed = records.propose_split(
                device=device,
                agent=None,
                drives=drives,
                reason="Two",
                by=self.world.technician,
            )
            self.confirm(proposed)

        self.try_to(act)

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

    def lead_so(self, device: Device, *, as_far_as: S = S.ON_LOAN) -> None:
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
        for to in way[: way.index(as_far_as) + 1]:
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
        self.erase_well(device)
        self.lead_so(device)

    def erase_well(self, device: Device) -> None:
        for drive in device.drives.all():
            self.erase_so(drive, "strong")
            if drive.pk in self.two:
                self.decide_so(drive, accept=True, same=False)

    @rule(nth=place, support=st.booleans())
    def get_into_other_hands(self, nth: int, support: bool) -> None:
        """Proven, then missing or in support: its drives are worth nothing elsewhere."""
        device = self.device(nth)
        self.erase_well(device)
        self.lead_so(device, as_far_as=S.ON_LOAN if support else S.READY)
        if not device.merged_into_id:
            self.step_to(device, S.IN_SUPPORT if support else S.MISSING)

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


def strange_lot(world: World, **asks: object) -> Lot:
    """A lot of a donor who asks for something of their own."""
    donation = actions.record_donation(
        donor=world.donation.donor,
        site=world.site,
        received_on=timezone.localdate() - dt.timedelta(days=2),
        by=world.lead,
        **asks,  # type: ignore[arg-type]
    )
    return actions.open_lot(donation=donation, label="Strict", by=world.lead)


def walk(world: World, *, sequences: int) -> int:
    """Let so many sequences of acts happen from one start; how many ways out they had."""
    Workshop.world, Workshop.ways_out = world, 0
    Workshop.strict = strange_lot(world, erasure_policy=ErasurePolicy.PURGE)
    Workshop.by_two = strange_lot(world, erasure_by_two=True)
    with time_machine.travel(timezone.now() - BEFORE):
        for lot in (world.lot, Workshop.strict, Workshop.by_two):
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
