"""A loan with its pack, locked in their order, and who may act on it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, permit
from backoffice.core.dates import date_format
from backoffice.core.models import User
from backoffice.core.transactions import require_transaction
from lending.errors import DateImpossible
from lending.models import HandOver, Loan, Pack

LEND = "lending.hand_over"
# Whoever wants to lend for longer lends without a day.
LONGEST = dt.timedelta(days=5 * 366)


def hold_loan(loan: Loan, by: Actor) -> tuple[Loan, Pack, User]:
    """The loan locked after its pack, for the staff of its site: a step."""
    require_transaction()
    handover = HandOver.objects.select_related("beneficiary").get(pk=loan.handover_id)
    pack = Pack.objects.lock(handover.pack_id)
    loan = Loan.objects.lock(loan.pk)
    handover.pack = pack
    loan.handover = handover
    return loan, pack, permit(by, LEND, at=handover.site_id)


def refuse_impossible_due(due_on: dt.date, *, after: dt.date | None = None) -> None:
    """A pack comes back today or later, later than was said before, within five years."""
    today = timezone.localdate()
    if due_on < today:
        raise DateImpossible(
            _("%(day)s is past: nobody can bring a pack back then.")
            % {"day": _day(due_on)},
            advice=_("Check the year and the month."),
            due_on=due_on.isoformat(),
        )
    if due_on > today + LONGEST:
        raise DateImpossible(
            _("%(day)s is more than five years from now.") % {"day": _day(due_on)},
            advice=_("Check the year, or lend without a date."),
            due_on=due_on.isoformat(),
        )
    if after is not None and due_on <= after:
        raise DateImpossible(
            _("The loan runs until %(day)s already.") % {"day": _day(after)},
            advice=_("Choose a later day."),
            due_on=due_on.isoformat(),
        )


def _day(day: dt.date) -> str:
    return date_format(day, "j F Y")
