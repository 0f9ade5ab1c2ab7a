"""The review and the signature; afterwards, the papers."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core import pdf
from backoffice.core.documents import content_hash
from backoffice.core.errors import DomainError
from backoffice.core.models import Document
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.actions.handover_papers import LANGUAGE, draft_of, paper_of, papers_of
from lending.actions.signing_codes import way_to
from lending.actions.signing_rules import still_missing, warnings_of
from lending.documents.content import draft_hash, name_of
from lending.documents.handover import draft_spec, spec_of
from lending.errors import ContentsChanged
from lending.forms.signing import SIGN_FORMS, SignForm
from lending.models import HandOver
from lending.views.handovers.found import HAND, LOOK, one_handover
from lending.views.handovers.steps import astray, kept_out, show
from lending.views.sides import attempt, two_sided

asked_or_posted = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@two_sided(HAND)
@require_safe
def handover_review(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """Everything that will be signed, as the paper says it; and what is missing."""
    found = one_handover(request, handover)
    if (away := astray(request, found)) is not None:
        return away
    draft = draft_of(found, request.user)
    shown = draft_hash(draft)
    context = {
        "spec": draft_spec(draft, LANGUAGE, shown),
        "shown": shown,
        "missing": still_missing(found),
        "warnings": warnings_of(found),
    }
    return show(request, found, "handover-review", context)


@never_cache
@two_sided(HAND)
@asked_or_posted
def handover_sign(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """On the pad, by name and code, or on paper: each its own form."""
    found = one_handover(request, handover)
    if (away := astray(request, found)) is not None:
        return away
    kind = request.POST.get("kind", "")
    shown = request.POST.get("shown") or request.GET.get("shown", "")
    if request.method != "POST" and shown != _now(request, found):
        messages.warning(request, _("Read it together once more, then sign."))
        return redirect("lending:handover-review", handover=found.uuid)
    forms = {
        name: form(
            request.POST if name == kind else None,
            request.FILES if name == kind else None,
            initial={"shown": shown},
            auto_id=f"{name}-%s",
        )
        for name, form in SIGN_FORMS.items()
    }
    chosen = forms.get(kind)
    if chosen is not None and chosen.is_valid():
        answer = _signed(request, found, chosen)
        if answer is not None:
            return answer
    status = chosen.status if chosen else (400 if request.method == "POST" else 200)
    context = {
        "forms": forms,
        "kind": kind,
        "signer": found.guardian_name or name_of(found),
        "address": _address(found),
        "shown": shown,
        "is_typed": kind == "typed_code" or "typed" in request.GET,
    }
    return show(request, found, "handover-sign", context, status)


def _signed(
    request: UserRequest, found: HandOver, form: SignForm
) -> HttpResponse | None:
    """The act; None where it was refused and the form says why."""
    device = request.headers.get("User-Agent", "")
    try:
        actions.sign_handover(
            handover=found, signature=form.signed(device), by=acting(request)
        )
    except ContentsChanged as refusal:
        messages.error(request, f"{refusal.message} {refusal.advice}")
        return redirect("lending:handover-review", handover=found.uuid)
    except DomainError as refusal:
        form.refuse(refusal)
        return None
    return redirect("lending:handover-done", handover=found.uuid)


@two_sided(HAND)
@require_POST
def handover_code(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """Send the person a code, and come back to where it is typed."""
    found = one_handover(request, handover)
    if (away := kept_out(request, found)) is not None:
        return away
    attempt(
        request,
        lambda: actions.send_signing_code(handover=found, by=acting(request)),
        _("A code is on its way."),
    )
    address = reverse("lending:handover-sign", args=[found.uuid])
    return redirect(f"{address}?shown={_now(request, found)}&typed=1#typed")


@two_sided(LOOK)
@require_safe
def handover_done(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """What was signed: to print, to read; the person has their link by mail."""
    found = one_handover(request, handover)
    if found.slip is None:
        return redirect("lending:handover-detail", handover=found.uuid)
    context = {
        "handover": found,
        "papers": papers_of(found),
        "mailed": _address(found)[1],
        "for_staff": request.user.has_perm(LOOK),
    }
    return render(request, "lending/handovers/done.html", context)


@two_sided(HAND)
@require_safe
def handover_paper(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """The paper to sign by hand, for whoever does not sign on a screen."""
    found = one_handover(request, handover)
    if (away := astray(request, found)) is not None:
        return away
    draft = draft_of(found, request.user)
    spec = draft_spec(draft, LANGUAGE, draft_hash(draft))
    return _pdf(pdf.render(spec), found.pack.tag)


@two_sided(LOOK)
@require_safe
def handover_document(request: UserRequest, document: uuid.UUID) -> HttpResponse:
    """One numbered paper, to read on a screen."""
    paper, found = _paper(request, document)
    picture = reverse("lending:handover-signature", args=[found.uuid])
    signature = getattr(found, "signature", None)
    context = {
        "document": paper,
        "handover": found,
        "spec": spec_of(paper, picture=picture),
        "is_intact": content_hash(paper) == paper.sha256,
        "shown": signature.facts.get("shown", "") if signature else "",
        "has_picture": bool(signature and signature.media_type),
        "for_staff": request.user.has_perm(LOOK),
    }
    return render(request, "lending/handovers/document.html", context)


@two_sided(LOOK)
@require_safe
def handover_document_pdf(request: UserRequest, document: uuid.UUID) -> HttpResponse:
    paper, _handover = _paper(request, document)
    return _pdf(pdf.render(spec_of(paper)), paper.number)


@never_cache
@two_sided(LOOK)
@require_safe
def handover_signature(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """The drawing, or the scan of the paper, as it is kept."""
    found = one_handover(request, handover)
    signature = getattr(found, "signature", None)
    if signature is None or not signature.image:
        raise Http404
    return HttpResponse(bytes(signature.image), content_type=signature.media_type)


def _now(request: UserRequest, found: HandOver) -> str:
    return draft_hash(draft_of(found, request.user))


def _address(found: HandOver) -> tuple[str, bool]:
    """Where a code would go, most of it hidden; empty where nowhere."""
    try:
        address, by_mail = way_to(found.beneficiary)
    except DomainError:
        return "", False
    if by_mail:
        name, _at, domain = address.partition("@")
        return f"{name[:2]}…@{domain}", True
    return f"… {address[-2:]}", False


def _paper(request: UserRequest, document: uuid.UUID) -> tuple[Document, HandOver]:
    """A paper of a hand-over that this person sees."""
    paper = paper_of(document)
    if paper is None:
        raise Http404
    return paper, one_handover(request, paper.subject_uuid)


def _pdf(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
