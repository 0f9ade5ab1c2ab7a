"""A pack lent: until a day or without one, longer, for good, or gone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.transactions import require_transaction
from inventory.actions.status import change_status as change_device_status
from inventory.states import DeviceStatus
from lending.actions.loan_access import hold_loan, refuse_impossible_due
from lending.actions.losing import lose_connections
from lending.actions.pack_units import locked_devices
from lending.actions.status import change_status
from lending.errors import (
    LineForeign,
    RenewalsUsedUp,
    ReportMissing,
    StatusImpossible,
)
from lending.models import HandOver, Loan, LoanEvent, Pack, PackLine, SimCard
from lending.states import LOAN_NEXT, Condition, Damage, LoanStatus


def start_loan(
    handover: HandOver,
    due_on: dt.date | None,
    condition_out: Mapping[str, Condition],
    by: Actor,
) -> Loan:
    """Begin the loan of a pack as it is signed for: a step.

    `due_on` None lends without an end. `condition_out` is by the public id of each
    line. Refuses a day that is past.
    """
    require_transaction()
    if due_on is not None:
        refuse_impossible_due(due_on)
    loan = Loan.objects.create(
        handover=handover,
        starts_on=timezone.localdate(),
        due_on=due_on,
        condition_out={line: str(seen) for line, seen in condition_out.items()},
        status_since=timezone.now(),
    )
    data = {"pack": str(handover.pack.uuid), "due_on": _said(due_on)}
    LoanEvent.append(loan, "started", by=by, data=data)
    return loan


@transaction.atomic(durable=True)
def renew_loan(*, loan: Loan, due_on: dt.date, by: Actor) -> Loan:
    """Let a pack stay longer, as often as was agreed.

    A loan without an end gets one, which is no renewal.
    """
    loan, _pack, _user = hold_loan(loan, by)
    _refuse_unless_with_person(loan)
    refuse_impossible_due(due_on, after=loan.due_on)
    was = loan.due_on
    if was is not None:
        _refuse_once_too_often(loan)
        loan.renewals += 1
    loan.due_on = due_on
    loan.save(update_fields=["due_on", "renewals"])
    data = {"due_on": [_said(was), _said(due_on)], "renewals": loan.renewals}
    LoanEvent.append(loan, "renewed" if was else "end_agreed", by=by, data=data)
    return loan


@transaction.atomic(durable=True)
def report_lost(*, loan: Loan, by: Actor) -> Loan:
    """Write down that a lent pack is lost: its machines, its cards."""
    loan, pack, _user = hold_loan(loan, by)
    _gone(loan, pack, LoanStatus.LOST, "lost", by)
    return loan


@transaction.atomic(durable=True)
def report_stolen(*, loan: Loan, reference: str, by: Actor) -> Loan:
    """Write down that a lent pack was stolen, with the reference of the report."""
    loan, pack, _user = hold_loan(loan, by)
    reference = reference.strip()
    if not reference:
        raise ReportMissing(
            _("A theft is written down with the reference of its report."),
            advice=_("Ask the person for the number on the report to the police."),
        )
    loan.report_reference = reference
    _gone(loan, pack, LoanStatus.STOLEN, "stolen", by, "report_reference")
    return loan


@transaction.atomic(durable=True)
def report_damaged(*, loan: Loan, line: uuid.UUID, damage: Damage, by: Actor) -> Loan:
    """Write down that something in a lent pack broke; it stays with the person."""
    loan, pack, _user = hold_loan(loan, by)
    _refuse_unless_with_person(loan)
    if not pack.lines.filter(uuid=line, filled_at__isnull=False).exists():
        raise LineForeign(_("This is not in the pack."))
    data = {"line": str(line), "damage": damage.value}
    LoanEvent.append(loan, "damaged", by=by, data=data)
    return loan


@transaction.atomic(durable=True)
def write_off_loan(*, loan: Loan, by: Actor) -> Loan:
    """Expect a pack no more: what is lost or stolen stays so, the rest is written off."""
    loan, pack, _user = hold_loan(loan, by)
    change_status(
        loan,
        LoanStatus.WRITTEN_OFF,
        "written_off",
        next_after=LOAN_NEXT,
        journal=LoanEvent,
        by=by,
    )
    _move_out(pack, DeviceStatus.WRITTEN_OFF, "written_off", by)
    lose_connections(pack.lines.filter(released_at=None), by)
    return loan


@transaction.atomic(durable=True)
def close_loan(*, loan: Loan, by: Actor) -> Loan:
    """Say that what came back was looked at: nothing is left to do about the loan."""
    loan, _pack, _user = hold_loan(loan, by)
    change_status(
        loan,
        LoanStatus.CLOSED,
        "closed",
        next_after=LOAN_NEXT,
        journal=LoanEvent,
        by=by,
    )
    return loan


def renewals_used_up(loan: Loan) -> RenewalsUsedUp | None:
    """What keeps a loan with an end from being renewed once more, if anything does."""
    if loan.due_on is None or loan.renewals < loan.max_renewals:
        return None
    return RenewalsUsedUp(
        _("This loan was renewed as often as was agreed (%(count)s).")
        % {"count": loan.renewals},
        advice=_("Take the pack back, make a gift of it, or sign a new loan."),
        renewals=loan.renewals,
    )


def plans_ending_before(pack: Pack, due_on: dt.date | None) -> list[SimCard]:
    """The cards in a pack whose plan ends before the loan does, the first to end first.

    Without a day of return, every plan that ends at all.
    """
    inside = PackLine.objects.filter(pack=pack, released_at=None)
    cards = SimCard.objects.filter(
        Q(packed__in=inside) | Q(modem__packed__in=inside), plan_ends_on__isnull=False
    )
    if due_on is not None:
        cards = cards.filter(plan_ends_on__lt=due_on)
    return list(cards.select_related("plan").distinct().order_by("plan_ends_on", "pk"))


def _gone(
    loan: Loan, pack: Pack, to: LoanStatus, verb: str, by: Actor, *also: str
) -> None:
    """The locked loan and everything of its pack become lost, or stolen."""
    change_status(
        loan, to, verb, next_after=LOAN_NEXT, journal=LoanEvent, by=by, also=also
    )
    _move_out(pack, DeviceStatus(to.value), verb, by)
    lose_connections(pack.lines.filter(released_at=None), by)


def _move_out(pack: Pack, to: DeviceStatus, verb: str, by: Actor) -> None:
    """The machines of a locked pack that are with the person are there no more."""
    for device in locked_devices(pack):
        if device.status == DeviceStatus.ON_LOAN:
            data = {"pack": pack.tag}
            change_device_status(device, to, verb, by=by, data=data)


def _refuse_unless_with_person(loan: Loan) -> None:
    if loan.status != LoanStatus.ACTIVE:
        raise StatusImpossible(
            _("%(pack)s is not with the person: “%(now)s”.")
            % {"pack": loan.handover.pack, "now": loan.get_status_display()},
            status=loan.status,
        )


def _refuse_once_too_often(loan: Loan) -> None:
    if refusal := renewals_used_up(loan):
        raise refusal


def _said(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
