"""No sequence of acts lends one thing twice, hands data over, or loses what is counted.

Acts are drawn at random, on few machines, packs and people, so that they meet. Who
holds what, what lies on which drive and how many mice there are is kept here, by rules
of its own: nothing asks the gate, or the states of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.db import models, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from backoffice.core.actors import Machine
from backoffice.core.errors import DomainError
from inventory import actions as workshop
from inventory.actions.sightings import SeenDrive, lock_where_seen, note_drives_seen
from inventory.methods import Medium
from inventory.models import Bus, Device, DeviceKind, StorageDrive
from lending import actions
from lending.actions import RecipeLine
from lending.kinds import SpokenLanguage
from lending.models import (
    Beneficiary,
    CountedKind,
    CountedMovement,
    CountedStock,
    HandOver,
    Loan,
    Pack,
    PackLine,
    SimCard,
    TemplateVersion,
)
from lending.states import (
    Condition,
    HandOverMode,
    HandOverStatus,
    IdentityCheck,
    LineNature,
    PackStatus,
    ReturnReason,
    SubstitutionReason,
)
from tests.lending.handing import drawn
from tests.lending.packs import Bench, make_bench
from tests.world import GIB

MODES = (HandOverMode.GIFT, HandOverMode.LOAN, HandOverMode.LOAN)
G, W, D, M = Condition.GOOD, Condition.WORN, Condition.DAMAGED, Condition.MISSING
# What may be given out again.
USABLE = {G, W}
MICE = 2  # in each pack
LAPTOP = RecipeLine(LineNature.MAIN, "Ordinateur", kinds=(DeviceKind.LAPTOP,))
CARD = RecipeLine(LineNature.CONNECTION, "Carte SIM", is_optional=True)
nth = st.integers(min_value=0, max_value=2)
condition = st.sampled_from((G, G, W, D, M))

M_ = TypeVar("M_", bound=models.Model)


def savepoint() -> transaction.Atomic:
    """One inside which an act may be durable, as inside a test’s own transaction."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    return block


