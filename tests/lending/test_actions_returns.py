"""A pack comes back: each thing said, machines to be erased anew, a receipt."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from backoffice.core.errors import NotPermitted
from backoffice.core.models import Document, DocumentKind
from inventory.actions import declare_ready, pass_quality_check
from inventory.errors import DriveUnproven
from inventory.models import Device, DeviceKind
from inventory.states import DataState, DeviceStatus, DriveStatus
from lending.actions import RecipeLine
from lending.actions.loans import close_loan, report_lost, write_off_loan
from lending.actions.returns import (
    return_loan,
    take_back_gift,
    take_back_missing,
)
from lending.actions.taking_back import things_out
from lending.documents.returning import return_spec
from lending.errors import (
    ConditionsUnsaid,
    LineForeign,
    NothingCameBack,
    StatusImpossible,
)
from lending.models import CountedStock, Loan, Modem, SimCard
from lending.states import (
    Condition,
    HandOverMode,
    LineNature,
    LoanStatus,
    PackStatus,
    ReturnReason,
    SimStatus,
)
from tests.lending.handing import make_desk
from tests.lending.lent import D, G, Lending, M, W, make_lending
from tests.lending.packs import LAPTOP
from tests.unchanged import refused

END = ReturnReason.END


@pytest.fixture
def lending(db: None) -> Lending:
    return make_lending()


@pytest.fixture
def loan(lending: Lending) -> Loan:
    return lending.lend(screen=True, card=True)


def said(loan: Loan, *conditions: Condition) -> dict[UUID, Condition]:
    """By line in the order of the sheet: machine, mice, screen, card."""
    lines = loan.handover.pack.lines.order_by("wanted__position")
    return dict(zip(lines.values_list("uuid", flat=True), conditions, strict=True))


def back(lending: Lending, loan: Loan, *conditions: Condition) -> Loan:
    return return_loan(
        loan=loan,
        conditions=said(loan, *conditions),
        reason=END,
        by=lending.partners.coordinator,
    )


def laptop() -> Device:
    return Device.objects.get(kind=DeviceKind.LAPTOP)


def mice() -> int:
    return CountedStock.objects.get().on_hand


def test_a_machine_that_comes_back_is_to_be_erased_again(
    lending: Lending, loan: Loan
) -> None:
    drive = laptop().drives.get()
    assert (drive.status, drive.cycle) == (DriveStatus.ERASED, 1)
    back(lending, loan, G, G, G, G)
    drive.refresh_from_db()
    assert (drive.status, drive.cycle) == (DriveStatus.AWAITING_ERASURE, 2)
    assert drive.proof is None
    device = laptop()
    assert device.status == DeviceStatus.RETURNED
    assert device.data_state == DataState.AT_RISK


def test_what_can_be_given_out_again_is_stock_again(
    lending: Lending, loan: Loan
) -> None:
    assert mice() == 18
    back(lending, loan, G, W, G, G)
    assert mice() == 20
    assert SimCard.objects.get().status == SimStatus.RETURNED
    assert not loan.handover.pack.lines.filter(released_at=None).exists()
    loan.handover.pack.refresh_from_db()
    assert loan.handover.pack.status == PackStatus.CLOSED


@pytest.mark.parametrize("how", [D, M])
def test_what_is_broken_or_missing_is_not_stock(
    lending: Lending, loan: Loan, how: Condition
) -> None:
    back(lending, loan, G, how, G, G)
    assert mice() == 18


def test_mice_that_were_missing_are_stock_again_once_found(
    lending: Lending, loan: Loan
) -> None:
    by = lending.partners.coordinator
    loan = back(lending, loan, G, M, G, G)
    [line] = things_out(loan.handover.pack)
    assert line.counted_kind is not None
    take_back_missing(loan=loan, conditions={line.uuid: G}, by=by)
    assert mice() == 20
    assert things_out(loan.handover.pack) == []


def test_of_several_as_many_are_stock_as_came(lending: Lending, loan: Loan) -> None:
    conditions = said(loan, G, G, G, G)
    line = list(conditions)[1]
    by = lending.partners.coordinator
    with refused(ConditionsUnsaid):
        return_loan(
            loan=loan, conditions=conditions, counts={line: 3}, reason=END, by=by
        )
    loan = return_loan(
        loan=loan, conditions=conditions, counts={line: 1}, reason=END, by=by
    )
    assert mice() == 19
    assert loan.receipt is not None
    assert "souris" in str(return_spec(loan.receipt).blocks[3])


def test_a_loan_says_when_it_came_back_why_and_how(
    lending: Lending, loan: Loan
) -> None:
    loan = back(lending, loan, D, G, M, G)
    assert loan.status == LoanStatus.RETURNED
    assert (loan.return_reason, loan.returned_at is not None) == ("end", True)
    assert sorted(loan.condition_in.values()) == ["damaged", "good", "good", "missing"]
    told = loan.events.latest("sequence").data
    assert len(told["missing"]) == 1
    loan = close_loan(loan=loan, by=lending.partners.coordinator)
    assert loan.status == LoanStatus.CLOSED


def test_a_loan_comes_back_once(lending: Lending, loan: Loan) -> None:
    conditions = said(loan, G, G, G, G)
    back(lending, loan, G, G, G, G)
    with refused(StatusImpossible):
        return_loan(
            loan=loan,
            conditions=conditions,
            reason=END,
            by=lending.partners.coordinator,
        )


def test_each_thing_is_spoken_of_and_no_other(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    conditions = said(loan, G, G, G, G)
    with refused(LineForeign):
        return_loan(loan=loan, conditions={**conditions, uuid4(): G}, reason=END, by=by)
    del conditions[next(iter(conditions))]
    with refused(ConditionsUnsaid):
        return_loan(loan=loan, conditions=conditions, reason=END, by=by)
    with refused(NothingCameBack):
        back(lending, loan, M, M, M, M)


def test_only_the_staff_takes_a_loan_back(lending: Lending, loan: Loan) -> None:
    conditions = said(loan, G, G, G, G)
    for by in (lending.partners.admin, lending.world.technician):
        with refused(NotPermitted):
            return_loan(loan=loan, conditions=conditions, reason=END, by=by)


def test_the_receipt_says_what_is_missing_and_that_it_will_be_erased(
    lending: Lending, loan: Loan
) -> None:
    receipt = back(lending, loan, G, G, M, G).receipt
    assert receipt is not None
    assert receipt.kind == DocumentKind.RETURN_RECEIPT
    assert receipt.number.startswith("PVR-")
    assert receipt.content["person"] == "Samira B."
    assert len(receipt.content["to_erase"]) == 1
    spec = return_spec(receipt)
    assert len(spec.blocks) == 6


def test_a_lost_loan_that_turns_up_comes_back(lending: Lending, loan: Loan) -> None:
    report_lost(loan=loan, by=lending.partners.coordinator)
    back(lending, loan, G, G, G, G)
    assert laptop().status == DeviceStatus.RETURNED
    assert laptop().drives.get().status == DriveStatus.AWAITING_ERASURE
    assert SimCard.objects.get().status == SimStatus.RETURNED


def test_what_was_missing_is_lost_and_may_turn_up_later(
    lending: Lending, loan: Loan
) -> None:
    by = lending.partners.coordinator
    loan = back(lending, loan, M, G, G, G)
    assert laptop().status == DeviceStatus.LOST
    [line] = things_out(loan.handover.pack)
    assert line.wanted.label == "L’ordinateur"
    loan = take_back_missing(loan=loan, conditions={line.uuid: W}, by=by)
    assert laptop().status == DeviceStatus.RETURNED
    assert things_out(loan.handover.pack) == []
    assert loan.condition_in[str(line.uuid)] == "worn"
    with refused(NothingCameBack):
        take_back_missing(loan=loan, conditions={}, by=by)


def test_nothing_is_late_before_the_pack_is_back(lending: Lending, loan: Loan) -> None:
    by = lending.partners.coordinator
    with refused(StatusImpossible):
        take_back_missing(loan=loan, conditions=said(loan, G, G, G, G), by=by)


def test_what_was_lost_and_written_off_may_turn_up(
    lending: Lending, loan: Loan
) -> None:
    by = lending.partners.coordinator
    report_lost(loan=loan, by=by)
    loan = write_off_loan(loan=loan, by=by)
    take_back_missing(loan=loan, conditions=said(loan, G, G, G, G), by=by)
    assert laptop().status == DeviceStatus.RETURNED


def test_a_given_pack_may_be_given_back_and_is_erased_as_any(lending: Lending) -> None:
    given = lending.hand_over(mode=HandOverMode.GIFT, screen=True)
    lines = given.pack.lines.order_by("wanted__position")
    keys = lines.values_list("uuid", flat=True)
    receipt = take_back_gift(
        handover=given,
        conditions=dict(zip(keys, (G, G, M), strict=True)),
        reason=ReturnReason.TOO_HARD,
        by=lending.partners.coordinator,
    )
    assert receipt.subject_uuid == given.uuid
    assert laptop().status == DeviceStatus.RETURNED
    assert laptop().drives.get().status == DriveStatus.AWAITING_ERASURE
    screen = Device.objects.get(kind=DeviceKind.SCREEN)
    assert screen.status == DeviceStatus.HANDED_OVER


def test_a_loan_is_not_taken_back_as_a_gift(lending: Lending, loan: Loan) -> None:
    with refused(StatusImpossible):
        take_back_gift(
            handover=loan.handover,
            conditions=said(loan, G, G, G, G),
            reason=END,
            by=lending.partners.coordinator,
        )


def test_receipts_are_numbered_without_gaps(lending: Lending, loan: Loan) -> None:
    with refused(NothingCameBack):
        back(lending, loan, M, M, M, M)
    back(lending, loan, G, G, G, G)
    year = timezone.localdate().year
    [number] = Document.objects.filter(kind=DocumentKind.RETURN_RECEIPT).values_list(
        "number", flat=True
    )
    assert number == f"PVR-{year}-00001"


def test_a_pack_of_the_real_acts_comes_back_and_its_machine_goes_out_again(
    db: None,
) -> None:
    desk = make_desk()
    world, staff = desk.bench.world, desk.staff
    hotspot = RecipeLine(nature=LineNature.CONNECTION, label="Internet", modem=True)
    pack = desk.ready(LAPTOP, hotspot, units=(world.ready(), desk.bench.hotspot()))
    loan = desk.signed(pack, mode=HandOverMode.LOAN).loan
    lines = pack.lines.values_list("uuid", flat=True)
    loan = return_loan(
        loan=loan, conditions=dict.fromkeys(lines, G), reason=END, by=staff
    )
    assert Modem.objects.get().status == SimStatus.RETURNED
    device, again = laptop(), desk.bench.begin()
    with refused(DriveUnproven):
        desk.bench.fill(again, device)
    world.erase(device.drives.get())
    device = world.to_check(device)
    good = world.good_lines(device)
    pass_quality_check(device=device, lines=good, by=world.technician)  # type: ignore[arg-type]
    declare_ready(device=device, by=world.technician)
    assert desk.bench.fill(again, laptop()).device == device
