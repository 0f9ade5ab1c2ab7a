"""Reminders of loans: each step once, whatever dies in the middle; one at a click."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from backoffice.core.outbox import write_all, written
from lending import reminding
from lending.actions.loan_access import hold_loan
from lending.errors import ReminderJustSent, StatusImpossible
from lending.models import Loan, LoanEvent
from lending.reminding import Recipient
from lending.states import LoanStatus


@transaction.atomic(durable=True)
def remind_batch(*, loans: Sequence[int], today: dt.date, by: Actor) -> int:
    """Write the reminders that are due of these loans (their pks); how many are new.

    What a message is about is in its key: written once, it is not written again, and
    steps that nobody was there to send are left out but for the last.
    """
    due = _due(loans, today)
    rows = list(reminding.with_people(Loan.objects.filter(pk__in=due)).order_by("pk"))
    circle = reminding.circle_of(rows)
    letters, told = [], {}
    for loan in rows:
        step = due[loan.pk]
        recipient = reminding.recipient_of(loan, circle)
        key = reminding.key_of(loan, step)
        letters.append(reminding.letter(loan, recipient, key, today))
        told[key] = (loan, _said(step, recipient))
    fresh = write_all(letters, by)
    LoanEvent.append_each("reminded", [told[each.key] for each in fresh], by=by)
    return len(fresh)


def _due(loans: Sequence[int], today: dt.date) -> dict[int, int]:
    """Those of these loans, now held, whose last step nobody has written: pk to step."""
    held = Loan.objects.active().filter(pk__in=loans).order_by("pk")
    steps = {
        loan: step
        for loan in held.select_for_update()
        if (step := reminding.step_due(loan, today)) is not None
    }
    known = written(reminding.key_of(loan, step) for loan, step in steps.items())
    return {
        loan.pk: step
        for loan, step in steps.items()
        if reminding.key_of(loan, step) not in known
    }


@transaction.atomic(durable=True)
def send_reminder_now(*, loan: Loan, by: Actor) -> Recipient:
    """Remind whoever has a pack, or knows them, because somebody asks: once a day."""
    loan, _pack, _user = hold_loan(loan, by)
    if loan.status != LoanStatus.ACTIVE:
        raise StatusImpossible(
            _("%(pack)s is not with the person: “%(now)s”.")
            % {"pack": loan.handover.pack, "now": loan.get_status_display()},
            status=loan.status,
        )
    today = timezone.localdate()
    recipient = reminding.recipient_of(loan, reminding.circle_of([loan]))
    key = f"loan:{loan.uuid}:asked:{today}"
    if not write_all([reminding.letter(loan, recipient, key, today)], by):
        raise ReminderJustSent(
            _("A reminder of %(pack)s was sent today already.")
            % {"pack": loan.handover.pack},
            advice=_("Call, or wait until tomorrow."),
        )
    LoanEvent.append(loan, "reminded", by=by, data=_said("asked", recipient))
    return recipient


def _said(step: object, recipient: Recipient) -> dict[str, object]:
    """For the journal: no address, no number, no name."""
    return {"step": step, "means": recipient.means.value, "to": recipient.who}
