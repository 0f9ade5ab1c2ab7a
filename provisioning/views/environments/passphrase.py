"""The passphrase of a person's account: made and shown once, for the label of the pack."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory.views.devices import found_device
from provisioning import actions
from provisioning.cards.lacking import no_passphrase_asked
from provisioning.models import Assignment
from provisioning.views.environments.found import FORM_METHODS, installs


@installs
@require_http_methods(FORM_METHODS)
@never_cache
def passphrase_label(request: UserRequest, tag: str) -> HttpResponse:
    """Ask first; then show the label. Nothing of it can be called up again."""
    device = found_device(request, tag)
    assignments = Assignment.objects.visible_to(request.user).in_force()
    asked = assignments.filter(device=device).first()
    lacking = no_passphrase_asked(device, asked)
    context: dict[str, Any] = {"device": device, "asked": asked, "lacking": lacking}
    if request.method != "POST":
        return render(request, "provisioning/environments/passphrase.html", context)
    try:
        passphrase = actions.print_passphrase(device=device, by=acting(request))
    except DomainError as refused:
        context["refused"] = refused
        return render(
            request,
            "provisioning/environments/passphrase.html",
            context,
            status=refused.status,
        )
    context["passphrase"] = passphrase
    return render(request, "provisioning/environments/passphrase_label.html", context)
