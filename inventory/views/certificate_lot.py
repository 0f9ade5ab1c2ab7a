"""The certificates of a whole lot: issued by a job, printed, zipped."""

from __future__ import annotations

import tempfile
import uuid
import zipfile
from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core import periodic
from backoffice.core.merged_pdf import merged
from backoffice.core.models import DocumentKind
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.actions.certificate_batch import (
    progress_of,
    proofs_of,
    without_paper,
)
from inventory.actions.certificate_rules import refuse_doubtful_serial
from inventory.actions.lot_balance import outlook_of
from inventory.errors import SerialDoubtful
from inventory.forms.certificates import language_of
from inventory.models import Certificate, CertificateRun, DonorMail, Erasure, Lot
from inventory.models.certificate import CertificateQuerySet
from inventory.views.told_donors import outdated_mail

# How many that got none are looked at, and how many of them a page names.
AT_ONCE = 200
NAMED = 50
# The newest mails to the donor that a page names.
MAILS_SHOWN = 5
# One file to print holds so many documents.
PRINTED = 100
CHUNK = 2**16


@permission_required("inventory.view_certificate", raise_exception=True)
@require_safe
def lot_certificates(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    """How far a lot's certificates are, and what can be done with them."""
    lot = found_lot(request, lot_uuid)
    papers = papers_of(request, lot)
    runs = CertificateRun.objects.visible_to(request.user).filter(lot=lot)
    mails = DonorMail.objects.visible_to(request.user).filter(lot=lot)
    count = papers.count()
    outlook = outlook_of(lot)
    context = {
        "lot": lot,
        "progress": progress_of(lot),
        "run": runs.select_related("asked_by").first(),
        "mails": mails.select_related("summary__document", "asked_by")[:MAILS_SHOWN],
        "outlook": outlook,
        "outdated": outdated_mail(request, lot, outlook),
        "doubtful": _doubtful(lot),
        "summary": papers.filter(document__kind=DocumentKind.LOT_SUMMARY).first(),
        "papers": count,
        "parts": range(1, -(-count // PRINTED) + 1),
    }
    return render(request, "inventory/lot_certificates.html", context)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def lot_certify(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    """Have what is missing issued by a job; the page shows how far it is."""
    lot = found_lot(request, lot_uuid)
    actions.ask_certificates(
        lot=lot,
        language=language_of(request.POST.get("language", "")),
        by=acting(request),
    )
    periodic.soon()
    return redirect("inventory:lot-certificates", lot_uuid=lot.uuid)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def lot_certify_cancel(
    request: UserRequest, lot_uuid: uuid.UUID, run_uuid: uuid.UUID
) -> HttpResponse:
    runs = CertificateRun.objects.visible_to(request.user).select_related("lot")
    run = get_object_or_404(runs, uuid=run_uuid, lot__uuid=lot_uuid)
    actions.cancel_certificate_run(run=run, by=acting(request))
    messages.success(request, _("No more are issued. What is issued stays."))
    return redirect("inventory:lot-certificates", lot_uuid=lot_uuid)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def lot_summary(request: UserRequest, lot_uuid: uuid.UUID) -> HttpResponse:
    summary = actions.issue_lot_summary(
        lot=found_lot(request, lot_uuid),
        language=language_of(request.POST.get("language", "")),
        by=acting(request),
    )
    messages.success(request, _("%(number)s is issued.") % {"number": summary})
    return redirect(
        "inventory:certificate-detail", certificate_uuid=summary.document.uuid
    )


@permission_required("inventory.view_certificate", raise_exception=True)
@require_safe
def lot_zip(request: UserRequest, lot_uuid: uuid.UUID) -> StreamingHttpResponse:
    """Every valid document of a lot as it was signed, with the list of their hashes."""
    lot = found_lot(request, lot_uuid)
    return StreamingHttpResponse(
        _zipped(papers_of(request, lot)),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{lot.code}.zip"'},
    )


@permission_required("inventory.view_certificate", raise_exception=True)
@require_safe
def lot_print(request: UserRequest, lot_uuid: uuid.UUID, part: str) -> HttpResponse:
    """A hundred documents in one file, for the printer."""
    lot = found_lot(request, lot_uuid)
    start = (_number(part) - 1) * PRINTED
    papers = papers_of(request, lot)
    if start < 0 or not papers[start : start + 1]:
        raise Http404
    files = (
        bytes(paper.document.file.pdf)
        for paper in _files(papers[start : start + PRINTED])
    )
    name = f"{lot.code}-{part}.pdf"
    return HttpResponse(
        merged(files),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def found_lot(request: HttpRequest, lot_uuid: uuid.UUID) -> Lot:
    lots = Lot.objects.visible_to(request.user)
    return get_object_or_404(
        lots.select_related("donation__donor", "donation__site"), uuid=lot_uuid
    )


def papers_of(request: HttpRequest, lot: Lot) -> CertificateQuerySet:
    """The documents of a lot that count, in the order of their numbers."""
    rows = Certificate.objects.visible_to(request.user).filter(lot=lot).standing()
    return rows.select_related("document").order_by("document__number")


def _zipped(papers: CertificateQuerySet) -> Iterator[bytes]:
    """Made on the disk: a lot’s files together would fill the memory."""
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w") as archive:
            sums = []
            for paper in _files(papers):
                name = f"{paper.document.number}.pdf"
                archive.writestr(name, bytes(paper.document.file.pdf))
                sums.append(f"{paper.document.file.sha256}  {name}\n")
            archive.writestr("SHA256SUMS", "".join(sums))
        packed.seek(0)
        while chunk := packed.read(CHUNK):
            yield chunk


def _files(papers: CertificateQuerySet) -> Iterator[Certificate]:
    """With their files, a few at a time: a lot has hundreds."""
    whole = papers.select_related("document__file").defer("document__content")
    return whole.iterator(chunk_size=10)


def _doubtful(lot: Lot) -> list[tuple[Erasure, str]]:
    """The drives that get no certificate, and why."""
    found = []
    for erasure in without_paper(proofs_of(lot), "erasure")[:AT_ONCE]:
        try:
            refuse_doubtful_serial(erasure.drive, erasure)
        except SerialDoubtful as refusal:
            found.append((erasure, refusal.message))
    return found[:NAMED]


def _number(text: str | None) -> int:
    """A small number out of an address; 0 for anything else."""
    return (
        int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0
    )
