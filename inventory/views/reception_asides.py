"""Beside the reception's form: a device taken back or received again, and what is known."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.forms.serials import look_at_serial
from inventory.models import Device
from inventory.views.suggestions import Suggestions


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def receive_again(request: UserRequest, tag: str) -> HttpResponse:
    """A device that was announced, missing, or whose reception was taken back."""
    device = _device(request, tag)
    actions.receive_announced(device=device, by=acting(request))
    messages.success(request, _("%(device)s is received.") % {"device": device})
    return redirect("inventory:device-receive")


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def reception_undo(request: UserRequest, tag: str) -> HttpResponse:
    """Take one's own reception back, while that can be done."""
    device = _device(request, tag)
    actions.undo_last(device=device, by=acting(request))
    messages.success(
        request,
        _("The reception of %(device)s is taken back: it counts as announced.")
        % {"device": device},
    )
    return redirect("inventory:device-receive")


@permission_required("inventory.receive_device", raise_exception=True)
@require_safe
def reception_serial(request: UserRequest) -> HttpResponse:
    """What is known of a serial, for the page to show while the rest is filled in."""
    text = " ".join(request.GET.get("serial", "").split())[:64]
    sight = look_at_serial(text, user=request.user)
    return render(request, "inventory/reception_serial.html", {"sight": sight})


@permission_required("inventory.receive_device", raise_exception=True)
@require_safe
def reception_models(request: UserRequest) -> HttpResponse:
    """The models of a make seen before, as the options of a list."""
    seen = Suggestions(request.user, make=request.GET.get("make", "")[:60])
    return render(request, "inventory/reception_models.html", {"models": seen.models})


def _device(request: UserRequest, tag: str) -> Device:
    return get_object_or_404(Device.objects.visible_to(request.user), tag=tag)
