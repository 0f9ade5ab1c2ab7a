"""What a packed machine must be: checked by somebody, and settled where it differs."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.core.requests import UserRequest, acting
from inventory.views.devices import found_device
from provisioning import actions
from provisioning.forms.machines import InstallForm, SettleForm, SystemForm
from provisioning.models import Assignment, Difference


@permission_required("provisioning.check_environment", raise_exception=True)
@require_POST
def environment_check(request: UserRequest, tag: str) -> HttpResponse:
    """Say that the environment its pack asks for was seen to work."""
    device = found_device(request, tag)
    visible = Assignment.objects.visible_to(request.user)
    asked = visible.in_force().filter(device=device).first()
    actions.check_environment(
        device=device,
        environment=asked.environment if asked else "",
        by=acting(request),
    )
    messages.success(request, _("Written down: the environment works."))
    return redirect("inventory:device-detail", tag=device.tag)


@permission_required("provisioning.install_environment", raise_exception=True)
@require_POST
def environment_install(request: UserRequest, tag: str) -> HttpResponse:
    """Have the machine install the environment of its pack, check it or take it back."""
    device = found_device(request, tag)
    form = InstallForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    actions.install_environment(device=device, **form.cleaned_data, by=acting(request))
    messages.success(request, _("The machine is asked when it next calls."))
    return redirect("inventory:device-detail", tag=device.tag)


@permission_required("inventory.receive_device", raise_exception=True)
@require_POST
def system_note(request: UserRequest, tag: str) -> HttpResponse:
    """Say which system was seen on a device."""
    device = found_device(request, tag)
    form = SystemForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    actions.note_system(device=device, **form.cleaned_data, by=acting(request))
    messages.success(request, _("Written down."))
    return redirect("inventory:device-detail", tag=device.tag)


@permission_required("provisioning.settle_difference", raise_exception=True)
@require_POST
def difference_settle(request: UserRequest, difference: uuid.UUID) -> HttpResponse:
    """Say what was found where a packed machine differs from its pack."""
    visible = Difference.objects.visible_to(request.user)
    found = get_object_or_404(
        visible.select_related("assignment__device"), uuid=difference
    )
    form = SettleForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    actions.settle_difference(
        difference=found, answer=form.cleaned_data["answer"], by=acting(request)
    )
    messages.success(request, _("Settled."))
    return redirect("inventory:device-detail", tag=found.assignment.device.tag)
