"""The receipt of a return, on a screen and as the PDF that is printed."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from backoffice.core import pdf
from backoffice.core.documents import content_hash
from backoffice.core.models import Document
from backoffice.core.requests import UserRequest
from lending.documents.returning import receipts_of, return_spec
from lending.models import HandOver
from lending.views.sides import two_sided


@two_sided("lending.view_handover")
@require_safe
def return_receipt(request: UserRequest, document: uuid.UUID) -> HttpResponse:
    """For the staff, and for the members of the structure the pack went to."""
    receipt = _receipt(request, document)
    context = {
        "document": receipt,
        "spec": return_spec(receipt),
        "is_intact": content_hash(receipt) == receipt.sha256,
    }
    return render(request, "lending/return_receipt.html", context)


@two_sided("lending.view_handover")
@require_safe
def return_receipt_pdf(request: UserRequest, document: uuid.UUID) -> HttpResponse:
    receipt = _receipt(request, document)
    return HttpResponse(
        pdf.render(return_spec(receipt)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{receipt.number}.pdf"'},
    )


def _receipt(request: UserRequest, document: uuid.UUID) -> Document:
    """Of the hand-overs that somebody sees."""
    handovers = HandOver.objects.visible_to(request.user).values("uuid")
    return get_object_or_404(receipts_of(handovers), uuid=document)
