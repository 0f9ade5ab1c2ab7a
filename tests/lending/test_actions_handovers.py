"""A pack goes into a person’s hands: planned, checked, signed, or called off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from inventory import actions as workshop
from inventory.states import DeviceStatus, HoldReason
from lending import actions
from lending.actions.handover_checks import lines_to_see
from lending.actions.handover_papers import papers_of
from lending.actions.pack_questions import blockers_of
from lending.actions.signing_rules import still_missing, warnings_of
from lending.errors import (
    AlreadyEquipped,
    AppointmentImpossible,
    ConditionsUnexplained,
    ContentsChanged,
    ContentsUnseen,
    DateImpossible,
    GuardianMissing,
    HandOverForeign,
    ModeNotYours,
    NotAMember,
    PackBlocked,
    PackHandedOver,
    PackNotReady,
    PackPlanned,
    PersonForeign,
    PersonMissing,
    PriceAboveCeiling,
    QuotaExhausted,
    StatusImpossible,
)
from lending.kinds import StructureKind
from lending.models import HandOver, Pack, Quota
from lending.states import (
    HandOverStatus,
    IdentityCheck,
    LoanStatus,
    PackStatus,
    RefusedBecause,
    RequestStatus,
    SimStatus,
)
from provisioning.models import Assignment
from tests.lending.handing import GIFT, LOAN, SOLD, Desk, drawn, make_desk, tomorrow
from tests.lending.packs import LAPTOP, LINUX, SIM
from tests.provisioning.environments.world import PERSONAL, WELCOME, published
from tests.unchanged import refused


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()


def anew(handover: HandOver) -> HandOver:
    return HandOver.objects.select_related("pack", "request").get(pk=handover.pk)


def device_of(handover: HandOver) -> DeviceStatus:
    device = handover.pack.lines.get(nature="main").device
    assert device is not None
    return DeviceStatus(device.status)


def test_a_signed_gift_leaves_the_stock_with_its_papers(desk: Desk) -> None:
    handover = anew(desk.signed())
    assert handover.status == HandOverStatus.SIGNED
    assert handover.pack.status == PackStatus.HANDED_OVER
    assert device_of(handover) is DeviceStatus.HANDED_OVER
    kinds = [paper.kind for paper in papers_of(handover)]
    assert kinds == ["handover_slip", "gift_deed"]
    assert handover.slip == papers_of(handover)[0]


def test_a_signed_loan_starts_until_its_day(desk: Desk) -> None:
    due_on = timezone.localdate() + dt.timedelta(days=90)
    handover = desk.signed(mode=LOAN, due_on=due_on)
    assert device_of(handover) is DeviceStatus.ON_LOAN
    assert (handover.loan.status, handover.loan.due_on) == (LoanStatus.ACTIVE, due_on)
    assert set(handover.loan.condition_out.values()) == {"good"}


def test_a_loan_without_a_day_is_open_ended(desk: Desk) -> None:
    assert desk.signed(mode=LOAN).loan.due_on is None


def test_a_card_in_the_pack_gets_its_holder(desk: Desk) -> None:
    card = desk.bench.card()
    pack = desk.ready(LAPTOP, SIM, units=(desk.bench.world.ready(), card))
    handover = desk.signed(pack)
    card.refresh_from_db()
    assert card.status == SimStatus.ASSIGNED
    assert card.holdings.get().beneficiary == handover.beneficiary


def test_the_evidence_says_who_checked_what_and_what_was_shown(desk: Desk) -> None:
    handover = desk.signed()
    facts = handover.signature.facts
    assert [step["what"] for step in facts["steps"]] == [
        *("person_checked", "contents_checked", "conditions_explained"),
    ]
    papers = {paper.number: paper.sha256 for paper in papers_of(handover)}
    assert facts["documents"] == papers
    assert len(facts["shown"]) == 64
    assert facts["kind"] == "drawn"


def test_a_request_is_fulfilled_and_counted_once(desk: Desk) -> None:
    programme = desk.programme(packs=1)
    request = desk.request(desk.someone(), programme)
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    handover = desk.plan(pack, request=request)
    assert anew(handover).request.status == RequestStatus.SCHEDULED  # type: ignore[union-attr]
    assert handover.programme == programme
    desk.sign(desk.checked(handover))
    quota = Quota.objects.get()
    assert (quota.promised, quota.handed_over) == (0, 1)
    assert anew(handover).request.status == RequestStatus.FULFILLED  # type: ignore[union-attr]


def test_a_request_is_counted_in_the_programme_it_was_accepted_in(desk: Desk) -> None:
    request = desk.request(desk.someone(), desk.programme())
    other = desk.partners.programme(name="Un autre")
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    handover = desk.plan(pack, request=request, programme=other)
    assert handover.programme == request.programme


def test_a_second_pack_of_a_programme_is_refused(desk: Desk) -> None:
    programme, somebody = desk.programme(), desk.someone()
    # Both are ready to be signed for when the first one is.
    second = desk.checked(desk.plan(programme=programme, beneficiary=somebody))
    desk.signed(programme=programme, beneficiary=somebody)
    with refused(AlreadyEquipped):
        desk.sign(second)


def test_who_has_a_pack_of_the_programme_is_refused_before_anything_is_read(
    desk: Desk,
) -> None:
    programme, somebody = desk.programme(), desk.someone()
    desk.signed(programme=programme, beneficiary=somebody)
    second = actions.begin_handover(
        handover=desk.plan(programme=programme), by=desk.staff
    )
    with refused(AlreadyEquipped):
        actions.name_person(handover=second, person=somebody, by=desk.staff)
    third = actions.begin_handover(
        handover=desk.plan(programme=programme, beneficiary=somebody), by=desk.staff
    )
    with refused(AlreadyEquipped):
        actions.check_person(
            handover=third, identity_check=IdentityCheck.KNOWN, by=desk.staff
        )


def test_nothing_is_handed_over_beyond_the_quota(desk: Desk) -> None:
    programme = desk.programme(packs=1)
    desk.signed(programme=programme)
    other = desk.checked(desk.plan(programme=programme, beneficiary=desk.someone()))
    with refused(QuotaExhausted):
        desk.sign(other)


def test_a_pack_is_planned_once(desk: Desk) -> None:
    handover = desk.plan()
    with refused(PackPlanned):
        desk.plan(handover.pack)


def test_a_pack_that_somebody_has_is_refused_saying_since_when(desk: Desk) -> None:
    handover = desk.signed()
    pack = anew(handover).pack
    with pytest.raises(PackHandedOver, match=str(timezone.localdate().year)):
        desk.plan(pack)


def test_a_pack_is_not_signed_for_twice(desk: Desk) -> None:
    handover = desk.signed()
    with refused(PackHandedOver):
        desk.sign(handover)


def test_a_pack_that_is_taken_apart_cannot_be_planned(desk: Desk) -> None:
    pack = actions.dismantle_pack(pack=desk.ready(), by=desk.bench.packer)
    with refused(PackNotReady):
        desk.plan(pack)


def test_a_pack_for_a_request_is_planned_for_that_one(desk: Desk) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    with refused(HandOverForeign):
        desk.plan(pack)


def test_nobody_of_another_structure_receives_the_pack(desk: Desk) -> None:
    handover = desk.plan()
    foreign = desk.partners.register("Mission locale", StructureKind.ML)
    stranger = desk.someone()
    stranger.structure = foreign
    stranger.save(update_fields=["structure"])
    with refused(PersonForeign):
        actions.name_person(handover=handover, person=stranger, by=desk.staff)


def test_a_request_for_one_goes_to_that_person(desk: Desk) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    handover, other = desk.plan(pack, request=request), desk.someone()
    with refused(PersonForeign):
        actions.name_person(handover=handover, person=other, by=desk.staff)


def test_somebody_under_age_needs_a_guardian(desk: Desk) -> None:
    child = desk.someone(birth_year=timezone.localdate().year - 15)
    handover = actions.begin_handover(
        handover=desk.plan(beneficiary=child), by=desk.staff
    )
    with refused(GuardianMissing):
        actions.check_person(
            handover=handover, identity_check=IdentityCheck.KNOWN, by=desk.staff
        )
    signed = desk.sign(desk.checked(handover, guardian="Nora B"))
    assert signed.slip.content["guardian"] == "Nora B"  # type: ignore[union-attr]


def test_what_was_not_seen_is_not_signed_for(desk: Desk) -> None:
    handover = desk.checked(desk.plan())
    handover = actions.check_contents(handover=handover, seen=set(), by=desk.staff)
    with refused(ContentsUnseen):
        desk.sign(handover)


def test_a_line_of_another_pack_is_not_seen(desk: Desk) -> None:
    handover = actions.begin_handover(handover=desk.plan(), by=desk.staff)
    other = desk.plan()
    with refused(ContentsUnseen):
        actions.check_contents(
            handover=handover,
            seen={line.uuid for line in lines_to_see(other)},
            by=desk.staff,
        )


def test_a_held_machine_is_not_handed_over(desk: Desk) -> None:
    handover = desk.checked(desk.plan())
    device = handover.pack.lines.get().device
    assert device is not None
    lead = desk.bench.world.lead
    workshop.hold_device(device=device, reason=HoldReason.DISPUTE, by=lead)
    with refused(PackBlocked):
        desk.sign(handover)


def test_an_unproven_environment_keeps_the_pack_here(desk: Desk) -> None:
    handover = desk.checked(desk.plan(desk.ready(LAPTOP, LINUX)))
    assert [each.code for each in still_missing(handover)] == ["pack_blocked"]
    with refused(PackBlocked):
        desk.sign(handover)


@pytest.mark.parametrize(
    ("parts", "told"),
    [(PERSONAL, {"user.name": "Samira", "user.login": "samira"}), (WELCOME, {})],
)
def test_a_machine_is_told_of_the_person_what_its_environment_asks_for(
    desk: Desk, parts: dict[str, Any], told: dict[str, str]
) -> None:
    bench = desk.bench
    published(bench.world.lead, "linux-emploi", **parts)
    pack = bench.begin(LAPTOP, LINUX, request=desk.request(desk.someone()))
    bench.fill(pack, bench.world.ready())
    pack = actions.close_pack(pack=pack, by=bench.packer)
    assert Assignment.objects.get(ended_at=None).values == told
    (blocker,) = blockers_of(pack)
    assert "“linux-emploi” is not installed" in blocker.message


def test_what_a_machine_was_told_is_forgotten_once_it_is_handed_over(
    desk: Desk,
) -> None:
    handover = desk.plan()
    asked = Assignment.objects.filter(ended_at=None)
    asked.update(values={"user.name": "Samira"}, passphrase_hash="$y$j9T$a$b")
    desk.sign(desk.checked(handover))
    row = asked.get()
    assert (row.values, row.passphrase_hash) == ({}, "")


def test_a_price_stays_below_the_ceiling(desk: Desk) -> None:
    pack = desk.ready()
    with refused(PriceAboveCeiling):
        desk.plan(pack, mode=SOLD, price_cents=180_01)
    handover = desk.signed(pack, mode=SOLD, price_cents=180_00)
    assert papers_of(handover)[1].kind == "sale_receipt"


def test_a_gift_costs_nothing(desk: Desk) -> None:
    pack = desk.ready()
    with refused(PriceAboveCeiling):
        desk.plan(pack, mode=GIFT, price_cents=100)


def test_a_loan_becomes_a_sale_before_it_is_signed(desk: Desk) -> None:
    handover = desk.plan(mode=LOAN, due_on=timezone.localdate() + dt.timedelta(30))
    sold = actions.set_terms(
        handover=handover, mode=SOLD, price_cents=50_00, by=desk.staff
    )
    assert (sold.mode, sold.due_on, sold.price_cents) == (SOLD, None, 50_00)


def test_a_loan_does_not_end_in_1970(desk: Desk) -> None:
    handover = desk.plan()
    with refused(DateImpossible):
        actions.set_terms(
            handover=handover, mode=LOAN, due_on=dt.date(1970, 1, 1), by=desk.staff
        )


def test_nobody_signs_before_they_are_known(desk: Desk) -> None:
    handover = actions.begin_handover(handover=desk.plan(), by=desk.staff)
    with refused(PersonMissing):
        desk.sign(handover)


def test_nobody_signs_what_was_not_read_with_them(desk: Desk) -> None:
    handover = desk.checked(desk.plan())
    handover.explained_at = None
    handover.save(update_fields=["explained_at"])
    with refused(ConditionsUnexplained):
        desk.sign(handover)


def test_a_plan_that_ends_before_the_loan_is_said(desk: Desk) -> None:
    card = desk.bench.card()
    pack = desk.ready(LAPTOP, SIM, units=(desk.bench.world.ready(), card))
    card.plan_ends_on = timezone.localdate() + dt.timedelta(days=10)
    card.save(update_fields=["plan_ends_on"])
    assert len(warnings_of(desk.plan(pack, mode=LOAN))) == 1


def test_what_changed_since_it_was_shown_is_not_signed(desk: Desk) -> None:
    handover = desk.checked(desk.plan())
    with refused(ContentsChanged):
        desk.sign(handover, shown="0" * 64)


@pytest.mark.parametrize("year", [1970, 2206])
def test_an_appointment_is_neither_past_nor_for_grandchildren(
    desk: Desk, year: int
) -> None:
    pack, when = desk.ready(), dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    with refused(AppointmentImpossible):
        desk.plan(pack, planned_at=when)


def test_an_appointment_is_moved(desk: Desk) -> None:
    handover = actions.begin_handover(handover=desk.plan(), by=desk.staff)
    moved = actions.reschedule_handover(
        handover=handover, planned_at=tomorrow(), where="Accueil", by=desk.staff
    )
    assert (moved.status, moved.where) == (HandOverStatus.PLANNED, "Accueil")


def test_a_refused_pack_is_free_for_another_appointment(desk: Desk) -> None:
    handover = desk.plan()
    because = RefusedBecause.UNSUITABLE
    actions.refuse_handover(handover=handover, because=because, by=desk.staff)
    assert handover.events.latest("sequence").data["because"] == "unsuitable"
    assert desk.plan(Pack.objects.get(pk=handover.pack_id)).pk != handover.pk


def test_nobody_came_twice_and_the_request_is_closed(desk: Desk) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    for expected in (RequestStatus.ALLOCATED, RequestStatus.NO_SHOW):
        handover = desk.plan(pack, request=request, planned_at=timezone.now())
        actions.no_show(handover=handover, by=desk.staff)
        request.refresh_from_db()
        assert request.status == expected


def test_nobody_is_missing_before_the_hour(desk: Desk) -> None:
    handover = desk.plan(planned_at=tomorrow())
    with refused(AppointmentImpossible):
        actions.no_show(handover=handover, by=desk.staff)


def test_nobody_is_missing_where_no_day_was_agreed(desk: Desk) -> None:
    handover = desk.plan()
    with refused(AppointmentImpossible):
        actions.no_show(handover=handover, by=desk.staff)


def test_a_called_off_hand_over_takes_no_act_any_more(desk: Desk) -> None:
    handover = actions.cancel_handover(handover=desk.plan(), by=desk.staff)
    with refused(StatusImpossible):
        actions.begin_handover(handover=handover, by=desk.staff)


def test_calling_off_sends_the_request_back(desk: Desk) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    actions.cancel_handover(handover=desk.plan(pack, request=request), by=desk.staff)
    request.refresh_from_db()
    assert request.status == RequestStatus.ALLOCATED


def test_a_structure_hands_over_what_was_delivered_to_it(desk: Desk) -> None:
    somebody = desk.someone()
    request = desk.request(somebody)
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    with refused(PackNotReady):
        desk.plan(pack, request=request, by=desk.member)
    pack = actions.deliver_pack(pack=pack, by=desk.staff)
    handover = desk.plan(pack, request=request, by=desk.member)
    signed = desk.sign(desk.checked(handover, by=desk.member), by=desk.member)
    assert signed.handed_over_by == desk.member
    assert device_of(signed) is DeviceStatus.HANDED_OVER


def test_a_member_does_not_turn_what_was_accepted_into_something_else(
    desk: Desk,
) -> None:
    request = desk.request(desk.someone())
    pack = actions.attach_to_request(pack=desk.ready(), request=request, by=desk.staff)
    pack = actions.deliver_pack(pack=pack, by=desk.staff)
    with refused(ModeNotYours):
        desk.plan(pack, request=request, mode=LOAN, by=desk.member)
    handover = desk.plan(pack, request=request, by=desk.member)
    with refused(ModeNotYours):
        actions.set_terms(handover=handover, mode=LOAN, by=desk.member)
    lent = actions.set_terms(handover=handover, mode=LOAN, by=desk.staff)
    assert lent.mode == LOAN


@pytest.mark.parametrize("due_on", [dt.date(1970, 1, 1), dt.date(9999, 12, 31)])
def test_no_loan_is_planned_until_an_impossible_day(
    desk: Desk, due_on: dt.date
) -> None:
    pack = desk.ready()
    with refused(DateImpossible):
        desk.plan(pack, mode=LOAN, due_on=due_on)
    assert not pack.handovers.exists()


def test_a_member_of_another_structure_hands_over_nothing(desk: Desk) -> None:
    foreign = desk.partners.register("Mission locale", StructureKind.ML)
    stranger = desk.partners.join(foreign, "un@ailleurs.exemple.test").user
    handover = desk.plan()
    with refused(NotAMember):
        actions.cancel_handover(handover=handover, by=stranger)


def test_a_technician_hands_nothing_over(desk: Desk) -> None:
    handover = desk.plan()
    with refused(NotAMember):
        actions.begin_handover(handover=handover, by=desk.bench.packer)


def test_the_conditions_that_were_signed_are_in_the_paper(desk: Desk) -> None:
    slip = desk.signed().slip
    assert slip is not None
    assert len(slip.content["conditions"]["texts"]["fr"]) == 6
    assert drawn().picture is not None
