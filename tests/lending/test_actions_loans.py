"""A pack is lent until a day; longer as agreed; lost, stolen, broken, given up."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import DocumentKind, Site
from backoffice.core.roles import Role
from inventory.actions.drive_cycle import open_cycle
from inventory.actions.status import change_status as move_device
from inventory.actions.status import refresh_data_state
from inventory.errors import DriveUnproven, WrongStatus
from inventory.models import Device
from inventory.states import DeviceStatus, DriveStatus
from lending.actions.gifts import turn_into_gift
from lending.actions.loans import (
    close_loan,
    plans_ending_before,
    renew_loan,
    report_damaged,
    report_lost,
    report_stolen,
    start_loan,
    write_off_loan,
)
from lending.actions.pack_moves import hand_pack_over
from lending.errors import (
    DateImpossible,
    LineForeign,
    RenewalsUsedUp,
    ReportMissing,
    StatusImpossible,
)
from lending.models import Loan, LoanEvent, SimCard
from lending.states import Damage, HandOverMode, LoanStatus, SimStatus
from tests.lending.lent import Lending, make_lending
from tests.unchanged import refused
from tests.world import person


@pytest.fixture
def lending(db: None) -> Lending:
    return make_lending()


@pytest.fixture
def loan(lending: Lending) -> Loan:
    return lending.lend(card=True)


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def last(loan: Loan) -> LoanEvent:
    event: LoanEvent = loan.events.latest("sequence")
    return event


def test_a_loan_starts_with_the_hand_over_and_says_until_when(loan: Loan) -> None:
    assert (loan.status, loan.starts_on) == (LoanStatus.ACTIVE, day(0))
    assert last(loan).data["due_on"] == day(90).isoformat()
    assert set(loan.condition_out.values()) == {"good"}


@pytest.mark.parametrize("due_on", [dt.date(1970, 1, 1), dt.date(9999, 12, 31)])
def test_nothing_is_lent_until_a_day_that_is_past_or_a_slip(
    lending: Lending, due_on: dt.date
) -> None:
    given = lending.hand_over(mode=HandOverMode.GIFT)
    with refused(DateImpossible), transaction.atomic():
        start_loan(given, due_on, {}, lending.partners.coordinator)


def test_a_loan_without_a_day_is_open_ended_and_may_get_one(lending: Lending) -> None:
    loan = lending.lend(due_on=None)
    assert loan.due_on is None
    loan = renew_loan(loan=loan, due_on=day(30), by=lending.partners.coordinator)
    assert (loan.due_on, loan.renewals) == (day(30), 0)
    assert last(loan).verb == "end_agreed"


def test_a_loan_is_renewed_as_often_as_was_agreed(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    loan = renew_loan(loan=loan, due_on=day(120), by=by)
    assert (loan.due_on, loan.renewals) == (day(120), 1)
    assert last(loan).data["due_on"] == [day(90).isoformat(), day(120).isoformat()]
    with refused(RenewalsUsedUp):
        renew_loan(loan=loan, due_on=day(150), by=by)


@pytest.mark.parametrize("due_on", [dt.date(1970, 1, 1), day(-1), day(90), day(4000)])
def test_a_loan_is_not_renewed_until_an_impossible_day(
    lending: Lending, loan: Loan, due_on: dt.date
) -> None:
    with refused(DateImpossible):
        renew_loan(loan=loan, due_on=due_on, by=lending.partners.coordinator)


def test_what_is_lost_takes_its_machine_and_its_card_with_it(
    lending: Lending, loan: Loan
) -> None:
    loan = report_lost(loan=loan, by=lending.partners.coordinator)
    assert loan.status == LoanStatus.LOST
    assert Device.objects.get().status == DeviceStatus.LOST
    assert SimCard.objects.get().status == SimStatus.LOST


def test_a_theft_has_the_reference_of_its_report(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    with refused(ReportMissing):
        report_stolen(loan=loan, reference="  ", by=by)
    loan = report_stolen(loan=loan, reference=" 2026/0042 ", by=by)
    assert (loan.status, loan.report_reference) == (LoanStatus.STOLEN, "2026/0042")
    assert Device.objects.get().status == DeviceStatus.STOLEN


def test_what_broke_is_written_down_by_a_code_and_stays_with_the_person(
    lending: Lending, loan: Loan
) -> None:
    line = loan.handover.pack.lines.get(device__isnull=False).uuid
    by = lending.partners.coordinator
    report_damaged(loan=loan, line=line, damage=Damage.SCREEN, by=by)
    assert last(loan).data == {"line": str(line), "damage": "screen"}
    assert Loan.objects.get().status == LoanStatus.ACTIVE
    with refused(LineForeign):
        report_damaged(loan=loan, line=uuid4(), damage=Damage.SCREEN, by=by)


def test_what_is_written_off_is_over_for_good(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    loan = write_off_loan(loan=loan, by=by)
    assert Device.objects.get().status == DeviceStatus.WRITTEN_OFF
    for act in (report_lost, write_off_loan, close_loan):
        with refused(StatusImpossible):
            act(loan=loan, by=by)


def test_only_what_came_back_is_closed(lending: Lending, loan: Loan) -> None:
    with refused(StatusImpossible):
        close_loan(loan=loan, by=lending.partners.coordinator)


def test_plans_that_end_before_the_loan_are_named(lending: Lending, loan: Loan) -> None:
    SimCard.objects.update(plan_ends_on=day(60))
    pack = loan.handover.pack
    assert plans_ending_before(pack, day(90)) == [SimCard.objects.get()]
    assert plans_ending_before(pack, None) == [SimCard.objects.get()]
    assert plans_ending_before(pack, day(60)) == []


@pytest.mark.parametrize("act", [report_lost, write_off_loan])
def test_loans_are_the_business_of_the_staff_of_their_site(
    lending: Lending, loan: Loan, act: object
) -> None:
    elsewhere = person(Role.MEDIATOR, site=Site.objects.create(name="Ailleurs"))
    for by in (lending.partners.admin, lending.world.technician, elsewhere):
        with refused(NotPermitted):
            act(loan=loan, by=by)  # type: ignore[operator]
        with refused(NotPermitted):
            renew_loan(loan=loan, due_on=day(100), by=by)


def test_a_loan_becomes_a_gift_with_its_deed(lending: Lending, loan: Loan) -> None:
    deed = turn_into_gift(loan=loan, by=lending.partners.coordinator)
    assert (deed.kind, deed.number[:4]) == (DocumentKind.GIFT_DEED, "ADO-")
    assert Loan.objects.get().status == LoanStatus.GIVEN
    assert Device.objects.get().status == DeviceStatus.HANDED_OVER
    assert Device.objects.get().drives.get().status == DriveStatus.ERASED
    with refused(StatusImpossible):
        turn_into_gift(loan=loan, by=lending.partners.coordinator)


def test_what_broke_stands_in_the_deed_as_damaged(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    line = loan.handover.pack.lines.get(device__isnull=False).uuid
    report_damaged(loan=loan, line=line, damage=Damage.SCREEN, by=by)
    told = turn_into_gift(loan=loan, by=by).content["lines"]
    assert {one["line"] for one in told if one["condition"] == "damaged"} == {str(line)}


def test_what_is_lost_is_not_given(lending: Lending, loan: Loan) -> None:
    report_lost(loan=loan, by=lending.partners.coordinator)
    with refused(StatusImpossible):
        turn_into_gift(loan=loan, by=lending.partners.coordinator)


def test_a_machine_with_an_unproven_drive_is_not_given(
    lending: Lending, loan: Loan
) -> None:
    device = Device.objects.get()
    with transaction.atomic():
        open_cycle(device.drives.get(), by=lending.partners.coordinator, why="test")
        refresh_data_state(device, by=lending.partners.coordinator)
    with refused(DriveUnproven):
        turn_into_gift(loan=loan, by=lending.partners.coordinator)


def test_a_machine_in_repair_for_somebody_is_handed_to_nobody_else(
    lending: Lending, loan: Loan
) -> None:
    by, other = lending.partners.coordinator, lending.person(first_name="Noor")
    pack = loan.handover.pack
    with transaction.atomic():
        device = Device.objects.lock(Device.objects.get().pk)
        move_device(device, DeviceStatus.IN_SUPPORT, "moved", by=by)
    for mode in (HandOverMode.LOAN, HandOverMode.GIFT):
        with refused(WrongStatus), transaction.atomic():
            hand_pack_over(pack, mode, other, by)
