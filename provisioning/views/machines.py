"""Machines seen and bound: where a technician says which device is which."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from agent import wire
from backoffice.core.errors import DomainError
from backoffice.core.models import Site, User
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory.models import Device
from provisioning import actions
from provisioning.cards.bench import card_of
from provisioning.cards.environment import environment_card
from provisioning.cards.fleet import COMPUTERS, system_of
from provisioning.cards.lacking import nothing_asked
from provisioning.errors import AlreadyBound, BindingDoubtful, ReportPruned
from provisioning.forms.machines import BindForm, JoinCodeForm, SystemForm
from provisioning.models import Agent, Approval, Assignment, ConnectionLook, Report
from provisioning.models.agent import AgentQuerySet
from provisioning.models.report import TESTS
from provisioning.views.doubt import Doubt, doubt_of
from provisioning.views.history import history_of
from provisioning.views.likeness import clone_of, likenesses_of, resembling
from provisioning.views.sentences import test_sentences, unseen_sentences


@permission_required("provisioning.view_agent", raise_exception=True)
@require_safe
def machine_list(request: UserRequest) -> HttpResponse:
    """Machines nobody has bound yet first, then those that are somebody."""
    agents = Agent.objects.visible_to(request.user).for_list()
    context = {
        "pending": agents.pending()[:50],
        "unbound": agents.unbound()[:50],
        "approvals": _approvals(request.user),
        "bound": Slice(agents.bound(), request.GET.get("page")),
        "form": JoinCodeForm(user=request.user),
        "resembling": resembling(request.user),
    }
    return render(request, "provisioning/machine_list.html", context)


@permission_required("provisioning.enrol_agent", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join_code_create(request: UserRequest) -> HttpResponse:
    """Make a join code and show it once: it is kept hashed.

    Who loads its address again is led to where the form is.
    """
    if request.method != "POST":
        return redirect("provisioning:machine-list")
    form = JoinCodeForm(request.POST, user=request.user)
    if not form.is_valid():
        context = {"form": form}
        return render(request, "provisioning/join_code_form.html", context, status=400)
    try:
        row, code = actions.create_join_code(
            site=form.cleaned_data["site"],
            device=form.cleaned_data["tag"],
            by=acting(request),
        )
    except AlreadyBound as refused:
        form.add_error("tag", f"{refused.message} {refused.advice}".strip())
        context, status = {"form": form}, refused.status
        return render(
            request, "provisioning/join_code_form.html", context, status=status
        )
    server = f"{request.scheme}://{request.get_host()}"
    shown = {"row": row, "code": code, "server": server}
    return render(request, "provisioning/join_code.html", shown)


@permission_required("provisioning.view_agent", raise_exception=True)
@require_safe
def machine_detail(request: UserRequest, agent: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(_agents(request), uuid=agent)
    return _page(request, found, BindForm(user=request.user))


@permission_required("provisioning.bind_agent", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def machine_bind(request: UserRequest, agent: uuid.UUID) -> HttpResponse:
    """One scan: this machine is that device. Its address alone leads to the form."""
    found = get_object_or_404(_agents(request), uuid=agent)
    if request.method != "POST":
        return redirect("provisioning:machine-detail", agent=agent)
    form = BindForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    device: Device = form.cleaned_data["tag"]
    sure = request.POST.get("sure") == device.tag
    try:
        actions.bind_agent(agent=found, device=device, sure=sure, by=acting(request))
    except BindingDoubtful as refused:
        doubt = doubt_of(found, device, request.user)
        return _page(request, found, form, status=refused.status, doubt=doubt)
    except DomainError as refused:
        form.add_error("tag", f"{refused.message} {refused.advice}".strip())
        return _page(request, found, form, status=refused.status)
    messages.success(request, _("This machine is now %(device)s.") % {"device": device})
    return redirect("inventory:device-detail", tag=device.tag)


@permission_required("provisioning.bind_agent", raise_exception=True)
@require_POST
def machine_unbind(request: UserRequest, agent: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(_agents(request), uuid=agent)
    actions.unbind_agent(agent=found, by=acting(request))
    messages.success(request, _("This machine is no device any more."))
    return redirect("provisioning:machine-detail", agent=agent)


@permission_required("provisioning.revoke_agent", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def machine_revoke(request: UserRequest, agent: uuid.UUID) -> HttpResponse:
    """Ask, then end the machine's credential."""
    found = get_object_or_404(_agents(request), uuid=agent)
    if request.method != "POST":
        context = {"machine": found}
        return render(request, "provisioning/machine_revoke.html", context)
    actions.revoke_agent(agent=found, by=acting(request))
    messages.success(request, _("This machine’s credential is revoked."))
    return redirect("provisioning:machine-list")


