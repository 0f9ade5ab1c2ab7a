"""Machines that wait to be let in, and reports that come by stick."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.errors import DomainError
from backoffice.core.models import Site
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.exports import Carried, carry_in, fingerprint_of
from provisioning.forms.machines import CarriedForm, WantedForm
from provisioning.models import Agent


@permission_required("provisioning.approve_agent", raise_exception=True)
@require_POST
def machine_approve(request: UserRequest, agent: uuid.UUID) -> HttpResponse:
    """Let a machine that joined have work and be bound."""
    visible = Agent.objects.visible_to(request.user).for_list()
    found = get_object_or_404(visible, uuid=agent)
    actions.approve_agent(agent=found, by=acting(request))
    messages.success(request, _("This machine may work here now."))
    return redirect("provisioning:machine-detail", agent=agent)


@permission_required("provisioning.approve_agent", raise_exception=True)
@require_POST
def site_approval(request: UserRequest, site: uuid.UUID) -> HttpResponse:
    """Say whether machines that join at a site wait for a person."""
    found = get_object_or_404(Site.objects.visible_to(request.user), uuid=site)
    form = WantedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    wanted: bool = form.cleaned_data["wanted"]
    actions.want_approval(site=found, wanted=wanted, by=acting(request))
    if wanted:
        messages.success(request, _("New machines wait for approval from now on."))
    else:
        messages.success(request, _("New machines are let in from now on."))
    return redirect("provisioning:machine-list")


@permission_required("provisioning.enrol_agent", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def reports_import(request: UserRequest) -> HttpResponse:
    """Read the reports that a machine without a network wrote to a stick."""
    form = CarriedForm(request.POST or None, request.FILES or None, user=request.user)
    carried, status = None, 200
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        try:
            carried = _carry(form, request)
        except DomainError as refusal:
            form.add_error("file", f"{refusal.message} {refusal.advice}".strip())
            status = refusal.status
    context = {"form": form, "carried": carried}
    return render(request, "provisioning/reports_import.html", context, status=status)


def _carry(form: CarriedForm, request: UserRequest) -> Carried:
    """Read it in; who brought it is kept also where that stops in the middle."""
    visible = Agent.objects.visible_to(request.user)
    agents, carried = visible.carried_by(request.user).for_list(), Carried()
    site: Site = form.cleaned_data["site"]
    try:
        brought = actions.Brought(form.cleaned_data["ran_by"], acting(request))
        carry_in(form.cleaned_data["file"], agents, carried, brought, site)
    except DomainError as refusal:
        sha256, size_bytes = fingerprint_of(form.cleaned_data["file"])
        actions.note_refused_file(
            site=site,
            rule=refusal.code,
            sha256=sha256,
            size_bytes=size_bytes,
            by=acting(request),
        )
        raise
    finally:
        _note(carried, request)
    return carried


def _note(carried: Carried, request: UserRequest) -> None:
    for agent, reports in carried.kept.items():
        actions.note_import(agent=agent, reports=reports, by=acting(request))
