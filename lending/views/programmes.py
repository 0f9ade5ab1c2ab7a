"""Programmes, and how their packs are shared out among structures."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.act import ActForm
from lending.forms.programmes import MoveForm, ProgrammeForm, QuotaForm
from lending.models import Programme, Quota, Structure
from lending.views.programme_page import page_of

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("lending.view_programme", raise_exception=True)
manages = permission_required("lending.manage_programme", raise_exception=True)


@looks
@require_safe
def programme_list(request: UserRequest) -> HttpResponse:
    found = Programme.objects.visible_to(request.user).for_list()
    page = Slice(found, request.GET.get("page"))
    return render(request, "lending/programme_list.html", {"page": page})


@looks
@require_safe
def programme_detail(request: UserRequest, programme: uuid.UUID) -> HttpResponse:
    found = _programme(request, programme)
    return render(
        request,
        "lending/programme_detail.html",
        page_of(found, request.user, page=request.GET.get("page")),
    )


@manages
@require_http_methods(FORM_METHODS)
def programme_open(request: UserRequest) -> HttpResponse:
    form = ProgrammeForm(request.POST or None)

    def act() -> Programme:
        return actions.open_programme(facts=form.facts, by=acting(request))

    return _written(request, form, act, {"form": form})


@manages
@require_http_methods(FORM_METHODS)
def programme_amend(request: UserRequest, programme: uuid.UUID) -> HttpResponse:
    found = _programme(request, programme)
    form = ProgrammeForm(request.POST) if request.POST else ProgrammeForm.of(found)

    def act() -> Programme:
        return actions.amend_programme(
            programme=found, facts=form.facts, by=acting(request)
        )

    return _written(request, form, act, {"form": form, "programme": found})


@manages
@require_POST
def programme_close(request: UserRequest, programme: uuid.UUID) -> HttpResponse:
    found = _programme(request, programme)
    actions.close_programme(programme=found, by=acting(request))
    messages.success(request, _("The programme is closed."))
    return redirect("lending:programme-detail", programme=found.uuid)


@manages
@require_POST
def quota_set(request: UserRequest, programme: uuid.UUID) -> HttpResponse:
    """A structure’s quota; refused, the programme’s page says why and keeps what was typed."""
    found = _programme(request, programme)
    form = QuotaForm(
        request.POST, structures=Structure.objects.visible_to(request.user)
    )

    def act() -> Quota:
        return actions.set_quota(
            programme=found, **form.cleaned_data, by=acting(request)
        )

    return _shared_out(request, found, form, act)


@manages
@require_POST
def quota_move(request: UserRequest, programme: uuid.UUID) -> HttpResponse:
    found = _programme(request, programme)
    seen = Structure.objects.visible_to(request.user)
    giving = seen.filter(quotas__programme=found)
    form = MoveForm(request.POST, giving=giving, structures=seen)

    def act() -> Quota:
        return actions.move_quota(
            programme=found, **form.cleaned_data, by=acting(request)
        )

    return _shared_out(request, found, form, act)


def _written(
    request: UserRequest,
    form: ProgrammeForm,
    act: Callable[[], Programme],
    context: dict[str, object],
) -> HttpResponse:
    if form.is_valid():
        try:
            done = act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("lending:programme-detail", programme=done.uuid)
    return render(request, "lending/programme_form.html", context, status=form.status)


def _shared_out(
    request: UserRequest, programme: Programme, form: ActForm, act: Callable[[], Quota]
) -> HttpResponse:
    if form.is_valid():
        try:
            quota = act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            said = _("%(structure)s: %(packs)s packs.")
            facts = {"structure": quota.structure, "packs": quota.packs}
            messages.success(request, said % facts)
            return redirect("lending:programme-detail", programme=programme.uuid)
    context = page_of(programme, request.user, typed=form)
    return render(request, "lending/programme_detail.html", context, status=form.status)


def _programme(request: UserRequest, public_id: uuid.UUID) -> Programme:
    found = Programme.objects.visible_to(request.user)
    return get_object_or_404(found, uuid=public_id)
