"""Access points of operators."""

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
from lending.forms.connections.apns import ApnForm
from lending.models import ApnProfile
from lending.views.kept import history_of
from lending.views.sides import attempt

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("lending.view_sim", raise_exception=True)
manages = permission_required("lending.manage_plan", raise_exception=True)


@looks
@require_safe
def apn_list(request: UserRequest) -> HttpResponse:
    """By operator; the usual one of each first."""
    seen = ApnProfile.objects.visible_to(request.user)
    ordered = seen.order_by("-is_active", "operator", "-is_usual", "name", "pk")
    page = Slice(ordered, request.GET.get("page"))
    return render(request, "lending/connections/apn_list.html", {"page": page})


@manages
@require_http_methods(FORM_METHODS)
def apn_add(request: UserRequest) -> HttpResponse:
    form = ApnForm(request.POST or None)

    def act() -> ApnProfile:
        return actions.add_apn(facts=form.facts, by=acting(request))

    return _written(request, form, act, None)


@manages
@require_http_methods(FORM_METHODS)
def apn_amend(request: UserRequest, apn: uuid.UUID) -> HttpResponse:
    found = _found(request, apn)
    form = ApnForm(request.POST) if request.POST else ApnForm.of(found)

    def act() -> ApnProfile:
        return actions.amend_apn(profile=found, facts=form.facts, by=acting(request))

    return _written(request, form, act, found)


@manages
@require_POST
def apn_retire(request: UserRequest, apn: uuid.UUID) -> HttpResponse:
    found = _found(request, apn)
    attempt(
        request,
        lambda: actions.retire_apn(profile=found, by=acting(request)),
        _("The access point is told to no further machine."),
    )
    return redirect("lending:apn-list")


def _found(request: UserRequest, public_id: uuid.UUID) -> ApnProfile:
    return get_object_or_404(
        ApnProfile.objects.visible_to(request.user), uuid=public_id
    )


def _written(
    request: UserRequest,
    form: ApnForm,
    act: Callable[[], ApnProfile],
    profile: ApnProfile | None,
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("lending:apn-list")
    told = history_of(profile, request.user) if profile else {}
    context = {"form": form, "profile": profile, **told}
    template = "lending/connections/apn_form.html"
    return render(request, template, context, status=form.status)
