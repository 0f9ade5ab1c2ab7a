"""The library of resources: what there is, and what is done with each."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.errors import DomainError
from backoffice.core.forms.accounts import ActForm
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.forms.resources import ResourceFilter, ResourceForm, WithdrawForm
from provisioning.models import EnvironmentVersion, Resource
from provisioning.models.blob import ResourceQuerySet
from provisioning.views.resource_page import page_of

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("provisioning.view_resource", raise_exception=True)
manages = permission_required("provisioning.manage_resource", raise_exception=True)
withdraws = permission_required("provisioning.withdraw_resource", raise_exception=True)


@looks
@require_safe
def resource_list(request: UserRequest) -> HttpResponse:
    form = ResourceFilter(request.GET)
    form.is_valid()
    found = _narrowed(Resource.objects.visible_to(request.user), form)
    context = {
        "form": form,
        "page": Slice(found.for_list(), request.GET.get("page")),
        "narrowed": any(form.cleaned_data.values()),
    }
    return render(request, "provisioning/resources/list.html", context)


def _narrowed(found: ResourceQuerySet, form: ResourceFilter) -> ResourceQuerySet:
    asked = form.cleaned_data
    if words := asked.get("q"):
        found = found.filter(
            Q(title_fr__icontains=words) | Q(title_en__icontains=words)
        )
    for name in ("kind", "language"):
        if value := asked.get(name):
            found = found.filter(**{name: value})
    state = asked.get("state")
    return found if state == "all" else found.filter(withdrawn_at__isnull=not state)


@looks
@require_safe
def resource_detail(request: UserRequest, resource: uuid.UUID) -> HttpResponse:
    found = _resource(request, resource)
    context = page_of(found, _versions(request))
    return render(request, "provisioning/resources/detail.html", context)


@manages
@require_http_methods(FORM_METHODS)
def resource_amend(request: UserRequest, resource: uuid.UUID) -> HttpResponse:
    found = _resource(request, resource)
    form = ResourceForm(request.POST) if request.POST else ResourceForm.of(found)

    def act() -> Resource:
        return actions.amend_resource(
            resource=found, facts=form.facts, by=acting(request)
        )

    if done := _done(form, act):
        messages.success(request, _("Saved."))
        return redirect("provisioning:resource-detail", resource=done.uuid)
    context = {"form": form, "resource": found}
    return render(
        request, "provisioning/resources/amend.html", context, status=form.status
    )


@withdraws
@require_POST
def resource_withdraw(request: UserRequest, resource: uuid.UUID) -> HttpResponse:
    """Refused, the resource’s page says why."""
    found = _resource(request, resource)
    form = WithdrawForm(request.POST)

    def act() -> Resource:
        reason = form.cleaned_data["reason"]
        return actions.withdraw_resource(
            resource=found, reason=reason, by=acting(request)
        )

    if done := _done(form, act):
        messages.success(request, _("Withdrawn: it goes into no new version."))
        return redirect("provisioning:resource-detail", resource=done.uuid)
    context = page_of(found, _versions(request), typed=form)
    return render(
        request, "provisioning/resources/detail.html", context, status=form.status
    )


@withdraws
@require_POST
def resource_bring_back(request: UserRequest, resource: uuid.UUID) -> HttpResponse:
    found = _resource(request, resource)
    actions.bring_back_resource(resource=found, by=acting(request))
    messages.success(request, _("Offered again."))
    return redirect("provisioning:resource-detail", resource=found.uuid)


def _versions(request: UserRequest) -> QuerySet[EnvironmentVersion]:
    visible = EnvironmentVersion.objects.visible_to(request.user)
    return visible.select_related("environment")


def _done(form: ActForm, act: Callable[[], Resource]) -> Resource | None:
    if not form.is_valid():
        return None
    try:
        return act()
    except DomainError as refusal:
        form.refuse(refusal)
        return None


def _resource(request: UserRequest, public_id: uuid.UUID) -> Resource:
    visible = Resource.objects.visible_to(request.user)
    found = visible.select_related("blob", "added_by")
    return get_object_or_404(found, uuid=public_id)
