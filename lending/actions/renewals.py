"""A structure asks that a pack stay longer: said to who can agree to it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor
from lending.actions.access import require_member
from lending.errors import AskedAlready, StatusImpossible
from lending.mail import mail_renewal_asked
from lending.models import HandOver, Loan, LoanEvent
from lending.states import LoanStatus


@transaction.atomic(durable=True)
def ask_for_renewal(*, loan: Loan, by: Actor) -> Loan:
    """Ask the association, as a member of the structure, to lend for longer."""
    loan = Loan.objects.lock(loan.pk)
    loan.handover = HandOver.objects.select_related("pack", "structure").get(
        pk=loan.handover_id
    )
    require_member(by, loan.handover.structure)
    if loan.status != LoanStatus.ACTIVE:
        raise StatusImpossible(
            _("%(pack)s is not with the person: “%(now)s”.")
            % {"pack": loan.handover.pack, "now": loan.get_status_display()},
            status=loan.status,
        )
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if loan.events.filter(verb="renewal_asked", recorded_at__gte=today).exists():
        raise AskedAlready(
            _("Your structure has asked today already."),
            advice=_("The association has been told, and answers."),
        )
    event = LoanEvent.append(loan, "renewal_asked", by=by)
    mail_renewal_asked(loan, event, by=by)
    return loan
