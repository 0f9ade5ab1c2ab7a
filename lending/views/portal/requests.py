"""One request as its structure sees it: where it stands, the thread, the way out."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.awaited import awaited
from lending.forms.asking import MessageForm
from lending.forms.withdrawing import WithdrawForm
from lending.models import EquipmentRequest, HandOver
from lending.states import REQUEST_ENDED, HandOverStatus, RequestStatus
from lending.views.portal.asking import labels_of, own_request, questions_of
from lending.views.sides import attempt, partners


@partners
@require_safe
def request_detail(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """Where it stands; a draft leads to its check, which says what is missing."""
    asked = own_request(request, request_uuid)
    if asked.status == RequestStatus.DRAFT:
        return redirect("lending:portal-request-check", request_uuid=asked.uuid)
    return _page(request, asked, MessageForm())


@partners
@require_safe
def request_sent(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """The number of a request that was sent, and what happens next."""
    asked = own_request(request, request_uuid)
    if asked.status == RequestStatus.DRAFT:
        return redirect("lending:portal-request-check", request_uuid=asked.uuid)
    context = {"asked": asked, "next": awaited(asked)}
    return render(request, "lending/portal/sent.html", context)


@partners
@require_POST
def request_message(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """Write to the association about this request."""
    asked = own_request(request, request_uuid)
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            actions.send_message(
                request=asked, text=form.cleaned_data["text"], by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your message is sent."))
            return redirect("lending:portal-request", request_uuid=asked.uuid)
    return _page(request, asked, form)


@partners
@require_POST
def request_keep(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """Say that it is still needed: it does not expire."""
    asked = own_request(request, request_uuid)
    attempt(
        request,
        lambda: actions.keep_request(request=asked, by=acting(request)),
        _("Thank you: the request stays open."),
    )
    return redirect("lending:portal-request", request_uuid=asked.uuid)


@partners
@require_http_methods(["GET", "HEAD", "POST"])
def request_withdraw(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """It is needed no more: say why, and it ends."""
    asked = own_request(request, request_uuid)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_request(
                request=asked, reason=form.reason, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Your request is withdrawn."))
            return redirect("lending:portal")
    context = {"asked": asked, "form": form}
    return render(request, "lending/portal/withdraw.html", context, status=form.status)


def _page(
    request: UserRequest, asked: EquipmentRequest, form: MessageForm
) -> HttpResponse:
    handovers = HandOver.objects.visible_to(request.user).filter(request=asked)
    context = {
        "asked": asked,
        "form": form,
        "next": awaited(asked),
        "thread": asked.messages.select_related("author"),
        "appointments": handovers.open()
        .exclude(planned_at=None)
        .order_by("planned_at"),
        "handed": handovers.filter(status=HandOverStatus.SIGNED)
        .select_related("pack", "beneficiary")
        .order_by("signed_at"),
        "answers": [(question, False) for question in questions_of(asked)],
        "goals": labels_of(asked, "goals"),
        "capabilities": labels_of(asked, "capabilities"),
        "is_over": asked.status in REQUEST_ENDED,
        "to_complete": asked.status == RequestStatus.INCOMPLETE,
    }
    return render(request, "lending/portal/request.html", context, status=form.status)
