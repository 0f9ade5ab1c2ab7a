"""Requests as the association reads them: the list, one of them, its decisions."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required, user_passes_test
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.models import User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.filters.requests import RequestFilter
from lending.forms.requests import DecisionForm, MessageForm
from lending.models import EquipmentRequest
from lending.states import RequestStatus
from lending.views.request_decisions import DECISIONS
from lending.views.request_page import page_of

looks = permission_required("lending.view_request", raise_exception=True)
decides = permission_required("lending.decide_request", raise_exception=True)

_CODED = ("lending.view_request_coded", "lending.view_request")


def _reads_codes(user: User | AnonymousUser) -> bool:
    if any(user.has_perm(permission) for permission in _CODED):
        return True
    raise PermissionDenied


reads_codes = user_passes_test(_reads_codes)


@looks
@require_safe
def request_list(request: UserRequest) -> HttpResponse:
    sent = EquipmentRequest.objects.visible_to(request.user).sent()
    chosen = RequestFilter(request.GET, queryset=sent, request=request)
    page = Slice(chosen.qs.for_list(), request.GET.get("page"), keys_first=True)
    context = {
        "form": chosen.form,
        "page": page,
        "narrowed": any(request.GET.get(name) for name in chosen.form.fields),
    }
    status = 200 if chosen.is_valid() else 422
    return render(request, "lending/requests/list.html", context, status=status)


@looks
@require_safe
def request_detail(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    found = _request(request, request_uuid)
    context = page_of(found, request.user)
    return render(request, "lending/requests/detail.html", context)


@decides
@require_POST
def request_decide(
    request: UserRequest, request_uuid: uuid.UUID, decision: str
) -> HttpResponse:
    """One decision; refused, the page says why and keeps what was typed."""
    found = _request(request, request_uuid)
    chosen = DECISIONS.get(decision)
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST, about=found)
    if form.is_valid():
        try:
            chosen.act(request=found, **form.facts, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(chosen.done))
            return redirect("lending:request-detail", request_uuid=found.uuid)
    return _shown_again(request, found, form)


@decides
@require_POST
def request_message(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    found = _request(request, request_uuid)
    form = MessageForm(request.POST, about=found)
    if form.is_valid():
        try:
            actions.send_message(
                request=found, text=form.cleaned_data["text"], by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:request-detail", request_uuid=found.uuid)
    return _shown_again(request, found, form)


@looks
@require_safe
def waiting_list(request: UserRequest) -> HttpResponse:
    """Whoever sees the same sites computes the same ranks."""
    waiting = EquipmentRequest.objects.visible_to(request.user)
    waiting = waiting.filter(status=RequestStatus.WAITING).in_rank_order()
    page = Slice(waiting, request.GET.get("page"), keys_first=True)
    before = (page.number - 1) * page.SIZE
    ranked = list(enumerate(page, before + 1))
    context = {"page": page, "ranked": ranked}
    return render(request, "lending/requests/waiting.html", context)


@reads_codes
@require_safe
def committee(request: UserRequest) -> HttpResponse:
    """What a committee reads: by code, without the name of a person or a structure."""
    coded = EquipmentRequest.objects.visible_to(request.user, coded=True).undecided()
    oldest_first = coded.for_list().order_by("submitted_at", "pk")
    page = Slice(oldest_first, request.GET.get("page"), keys_first=True)
    return render(request, "lending/requests/committee.html", {"page": page})


def _request(request: UserRequest, public_id: uuid.UUID) -> EquipmentRequest:
    """Only what was sent: a draft is still the structure’s own."""
    found = EquipmentRequest.objects.visible_to(request.user).sent().for_list()
    return get_object_or_404(found, uuid=public_id)


def _shown_again(
    request: UserRequest, found: EquipmentRequest, form: DecisionForm
) -> HttpResponse:
    """Read anew: what was refused may have changed meanwhile."""
    found = _request(request, found.uuid)
    context = page_of(found, request.user, typed=form)
    return render(request, "lending/requests/detail.html", context, status=form.status)
