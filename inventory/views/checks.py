"""The quality check of one device."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from inventory import actions, gate
from inventory.forms.checks import CheckForm
from inventory.models import Device
from inventory.states import DeviceStatus
from inventory.views.devices import found_device
from inventory.views.workshop import asked_or_posted


@permission_required("inventory.check_device", raise_exception=True)
@asked_or_posted
def device_check(request: UserRequest, tag: str) -> HttpResponse:
    """The checklist. `decision`: pass, all_good (every line works) or fail."""
    device = found_device(request, tag)
    last = device.checks.first()
    form = CheckForm(
        request.POST or None, device=device, known=last.lines if last else {}
    )
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, device, form)
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            return redirect("inventory:device-detail", tag=tag)
    context = {
        "device": device,
        "form": form,
        "blockers": gate.blockers(device, list(device.drives.order_by("pk"))),
        "is_checked_now": device.status == DeviceStatus.IN_QUALITY_CHECK,
    }
    return render(request, "inventory/check_form.html", context, status=status)


def _decide(request: UserRequest, device: Device, form: CheckForm) -> None:
    decision = request.POST.get("decision", "")
    if decision == "fail":
        actions.fail_quality_check(device=device, lines=form.lines, by=acting(request))
        messages.warning(request, _("It goes back to the bench with these faults."))
        return
    lines = form.all_good if decision == "all_good" else form.lines
    actions.pass_quality_check(device=device, lines=lines, by=acting(request))
    messages.success(
        request, _("It has passed. Declare it ready once it stands on the shelf.")
    )
