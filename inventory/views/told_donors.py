"""What a lot’s donor was told last, where that is not how things stand any more."""

from __future__ import annotations

from django.http import HttpRequest

from inventory.actions.lot_balance import Outlook, outlook_of
from inventory.models import CancelReason, DonorMail, Lot


def outdated_mail(
    request: HttpRequest, lot: Lot, outlook: Outlook | None = None
) -> DonorMail | None:
    """The newest mail that left, if its summary counts no more, or says otherwise."""
    mails = DonorMail.objects.visible_to(request.user).filter(lot=lot)
    sent = mails.exclude(sent_at=None).select_related("summary__document")
    last = sent.order_by("-sent_at").first()
    if last is None or not _is_outdated(last, outlook or outlook_of(lot)):
        return None
    return last


def _is_outdated(mail: DonorMail, outlook: Outlook) -> bool:
    summary = mail.summary
    if summary.has_fallen or outlook.differs_from(summary):
        return True
    # A newer one may say the same in another language.
    replaced = summary.cancelled_at is not None
    return replaced and summary.cancel_reason != CancelReason.SUPERSEDED
