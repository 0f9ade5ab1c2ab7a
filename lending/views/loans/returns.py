"""The return of a pack (F18): scan, how each thing looks, why, check, done."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory.models import Device
from lending import actions
from lending.actions.taking_back import things_out
from lending.actions.units import found_by
from lending.documents.returning import receipts_of
from lending.forms.returns import FindForm, ReturnForm
from lending.models import HandOver, Loan, Modem, Pack, SimCard
from lending.states import Condition, HandOverStatus, LoanStatus, PackStatus
from lending.views.loans.lists import lends
from lending.views.return_photos import photos_of

FORM_METHODS = ["GET", "HEAD", "POST"]


@lends
@require_http_methods(FORM_METHODS)
def return_start(request: UserRequest) -> HttpResponse:
    """Scan the pack, or anything in it; or type its number."""
    form = FindForm(request.POST or None)
    if form.is_valid():
        found = _handed_over(request, form.cleaned_data["code"])
        if found is not None:
            return redirect("lending:return-pack", handover=found.uuid)
        form.add_error("code", _("Nothing with this code is out with anybody."))
    return render(
        request, "lending/returns/start.html", {"form": form}, status=form.status
    )


@lends
@require_http_methods(FORM_METHODS)
def return_pack(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """Line by line, then once more to read: nothing changes before it is confirmed."""
    found = _handover(request, handover)
    loan = _loan(request, found)
    lines = things_out(found.pack)
    out = (loan or found).condition_out
    sent = (request.POST or None, request.FILES or None)
    form = ReturnForm(*sent, lines=lines, out=out)
    confirmed = "confirm" in request.POST
    if form.is_valid() and confirmed:
        try:
            _take_back(request, found, loan, form)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:return-done", handover=found.uuid)
    to_check = form.is_answered and "change" not in request.POST
    context: dict[str, Any] = {
        "handover": found,
        "loan": loan,
        "form": form,
        "is_out": found.pack.status == PackStatus.HANDED_OVER,
    }
    if to_check:
        context |= _summary(form)
        template = "lending/returns/check.html"
        return render(request, template, context, status=form.status)
    return render(request, "lending/returns/pack.html", context, status=form.status)


@lends
@require_safe
def return_done(request: UserRequest, handover: uuid.UUID) -> HttpResponse:
    """The receipt to print, and what there is to do with each thing now."""
    found = _handover(request, handover)
    receipt = get_object_or_404(receipts_of([found.uuid]).order_by("-pk")[:1])
    # What was replaced while the pack was made never left.
    back = Device.objects.visible_to(request.user).filter(
        packed__pack=found.pack, packed__released_at__gt=found.signed_at
    )
    context = {
        "handover": found,
        "loan": _loan(request, found),
        "receipt": receipt,
        "devices": back.order_by("pk"),
        "missing": things_out(found.pack),
        "photos": photos_of(found, request.user),
    }
    return render(request, "lending/returns/done.html", context)


@lends
@require_http_methods(FORM_METHODS)
def return_missing(request: UserRequest, loan: uuid.UUID) -> HttpResponse:
    """Something that was missing turned up after all."""
    found = get_object_or_404(
        Loan.objects.visible_to(request.user).for_list(), uuid=loan
    )
    lines = things_out(found.handover.pack)
    form = ReturnForm(
        request.POST or None, lines=lines, out=found.condition_out, late=True
    )
    if form.is_valid():
        here = {
            line: how
            for line, how in form.conditions.items()
            if how != Condition.MISSING
        }
        try:
            actions.take_back_missing(loan=found, conditions=here, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:loan-detail", loan=found.uuid)
    context = {
        "handover": found.handover,
        "loan": found,
        "form": form,
        "is_late": True,
        "is_out": True,
    }
    return render(request, "lending/returns/pack.html", context, status=form.status)


def _take_back(
    request: UserRequest, handover: HandOver, loan: Loan | None, form: ReturnForm
) -> None:
    """A loan comes back; what was given, or became a gift, is given back."""
    told: dict[str, Any] = {
        "conditions": form.conditions,
        "counts": form.counts,
        "reason": form.why,
        "photos": form.photos,
        "language": get_language() or "fr",
        "by": acting(request),
    }
    if loan is not None and loan.status != LoanStatus.GIVEN:
        actions.return_loan(loan=loan, **told)
    else:
        actions.take_back_gift(handover=handover, **told)


def _summary(form: ReturnForm) -> dict[str, object]:
    """What will become of each thing, before it does."""
    conditions = form.conditions
    here = [line for line in form.lines if conditions[line.uuid] != Condition.MISSING]
    return {
        "reason": form.why.label,
        "missing": [line for line in form.lines if line not in here],
        "to_erase": [line.device for line in here if line.device],
        "said": [
            (line, Condition(conditions[line.uuid]).label, form.counts.get(line.uuid))
            for line in form.lines
        ],
        "typed": [
            (name, value) for name, value in form.data.items() if name in form.fields
        ],
    }


def _handed_over(request: UserRequest, code: str) -> HandOver | None:
    """The signed hand-over that a code on the table belongs to, while it is out."""
    inside = Q(pack__lines__released_at=None)
    match found_by(code, request.user):
        case Pack() as pack:
            inside = Q(pack=pack)
        case Device() as device:
            inside &= Q(pack__lines__device=device)
        case SimCard() as card:
            inside &= Q(pack__lines__sim=card) | Q(pack__lines__modem__sim=card)
        case Modem() as modem:
            inside &= Q(pack__lines__modem=modem)
        case _:
            return None
    seen = HandOver.objects.visible_to(request.user)
    out = seen.filter(pack__status=PackStatus.HANDED_OVER, status=HandOverStatus.SIGNED)
    return out.filter(inside).first()


def _loan(request: UserRequest, handover: HandOver) -> Loan | None:
    return Loan.objects.visible_to(request.user).filter(handover=handover).first()


def _handover(request: UserRequest, public_id: uuid.UUID) -> HandOver:
    seen = HandOver.objects.visible_to(request.user).for_list()
    return get_object_or_404(seen, uuid=public_id, status=HandOverStatus.SIGNED)
