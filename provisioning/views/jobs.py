"""What is asked of machines, by buttons on their pages and on the bench."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.forms.machines import AskForm
from provisioning.models import Agent, Job


@permission_required("provisioning.ask_job", raise_exception=True)
@require_POST
def job_ask(request: UserRequest, agent: uuid.UUID) -> HttpResponse:
    """Ask a machine to report, or to test itself."""
    visible = Agent.objects.visible_to(request.user).select_related("device")
    found = get_object_or_404(visible, uuid=agent)
    form = AskForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    job = actions.ask_job(
        agent=found, kind=form.cleaned_data["kind"], by=acting(request)
    )
    said = _("Asked: %(job)s. The machine takes it when it next asks for work.")
    messages.success(request, said % {"job": job.get_kind_display()})
    return _back(request, found)


@permission_required("provisioning.ask_job", raise_exception=True)
@require_POST
def job_cancel(request: UserRequest, job: uuid.UUID) -> HttpResponse:
    """Give up what was asked of a machine."""
    visible = Job.objects.visible_to(request.user).select_related("agent__device")
    found = get_object_or_404(visible, uuid=job)
    ended = actions.cancel_job(job=found, by=acting(request))
    if ended.is_open:
        messages.success(request, _("The machine is told to stop."))
    else:
        messages.success(request, _("Cancelled."))
    return _back(request, found.agent)


def _back(request: UserRequest, agent: Agent) -> HttpResponse:
    """To the page that the button stands on."""
    if request.GET.get("back") == "bench":
        return redirect("provisioning:bench")
    if request.GET.get("back") == "device" and agent.device:
        return redirect("inventory:device-detail", tag=agent.device.tag)
    return redirect("provisioning:machine-detail", agent=agent.uuid)
