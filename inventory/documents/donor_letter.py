"""The mail that brings a lot's summary to its donor."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Sum
from django.db.models.functions import Length
from django.template.loader import render_to_string
from django.utils import translation

from inventory.models import Certificate, DonorMail
from inventory.models.certificate import CertificateQuerySet

# What most mail servers take, once it is written in base64.
FITS_BYTES = 6 * 1024 * 1024


def donor_letter(mail: DonorMail) -> EmailMessage:
    """The summary, and the other documents of the lot where they fit."""
    document = mail.summary.document
    papers = Certificate.objects.visible_to(mail.asked_by).filter(lot=mail.lot)
    others = papers.standing().exclude(pk=mail.summary_id)
    others = others.select_related("document__file").order_by("document__number")
    whole = others.aggregate(bytes=Sum(Length("document__file__pdf")))["bytes"] or 0
    context = {
        "lot": mail.lot,
        "number": document.number,
        "check": document.content["check"],
        "papers": others.count(),
        "attached": 0 < whole <= FITS_BYTES,
        "organisation": settings.ORGANISATION["name"],
    }
    with translation.override(document.language):
        subject = render_to_string("inventory/mail/certificates_subject.txt", context)
        body = render_to_string("inventory/mail/certificates.txt", context)
    letter = EmailMessage(subject.strip(), body, None, [mail.address])
    pdf = bytes(document.file.pdf)
    letter.attach(f"{document.number}.pdf", pdf, "application/pdf")
    if context["attached"]:
        letter.attach(f"{mail.lot.code}.zip", _zipped(others), "application/zip")
    return letter


def _zipped(papers: CertificateQuerySet) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for paper in papers.iterator(chunk_size=10):
            name = f"{paper.document.number}.pdf"
            archive.writestr(name, bytes(paper.document.file.pdf))
    return out.getvalue()
