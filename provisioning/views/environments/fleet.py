"""Which machine has which environment: what changed, what fails, what is to come back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest
from provisioning.cards import fleet
from provisioning.models import SystemKind
from provisioning.views.environments.found import looks


@looks
@require_safe
def machines(request: UserRequest) -> HttpResponse:
    """The list that `?look=` asks for; all of them where it asks for none we know."""
    asked = request.GET.get("look", "")
    look = fleet.Look(asked) if asked in list(fleet.Look) else fleet.Look.ALL
    number = request.GET.get("page")
    context = {
        "look": look,
        "words": fleet.LOOKS[look][0],
        "counts": fleet.counts(request.user),
        "failures": fleet.failures(request.user),
    }
    if look in fleet.WITHOUT:
        devices = fleet.without_any(request.user, look).order_by("-pk")
        context["devices"] = Slice(devices, number)
        context["systems"] = SystemKind.choices
    else:
        runs = fleet.narrowed(fleet.runs_of(request.user), look).order_by("-pk")
        context["runs"] = Slice(runs, number)
    return render(request, "provisioning/environments/machines.html", context)
