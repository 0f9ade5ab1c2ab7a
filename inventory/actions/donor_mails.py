"""A lot’s summary sent to its donor: asked for, tried again, given up."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.actors import Actor, Machine, keep_form, permit
from inventory.actions.certificate_steps import ISSUE
from inventory.errors import DonorMailOver
from inventory.models import Certificate, Donation, DonationEvent, DonorMail
from inventory.models.certificate_run import LONGEST_FAILURE

JOB = Machine("send_donor_mails")
# How long after a failure it is tried again; the last one counts from then on.
PAUSES = (1, 5, 15, 60, 4 * 60)
# While a mail server is being talked to, nobody else tries.
UNDER_WAY = dt.timedelta(minutes=10)


@transaction.atomic(durable=True)
def ask_donor_mail(*, summary: Certificate, address: str, by: Actor) -> DonorMail:
    """Have a lot’s summary sent to its donor; a job does it, as often as it takes."""
    donation = Donation.objects.lock(summary.lot.donation_id)
    user = permit(by, ISSUE, at=donation.site_id)
    now = timezone.now()
    mail = DonorMail.objects.create(
        lot=summary.lot,
        summary=summary,
        address=address,
        asked_by=user,
        asked_at=now,
        next_try_at=now,
    )
    data = {"lot": summary.lot.code, "number": summary.document.number}
    DonationEvent.append(donation, "mail_asked", by=by, data=data)
    return mail


@transaction.atomic(durable=True)
def retry_donor_mail(*, mail: DonorMail, by: Actor) -> DonorMail:
    """Try a waiting mail at once, without waiting for its pause to end."""
    donation = Donation.objects.lock(mail.lot.donation_id)
    permit(by, ISSUE, at=donation.site_id)
    mail = _waiting(mail)
    keep_form(by)
    mail.next_try_at = timezone.now()
    mail.save(update_fields=["next_try_at"])
    return mail


@transaction.atomic(durable=True)
def give_up_donor_mail(*, mail: DonorMail, by: Actor) -> DonorMail:
    """Send a waiting mail no more, and forget its address."""
    donation = Donation.objects.lock(mail.lot.donation_id)
    permit(by, ISSUE, at=donation.site_id)
    mail = _waiting(mail)
    mail.next_try_at, mail.given_up_at, mail.address = None, timezone.now(), ""
    mail.save(update_fields=["next_try_at", "given_up_at", "address"])
    data = {"lot": mail.lot.code, "number": mail.summary.document.number}
    DonationEvent.append(donation, "mail_given_up", by=by, data=data)
    return mail


@transaction.atomic(durable=True)
def take_donor_mail() -> DonorMail | None:
    """Take up the mail that is due; None where there is none.

    Killed while it talks to the mail server, it is tried again after ten minutes.
    """
    now = timezone.now()
    due = DonorMail.objects.due(now).select_for_update(of=("self",))
    mail = due.select_related("lot", "summary__document", "asked_by").first()
    if mail is not None:
        mail.next_try_at = now + UNDER_WAY
        mail.tries += 1
        mail.save(update_fields=["next_try_at", "tries"])
    return mail


@transaction.atomic(durable=True)
def note_donor_mail(*, mail: DonorMail, failure: str = "", by: Actor = JOB) -> None:
    """Keep that a mail was taken by a mail server, or why it was not."""
    donation = Donation.objects.lock(mail.lot.donation_id)
    tries = mail.tries
    mail = DonorMail.objects.select_related("lot", "summary__document").lock(mail.pk)
    if mail.next_try_at is None:
        return
    if failure:
        pause = PAUSES[min(tries, len(PAUSES)) - 1]
        mail.failure = failure[:LONGEST_FAILURE]
        mail.next_try_at = timezone.now() + dt.timedelta(minutes=pause)
        mail.save()
        return
    mail.sent_at, mail.next_try_at = timezone.now(), None
    mail.failure = mail.address = ""
    mail.save()
    data = {"lot": mail.lot.code, "number": mail.summary.document.number}
    DonationEvent.append(donation, "certificates_sent", by=by, data=data)


def _waiting(mail: DonorMail) -> DonorMail:
    mail = DonorMail.objects.select_related("lot", "summary__document").lock(mail.pk)
    if mail.next_try_at is None:
        raise DonorMailOver(
            _("This mail does not wait any more."),
            number=mail.summary.document.number,
        )
    return mail
