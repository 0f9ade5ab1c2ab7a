"""A lot's summary by mail to its donor, with the certificates where they fit."""

from __future__ import annotations

import uuid
from io import BytesIO
from zipfile import ZipFile

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.mail import EmailMessage
from django.db.models import Sum
from django.db.models.functions import Length
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.certificates import SendForm
from inventory.models import Certificate, Lot
from inventory.models.certificate import CertificateQuerySet
from inventory.views.certificate_lot import found_lot, papers_of
from inventory.views.workshop import asked_or_posted

# What most mail servers take, once it is written in base64.
FITS_BYTES = 6 * 1024 * 1024


@permission_required("inventory.issue_certificate", raise_exception=True)
@asked_or_posted
def lot_send(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    """Issue the summary as it stands now, and send it."""
    lot = found_lot(request, lot_uuid)
    donor = lot.donation.donor
    first = {"address": donor.email, "language": settings.LANGUAGE_CODE}
    form = SendForm(request.POST or None, initial=first)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        status = 409
        try:
            summary = actions.issue_lot_summary(
                lot=lot, language=form.cleaned_data["language"], by=acting(request)
            )
            _send(lot, summary, papers_of(request, lot), form.cleaned_data["address"])
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        except OSError:
            form.add_error(None, _("The mail server did not take it. Try again later."))
        else:
            actions.note_certificates_sent(
                lot=lot, number=summary.document.number, by=acting(request)
            )
            messages.success(request, _("The summary is sent."))
            return redirect("inventory:lot-certificates", lot_uuid=lot.uuid)
    context = {"lot": lot, "form": form}
    return render(request, "inventory/lot_send.html", context, status=status)


def _send(
    lot: Lot, summary: Certificate, papers: CertificateQuerySet, address: str
) -> None:
    """Raises OSError (smtplib's errors are) where the mail server takes no mail."""
    document = summary.document
    others = papers.exclude(pk=summary.pk).select_related("document__file")
    whole = others.aggregate(bytes=Sum(Length("document__file__pdf")))["bytes"] or 0
    context = {
        "lot": lot,
        "number": document.number,
        "check": document.content["check"],
        "papers": others.count(),
        "attached": 0 < whole <= FITS_BYTES,
        "organisation": settings.ORGANISATION["name"],
    }
    with translation.override(document.language):
        subject = render_to_string("inventory/mail/certificates_subject.txt", context)
        body = render_to_string("inventory/mail/certificates.txt", context)
    mail = EmailMessage(subject.strip(), body, None, [address])
    mail.attach(f"{document.number}.pdf", bytes(document.file.pdf), "application/pdf")
    if context["attached"]:
        mail.attach(f"{lot.code}.zip", _zipped(others), "application/zip")
    mail.send()


def _zipped(papers: CertificateQuerySet) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for paper in papers.iterator(chunk_size=10):
            name = f"{paper.document.number}.pdf"
            archive.writestr(name, bytes(paper.document.file.pdf))
    return out.getvalue()
