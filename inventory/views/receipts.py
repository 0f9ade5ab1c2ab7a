"""The donor's receipt: given once, drawn again whenever it is asked for."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core import pdf
from backoffice.core.documents import content_hash
from backoffice.core.models import Document, DocumentKind
from backoffice.core.paper import DocumentSpec, Organisation
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.documents import DeviceFacts, DonorFacts, ReceiptFacts, receipt_spec
from inventory.methods import ErasurePolicy
from inventory.models import DeviceKind, Donation

# Which template drew which version; an old one stays as long as its documents do.
TEMPLATES: Mapping[int, Callable[[ReceiptFacts], DocumentSpec]] = {1: receipt_spec}


@permission_required("inventory.manage_donation", raise_exception=True)
@require_POST
def receipt_issue(request: UserRequest, donation_uuid: uuid.UUID) -> HttpResponse:
    donations = Donation.objects.visible_to(request.user)
    donation = get_object_or_404(donations, uuid=donation_uuid)
    known = dict(settings.LANGUAGES)
    chosen = request.POST.get("language", "")
    document = actions.issue_donation_receipt(
        donation=donation,
        language=chosen if chosen in known else settings.LANGUAGE_CODE,
        by=acting(request),
    )
    return redirect("inventory:receipt-detail", document_uuid=document.uuid)


@permission_required("inventory.manage_donation", raise_exception=True)
@require_safe
def receipt_detail(request: HttpRequest, document_uuid: uuid.UUID) -> HttpResponse:
    """The same receipt as the PDF, to read on a screen."""
    document = _receipt(request, document_uuid)
    return render(
        request,
        "inventory/receipt_detail.html",
        {
            "document": document,
            "spec": _spec(document),
            "is_intact": content_hash(document) == document.sha256,
        },
    )


@permission_required("inventory.manage_donation", raise_exception=True)
@require_safe
def receipt_pdf(request: HttpRequest, document_uuid: uuid.UUID) -> HttpResponse:
    document = _receipt(request, document_uuid)
    return HttpResponse(
        pdf.render(_spec(document)),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{document.number}.pdf"'},
    )


def _receipt(request: HttpRequest, document_uuid: uuid.UUID) -> Document:
    receipts = Document.objects.visible_to(request.user).filter(
        kind=DocumentKind.DONATION_RECEIPT
    )
    return get_object_or_404(receipts, uuid=document_uuid)


def _spec(document: Document) -> DocumentSpec:
    return TEMPLATES[document.template_version](_facts(document))


def _facts(document: Document) -> ReceiptFacts:
    """What was frozen when the receipt was given, and nothing that came later."""
    said: dict[str, Any] = document.content
    address = reverse("inventory:receipt-detail", args=[document.uuid])
    with translation.override(document.language):
        verification = _("To verify this document: %(address)s") % {
            "address": settings.BASE_URL + address
        }
    return ReceiptFacts(
        organisation=Organisation(**said["organisation"]),
        number=document.number,
        issued_on=timezone.localdate(document.issued_at),
        language=document.language,
        template_version=document.template_version,
        sha256=document.sha256,
        verification=verification,
        donor=DonorFacts(
            name=said["donor"]["name"],
            registration=said["donor"]["registration"],
            address=said["donor"]["address"],
            contact=said["donor"]["contact"],
        ),
        site=said["site"],
        received_on=dt.date.fromisoformat(said["received_on"]),
        reference=said["reference"],
        erasure_policy=ErasurePolicy(said["erasure_policy"]),
        lots=tuple(said["lots"]),
        quantities=tuple(
            (DeviceKind(kind), count) for kind, count in said["quantities"]
        ),
        devices=tuple(
            DeviceFacts(tag, DeviceKind(kind), title, serial)
            for tag, kind, title, serial in said["devices"]
        ),
    )
