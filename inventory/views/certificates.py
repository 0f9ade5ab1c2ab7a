"""Certificates: the list, each one as its paper says it, issued and cancelled."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.documents import content_hash
from backoffice.core.models import DocumentFile
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.documents.drawing import spec_of
from inventory.forms.certificates import CancelForm, CertificateFilter, language_of
from inventory.models import Certificate, Destruction, Erasure
from inventory.views.act_page import ActPage
from inventory.views.devices import found_device
from inventory.views.workshop import asked_or_posted


@permission_required("inventory.view_certificate", raise_exception=True)
@require_safe
def certificate_list(request: HttpRequest) -> HttpResponse:
    form = CertificateFilter(request.GET or None)
    rows = Certificate.objects.visible_to(request.user).for_list()
    if form.is_bound:
        rows = form.narrow(rows)
    context = {"form": form, "page": Slice(rows, request.GET.get("page"))}
    return render(request, "inventory/certificate_list.html", context)


@permission_required("inventory.view_certificate", raise_exception=True)
@require_safe
def certificate_detail(
    request: HttpRequest, certificate_uuid: uuid.UUID
) -> HttpResponse:
    """The same document as the PDF, to read on a screen."""
    certificate = found_certificate(request, certificate_uuid)
    document = certificate.document
    seen = Certificate.objects.visible_to(request.user).select_related("document")
    context = {
        "certificate": certificate,
        "document": document,
        "next": seen.filter(replaces=certificate).first(),
        "spec": spec_of(document),
        "is_intact": content_hash(document) == document.sha256,
    }
    return render(request, "inventory/certificate_detail.html", context)


@permission_required("inventory.view_certificate", raise_exception=True)
@require_safe
def certificate_pdf(request: HttpRequest, certificate_uuid: uuid.UUID) -> HttpResponse:
    """The signed bytes, as they were issued."""
    document = found_certificate(request, certificate_uuid).document
    file: DocumentFile = document.file
    return HttpResponse(
        bytes(file.pdf),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{document.number}.pdf"'},
    )


@permission_required("inventory.issue_certificate", raise_exception=True)
@asked_or_posted
def certificate_cancel(
    request: UserRequest, certificate_uuid: uuid.UUID
) -> HttpResponse:
    certificate = found_certificate(request, certificate_uuid)
    page = ActPage(
        heading=_("Cancel a certificate"),
        submit=_("Cancel the certificate"),
        icon="x",
        done=_("The certificate is cancelled. Whoever checks it is told so."),
        back=reverse("inventory:certificate-detail", args=[certificate_uuid]),
        note=_("It stays, and so does its number. The next one names it."),
        about=str(certificate),
    )
    return page.answer(
        request,
        CancelForm(request.POST or None),
        lambda **facts: actions.cancel_certificate(
            certificate=certificate, **facts, by=acting(request)
        ),
    )


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def erasure_certify(request: UserRequest, erasure_uuid: uuid.UUID) -> HttpResponse:
    erasures = Erasure.objects.visible_to(request.user).select_related("drive")
    certificate = actions.issue_certificate(
        erasure=get_object_or_404(erasures, uuid=erasure_uuid),
        language=language_of(request.POST.get("language", "")),
        by=acting(request),
    )
    return _shown(request, certificate)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def destruction_certify(
    request: UserRequest, destruction_uuid: uuid.UUID
) -> HttpResponse:
    destructions = Destruction.objects.visible_to(request.user)
    record = actions.issue_destruction_record(
        destruction=get_object_or_404(
            destructions.select_related("drive"), uuid=destruction_uuid
        ),
        language=language_of(request.POST.get("language", "")),
        by=acting(request),
    )
    return _shown(request, record)


@permission_required("inventory.issue_certificate", raise_exception=True)
@require_POST
def device_sheet(request: UserRequest, tag: str) -> HttpResponse:
    sheet = actions.issue_machine_sheet(
        device=found_device(request, tag),
        language=language_of(request.POST.get("language", "")),
        by=acting(request),
    )
    return _shown(request, sheet)


def found_certificate(request: HttpRequest, certificate_uuid: uuid.UUID) -> Certificate:
    """The certificate whose document has this public id, if it is theirs to see."""
    rows = Certificate.objects.visible_to(request.user).select_related(
        *("document__issued_by", "cancelled_by", "drive", "device", "lot__donation"),
        *("replaces__document", "erasure__drive"),
    )
    return get_object_or_404(rows, document__uuid=certificate_uuid)


def _shown(request: HttpRequest, certificate: Certificate) -> HttpResponse:
    messages.success(request, _("%(number)s is issued.") % {"number": certificate})
    return redirect(
        "inventory:certificate-detail", certificate_uuid=certificate.document.uuid
    )