@permission_required("provisioning.view_agent", raise_exception=True)
@require_safe
def report_raw(request: UserRequest, report: uuid.UUID) -> HttpResponse:
    """The report to the byte, as it was signed."""
    visible = Report.objects.visible_to(request.user).select_related("kept")
    found = get_object_or_404(visible, report_id=report)
    if not found.is_retained:
        raise ReportPruned(
            _("The text of this report was removed after its time."),
            advice=_("Its hash, its signature and its place in the chain are kept."),
            sha256=found.sha256,
        )
    response = HttpResponse(found.payload, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="report-{report}.json"'
    return response


@permission_required("provisioning.view_agent", raise_exception=True)
@require_safe
def device_machine(request: UserRequest, tag: str) -> HttpResponse:
    """What the agent of a device said last: a part of the device's page."""
    device = get_object_or_404(Device.objects.visible_to(request.user), tag=tag)
    agent = _agents(request).bound().filter(device=device).first()
    context = {
        "device": device,
        "machine": agent,
        "card": card_of(agent) if agent else None,
        "look": _look(request, device),
        **_system(request, device),
        **_newest(request, agent),
        **_asked_by_its_pack(request, device),
    }
    return render(request, "provisioning/device_machine.html", context)


def _system(request: UserRequest, device: Device) -> dict[str, Any]:
    """What runs on a device, as far as anybody saw it, and the form that says it."""
    seen = system_of(request.user, device)
    here = device.kind in COMPUTERS
    initial = {"system": seen.system} if seen else None
    return {
        "system": seen,
        "system_form": SystemForm(initial=initial) if here else None,
    }


def _look(request: UserRequest, device: Device) -> ConnectionLook | None:
    """What came of the line of a device, when it was tried last."""
    looks = ConnectionLook.objects.visible_to(request.user)
    return looks.filter(device=device).first()


def _asked_by_its_pack(request: UserRequest, device: Device) -> dict[str, Any]:
    """What provisioning/assignment.html shows."""
    visible = Assignment.objects.visible_to(request.user)
    asked = visible.in_force().filter(device=device).first()
    environment = asked.environment if asked else ""
    return {
        "assignment": asked,
        "differences": actions.open_differences(device) if asked else [],
        "environment": environment_card(device, environment) if environment else None,
        "lacking": nothing_asked(device, asked) if device.kind in COMPUTERS else None,
    }


def _agents(request: UserRequest) -> AgentQuerySet:
    return Agent.objects.visible_to(request.user).for_page()


def _approvals(user: User) -> list[tuple[Site, bool]]:
    """Whether each site, of those where this person decides, looks at new machines."""
    sites = Site.objects.visible_to(user).filter(is_active=True)
    allowed = user.site_ids("provisioning.approve_agent")
    if allowed is not None:
        sites = sites.filter(pk__in=allowed)
    wanting = Approval.objects.visible_to(user).filter(is_wanted=True)
    wanted = set(wanting.values_list("site", flat=True))
    return [(site, site.pk in wanted) for site in sites]


def _page(
    request: UserRequest,
    agent: Agent,
    form: BindForm,
    *,
    status: int = 200,
    doubt: Doubt | None = None,
) -> HttpResponse:
    context = {
        "machine": agent,
        "doubt": doubt,
        "card": card_of(agent),
        "likenesses": likenesses_of(agent, request.user),
        "clone": clone_of(agent),
        "form": form,
        "reports": Report.objects.visible_to(request.user)
        .filter(agent=agent)
        .select_related("kept")
        .defer("kept__body", "signature")[:20],
        **_newest(request, agent),
        **_tests(request, agent),
        **(_asked_by_its_pack(request, agent.device) if agent.device else {}),
        "history": history_of(agent),
    }
    return render(request, "provisioning/machine_detail.html", context, status=status)


def _newest(request: UserRequest, agent: Agent | None) -> dict[str, object]:
    visible = Report.objects.visible_to(request.user)
    kept = visible.newest_of(agent) if agent else None
    if kept is None:
        return {"report": None}
    report = wire.Report.from_bytes(kept.payload)
    return {"kept": kept, "report": report, "unseen": unseen_sentences(report)}


def _tests(request: UserRequest, agent: Agent) -> dict[str, object]:
    """What came of its newest tests, and when they were reported."""
    kept = Report.objects.visible_to(request.user).newest_of(agent, kind=TESTS)
    if kept is None:
        return {"tests": []}
    report = wire.Report.from_bytes(kept.payload)
    return {"tests": test_sentences(report), "tested_at": kept.received_at}