class Association(RuleBasedStateMachine):
    """A workshop with three machines, two cards and some mice; two people ask."""

    bench: Bench
    version: TemplateVersion
    mice: CountedKind
    people: list[Beneficiary]
    handed_over = came_back = (
        0  # over all sequences: a walk that gets nowhere shows nothing
    )

    def __init__(self) -> None:
        super().__init__()
        # Each example ends where it began: the database forgets it.
        self.undo = savepoint()
        self.undo.__enter__()
        self.holder: dict[str, int] = {}  # thing → the hand-over by which it is out
        self.clean = set(self.proven())
        self.shelf = self.on_hand()
        self.packed: dict[int, int] = {}  # pack → mice in it, wherever it is
        self.number = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # ------------------------------------------------------------ who is there

    def proven(self) -> list[int]:
        """At the start: what the world has erased to make its machines ready."""
        ready = Device.objects.filter(status="ready").order_by("pk")
        return list(
            StorageDrive.objects.filter(host__in=ready).values_list("pk", flat=True)
        )

    def on_hand(self) -> int:
        return CountedStock.objects.get(kind=self.mice).on_hand

    def one(self, found: models.QuerySet[M_], number: int) -> M_ | None:
        rows = list(found.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def pack(self, number: int) -> Pack | None:
        ended = [PackStatus.CLOSED, PackStatus.DISMANTLED]
        return self.one(Pack.objects.exclude(status__in=ended), number)

    def lines(self, pack: Pack) -> list[PackLine]:
        found = pack.lines.filter(released_at=None).order_by("wanted__position")
        return list(found.select_related("wanted", "device", "sim", "counted_kind"))

    # ------------------------------------------------- acts, and what must be true

    def try_to(self, act: Callable[[], object]) -> bool:
        """Whether an act was not refused; what is true afterwards is looked at."""
        signed = set(self.signed())
        try:
            with savepoint():
                act()
        except DomainError:
            self.look()
            return False
        for fresh in set(self.signed()) - signed:
            self.leave(HandOver.objects.get(pk=fresh))
        self.look()
        return True

    def signed(self) -> models.QuerySet[HandOver, int]:
        done = HandOver.objects.filter(status=HandOverStatus.SIGNED)
        return done.values_list("pk", flat=True)

    def leave(self, handover: HandOver) -> None:
        """Whatever goes out of the door is nobody else’s, and holds nobody’s data."""
        for line in self.lines(handover.pack):
            for thing in (line.device, line.sim):
                if thing is None:
                    continue
                name = f"{thing._meta.model_name} {thing.pk}"
                assert name not in self.holder, f"{name} is out already"
                self.holder[name] = handover.pk
            if line.device is not None:
                inside = StorageDrive.objects.filter(host=line.device, gated=True)
                unclean = set(inside.values_list("pk", flat=True)) - self.clean
                assert not unclean, f"{line.device} left with data"
        type(self).handed_over += 1

    def look(self) -> None:
        assert self.on_hand() == self.shelf, "the shelf holds what was counted"
        moved = CountedMovement.objects.filter(stock__kind=self.mice)
        total = moved.aggregate(total=Sum("change"))["total"]
        assert total == self.shelf, "every mouse came and went by a movement"

    # ---------------------------------------------------------------- packing

    @rule()
    def begin(self) -> None:
        self.try_to(
            lambda: actions.begin_pack(
                version=self.version, site=self.bench.world.site, by=self.bench.packer
            )
        )

    @rule(pack=nth, device=nth)
    def put_machine(self, pack: int, device: int) -> None:
        self.put(self.pack(pack), self.one(Device.objects.all(), device))

    @rule(pack=nth, card=nth)
    def put_card(self, pack: int, card: int) -> None:
        self.put(self.pack(pack), self.one(SimCard.objects.all(), card))

    def put(self, pack: Pack | None, unit: Any) -> None:
        if pack is not None and unit is not None:
            by = self.bench.packer
            self.try_to(lambda: actions.put_in(pack=pack, unit=unit, by=by))

    @rule(pack=nth)
    def put_mice(self, pack: int) -> None:
        found = self.pack(pack)
        if found is None:
            return
        before = self.shelf
        self.shelf -= MICE
        by = self.bench.packer
        put = lambda: actions.put_in(  # noqa: E731
            pack=found, unit=self.mice, count=MICE, by=by
        )
        if self.expect(put, before):
            self.packed[found.pk] = self.packed.get(found.pk, 0) + MICE

    def expect(self, act: Callable[[], object], otherwise: int) -> bool:
        """An act that moves mice: refused, the shelf is as it was."""
        wanted = self.shelf
        self.shelf = otherwise
        signed = set(self.signed())
        try:
            with savepoint():
                act()
        except DomainError:
            self.look()
            return False
        self.shelf = wanted
        assert signed == set(self.signed())
        self.look()
        return True

    @rule(pack=nth, position=st.integers(min_value=0, max_value=2))
    def take_out(self, pack: int, position: int) -> None:
        found = self.pack(pack)
        if found is None:
            return
        line = self.lines(found)[position]
        before, back = self.shelf, 0
        if line.counted_kind is not None:
            back = self.packed.get(found.pk, 0)
        self.shelf += back
        taken = lambda: actions.take_out(line=line, by=self.bench.packer)  # noqa: E731
        if self.expect(taken, before) and back:
            self.packed[found.pk] = 0

    @rule(pack=nth, device=nth)
    def swap_machine(self, pack: int, device: int) -> None:
        found, unit = self.pack(pack), self.one(Device.objects.all(), device)
        if found is None or unit is None:
            return
        line = self.lines(found)[0]
        self.try_to(
            lambda: actions.substitute(
                line=line,
                unit=unit,
                reason=SubstitutionReason.BROKEN,
                by=self.bench.packer,
            )
        )

    @rule(pack=nth)
    def leave_card_out(self, pack: int) -> None:
        found = self.pack(pack)
        if found is not None:
            line = self.lines(found)[2]
            self.try_to(lambda: actions.leave_out(line=line, by=self.bench.packer))

    @rule(pack=nth)
    def finish(self, pack: int) -> None:
        found = self.pack(pack)
        if found is not None:
            self.try_to(lambda: actions.close_pack(pack=found, by=self.bench.packer))
            self.try_to(
                lambda: actions.place_pack(
                    pack=found, place=self.bench.shelf(), by=self.bench.packer
                )
            )

    @rule(device=nth, with_card=st.booleans())
    def make_whole(self, device: int, with_card: bool) -> None:
        """A pack from nothing to the shelf: what single acts seldom come to."""
        made = Pack.objects.count()
        self.begin()
        if Pack.objects.count() == made:
            return
        last = self.pack_number()
        free = self.one(Device.objects.filter(status="ready"), device)
        self.put(self.pack(last), free or self.one(Device.objects.all(), device))
        self.put_mice(last)
        if with_card:
            self.put_card(last, device)
        else:
            self.leave_card_out(last)
        self.finish(last)

    def pack_number(self) -> int:
        ended = [PackStatus.CLOSED, PackStatus.DISMANTLED]
        return Pack.objects.exclude(status__in=ended).count() - 1

    @rule(pack=nth)
    def reopen(self, pack: int) -> None:
        found = self.pack(pack)
        if found is not None:
            self.try_to(lambda: actions.reopen_pack(pack=found, by=self.bench.packer))

    @rule(pack=nth)
    def dismantle(self, pack: int) -> None:
        found = self.pack(pack)
        if found is None:
            return
        before, back = self.shelf, self.packed.get(found.pk, 0)
        self.shelf += back
        apart = lambda: actions.dismantle_pack(pack=found, by=self.bench.packer)  # noqa: E731
        if self.expect(apart, before):
            self.packed[found.pk] = 0

    # ---------------------------------------------------------------- hand-overs

    @rule(pack=nth, person=nth, mode=st.sampled_from(MODES))
    def plan(self, pack: int, person: int, mode: HandOverMode) -> None:
        found = self.pack(pack)
        if found is not None:
            self.try_to(
                lambda: actions.plan_handover(
                    pack=found,
                    structure=self.bench.partners.structure,
                    mode=mode,
                    beneficiary=self.people[person % len(self.people)],
                    by=self.bench.coordinator,
                )
            )

    def handover(self, number: int) -> HandOver | None:
        return self.one(HandOver.objects.open(), number)

    @rule(handover=nth)
    def check(self, handover: int) -> None:
        found, by = self.handover(handover), self.bench.coordinator
        if found is None:
            return
        self.try_to(lambda: actions.begin_handover(handover=found, by=by))
        self.try_to(
            lambda: actions.check_person(
                handover=found, identity_check=IdentityCheck.KNOWN, by=by
            )
        )
        seen = {line.uuid for line in self.lines(found.pack) if line.quantity}
        self.try_to(lambda: actions.check_contents(handover=found, seen=seen, by=by))
        self.try_to(
            lambda: actions.explain_conditions(
                handover=found, language=SpokenLanguage.FRENCH, by=by
            )
        )

    @rule(handover=nth)
    def sign(self, handover: int) -> None:
        found, by = self.handover(handover), self.bench.coordinator
        if found is not None:
            self.try_to(
                lambda: actions.sign_handover(handover=found, signature=drawn(), by=by)
            )

    @rule(device=nth, person=nth, mode=st.sampled_from(MODES), with_card=st.booleans())
    def make_and_hand_over(
        self, device: int, person: int, mode: HandOverMode, with_card: bool
    ) -> None:
        self.make_whole(device, with_card)
        self.hand_over(self.pack_number(), person, mode)

    @rule(device=nth, machine=condition, mice=condition, again=st.booleans())
    def lend_and_bring_back(
        self, device: int, machine: Condition, mice: Condition, again: bool
    ) -> None:
        """A whole loan, and the machine worked on again, erased or not."""
        self.make_and_hand_over(device, 0, HandOverMode.LOAN, True)
        self.bring_back(Loan.objects.count() - 1, machine, mice, G)
        if again:
            self.work_on(device)
            self.make_and_hand_over(device, 1, HandOverMode.LOAN, False)

    @rule(pack=nth, person=nth, mode=st.sampled_from(MODES))
    def hand_over(self, pack: int, person: int, mode: HandOverMode) -> None:
        self.plan(pack, person, mode)
        last = HandOver.objects.open().count() - 1
        self.check(last)
        self.sign(last)

    @rule(handover=nth, shown=st.booleans())
    def call_off(self, handover: int, shown: bool) -> None:
        found, by = self.handover(handover), self.bench.coordinator
        if found is not None and shown:
            self.try_to(lambda: actions.cancel_handover(handover=found, by=by))
        elif found is not None:
            self.try_to(lambda: actions.no_show(handover=found, by=by))

    # ------------------------------------------------------------- loans, returns

    def loan(self, number: int) -> Loan | None:
        return self.one(Loan.objects.all(), number)

    @rule(number=nth, machine=condition, mice=condition, card=condition)
    def bring_back(
        self, number: int, machine: Condition, mice: Condition, card: Condition
    ) -> None:
        found = self.loan(number)
        if found is not None:
            self.back(found.handover, machine, mice, card, found)

    @rule(number=nth, machine=condition, mice=condition)
    def give_back(self, number: int, machine: Condition, mice: Condition) -> None:
        given = HandOver.objects.filter(
            status=HandOverStatus.SIGNED, mode=HandOverMode.GIFT
        )
        found = self.one(given, number)
        if found is not None:
            self.back(found, machine, mice, G, None)

    def back(
        self,
        handover: HandOver,
        machine: Condition,
        mice: Condition,
        card: Condition,
        loan: Loan | None,
    ) -> None:
        held, said = self.lines(handover.pack), {}
        for line in held:
            if line.device is not None:
                said[line.uuid] = machine
            elif line.sim is not None:
                said[line.uuid] = card
            elif line.counted_kind is not None and line.quantity:
                said[line.uuid] = mice
        before = self.shelf
        out = self.packed.get(handover.pack_id, 0)
        self.shelf += out if mice in USABLE else 0
        by, why = self.bench.coordinator, ReturnReason.END

        def act() -> object:
            if loan is not None:
                return actions.return_loan(
                    loan=loan, conditions=said, reason=why, by=by
                )
            return actions.take_back_gift(
                handover=handover, conditions=said, reason=why, by=by
            )

        if not self.expect(act, before):
            return
        self.packed[handover.pack_id] = 0
        type(self).came_back += 1
        for line in held:
            if said.get(line.uuid) is not M:
                self.home(line)

    def home(self, line: PackLine) -> None:
        """A thing is with us again; what the person wrote on its drives is too."""
        for thing in (line.device, line.sim):
            if thing is not None:
                self.holder.pop(f"{thing._meta.model_name} {thing.pk}", None)
        if line.device is not None:
            drives = StorageDrive.objects.filter(host=line.device)
            self.clean -= set(drives.values_list("pk", flat=True))

    @rule(number=nth, how=st.sampled_from(("lost", "stolen", "off", "gift", "close")))
    def follow(self, number: int, how: str) -> None:
        found, by = self.loan(number), self.bench.coordinator
        if found is None:
            return
        act: dict[str, Callable[[], object]] = {
            "lost": lambda: actions.report_lost(loan=found, by=by),
            "stolen": lambda: actions.report_stolen(
                loan=found, reference="PV 2026/118", by=by
            ),
            "off": lambda: actions.write_off_loan(loan=found, by=by),
            "gift": lambda: actions.turn_into_gift(loan=found, by=by),
            "close": lambda: actions.close_loan(loan=found, by=by),
        }
        self.try_to(act[how])

    # ---------------------------------------------------------------- the workshop

    @rule(number=nth)
    def erase(self, number: int) -> None:
        drive = self.one(StorageDrive.objects.exclude(host=None), number)
        if drive is not None and self.try_to(lambda: self.bench.world.erase(drive)):
            self.clean.add(drive.pk)

    @rule(number=nth)
    def work_on(self, number: int) -> None:
        """From the return to the ready shelf, as far as each step is allowed."""
        device = self.one(Device.objects.all(), number)
        world = self.bench.world
        if device is None:
            return
        for step in (
            lambda: workshop.triage_device(device=device, by=world.technician),
            lambda: workshop.send_to_quality_check(device=device, by=world.technician),
            lambda: workshop.pass_quality_check(
                device=device,
                lines=world.good_lines(device),  # type: ignore[arg-type]
                by=world.technician,
            ),
            lambda: workshop.declare_ready(device=device, by=world.technician),
        ):
            self.try_to(step)

    @rule(number=nth)
    def strange_drive(self, number: int) -> None:
        """An agent sees a drive in a machine that nobody knew, wherever it is."""
        device = self.one(Device.objects.all(), number)
        if device is None:
            return
        self.number += 1
        seen = SeenDrive(
            medium=Medium.SATA_SSD,
            bus=Bus.SATA,
            make="Exemple",
            model="Étrange",
            serial=f"EX-STRANGE-{self.number}",
            size_bytes=240 * GIB,
            in_use=False,
        )

        def act() -> None:
            with transaction.atomic():
                held = lock_where_seen(device.pk, [seen])
                note_drives_seen(held, [seen], at=timezone.now(), by=Machine("walk"))

        self.try_to(act)

    @rule(number=nth)
    def release(self, number: int) -> None:
        device = self.one(Device.objects.all(), number)
        if device is not None:
            by = self.bench.world.lead
            self.try_to(lambda: workshop.release_hold(device=device, by=by))

    @rule(count=st.integers(min_value=1, max_value=5))
    def buy_mice(self, count: int) -> None:
        before = self.shelf
        self.shelf += count
        self.expect(
            lambda: actions.receive_counted(
                kind=self.mice,
                site=self.bench.world.site,
                count=count,
                by=self.bench.packer,
            ),
            before,
        )


def walk(bench: Bench, *, sequences: int) -> None:
    """Let so many sequences of acts happen from one start."""
    Association.bench, Association.handed_over, Association.came_back = bench, 0, 0
    Association.mice = bench.mice(5)
    mice = RecipeLine(
        LineNature.COUNTED, "Souris", counted_kind=Association.mice, quantity=MICE
    )
    Association.version = bench.recipe(LAPTOP, mice, CARD)
    for number in range(2):
        bench.world.ready(bench.world.drive(serial=f"EX-WALK-{number}"))
        bench.card()
    bench.world.receive(bench.world.drive(serial="EX-WALK-9"))
    Association.people = [
        actions.open_beneficiary(
            structure=bench.partners.structure,
            facts=actions.PersonFacts(first_name=name, birth_year=1990),
            notice_language=SpokenLanguage.FRENCH,
            by=bench.partners.admin,
        )
        for name in ("Samira", "Paul")
    ]
    run_state_machine_as_test(
        Association,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=10,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.drawn
@pytest.mark.django_db
@pytest.mark.parametrize("part", range(2))
def test_no_sequence_of_acts_lends_twice_or_loses_anything(part):
    walk(make_bench(), sequences=500)
    assert Association.handed_over > 100
    assert Association.came_back > 40
