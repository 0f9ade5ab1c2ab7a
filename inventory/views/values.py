"""Whose word counts for a value of a device: three answers, one button each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.models import Device
from inventory.provenance import ANSWERED
from inventory.views.devices import found_device

ANSWERS: Mapping[str, tuple[Callable[..., Device], Promise]] = {
    "accept": (actions.accept_difference, _("Taken from the machine’s report.")),
    "keep": (actions.keep_mine, _("Kept as it was typed.")),
    "release": (
        actions.release_value,
        _("From now on this follows the machine’s reports."),
    ),
}


@permission_required("inventory.refurbish_device", raise_exception=True)
@require_POST
def device_value(
    request: UserRequest, tag: str, name: str, answer: str
) -> HttpResponse:
    """Accept what the machine says of a value, keep ours, or let it follow reports."""
    if name not in ANSWERED or answer not in ANSWERS:
        raise Http404
    act, done = ANSWERS[answer]
    act(device=found_device(request, tag), name=name, by=acting(request))
    messages.success(request, str(done))
    return redirect("inventory:device-detail", tag=tag)
