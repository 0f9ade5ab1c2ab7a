"""A loan that becomes a gift: the person keeps what was lent to them."""

from __future__ import annotations

from django.db import transaction

from backoffice.core.actors import Actor
from backoffice.core.models import Document
from inventory.states import DeviceStatus
from lending.actions.handover_papers import issue_gift_deed
from lending.actions.loan_access import hold_loan
from lending.actions.pack_units import move_devices
from lending.actions.status import change_status
from lending.models import Loan, LoanEvent
from lending.states import LOAN_NEXT, LoanStatus


@transaction.atomic(durable=True)
def turn_into_gift(*, loan: Loan, by: Actor) -> Document:
    """Let the person keep what was lent to them: the deed (D11) says so.

    Each machine passes the gate of the inventory once more. What broke meanwhile
    stands in the deed as damaged.
    """
    loan, pack, user = hold_loan(loan, by)
    damages = loan.events.filter(verb="damaged")
    damaged = {event.data["line"] for event in damages}
    deed = issue_gift_deed(loan.handover, user, damaged=damaged)
    change_status(
        loan,
        LoanStatus.GIVEN,
        "given",
        next_after=LOAN_NEXT,
        journal=LoanEvent,
        by=by,
        data={"number": deed.number},
    )
    move_devices(pack, DeviceStatus.HANDED_OVER, "given", by=by)
    return deed
