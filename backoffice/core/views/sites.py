"""Sites, for administrators."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core import actions
from backoffice.core.errors import DomainError
from backoffice.core.forms.accounts import SiteForm
from backoffice.core.models import Site
from backoffice.core.requests import UserRequest, acting
from backoffice.core.views.accounts import manages
from backoffice.core.views.history import history_of


@manages
@require_safe
def site_list(request: UserRequest) -> HttpResponse:
    found = Site.objects.visible_to(request.user)
    return render(request, "core/site_list.html", {"sites": found})


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def site_open(request: UserRequest) -> HttpResponse:
    form = SiteForm(request.POST or None)
    if form.is_valid():
        try:
            actions.open_site(**form.cleaned_data, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("core:site-list")
    return render(request, "core/site_open.html", {"form": form}, status=form.status)


@manages
@require_http_methods(["GET", "HEAD", "POST"])
def site_amend(request: UserRequest, site: uuid.UUID) -> HttpResponse:
    """Change what a site is called, or where it is; its history stands below."""
    found = get_object_or_404(Site.objects.visible_to(request.user), uuid=site)
    now = {"name": found.name, "address": found.address, "country": found.country}
    form = SiteForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            actions.amend_site(site=found, **form.cleaned_data, by=acting(request))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect("core:site-list")
    events, holds = history_of(found.events.for_timeline(), request.user)
    context = {"form": form, "site": found, "events": events, "holds": holds}
    return render(request, "core/site_amend.html", context, status=form.status)
