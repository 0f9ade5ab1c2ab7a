"""Plans of operators, and the caps of top-ups."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from backoffice.core.countries import Country
from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from lending import actions
from lending.forms.connections.plans import PlanForm, RulesForm
from lending.models import Plan, TopUpRules
from lending.views.kept import history_of
from lending.views.sides import attempt

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("lending.view_sim", raise_exception=True)
manages = permission_required("lending.manage_plan", raise_exception=True)


@looks
@require_safe
def plan_list(request: UserRequest) -> HttpResponse:
    """Those in use first; each with how many cards have it."""
    seen = Plan.objects.visible_to(request.user)
    counted = seen.annotate(cards=Count("sims"))
    ordered = counted.order_by("-is_active", "operator", "name", "pk")
    page = Slice(ordered, request.GET.get("page"))
    return render(request, "lending/connections/plan_list.html", {"page": page})


@manages
@require_http_methods(FORM_METHODS)
def plan_add(request: UserRequest) -> HttpResponse:
    form = PlanForm(request.POST or None, user=request.user)

    def act() -> Plan:
        return actions.add_plan(facts=form.facts, by=acting(request))

    return _written(request, form, act, None)


@manages
@require_http_methods(FORM_METHODS)
def plan_amend(request: UserRequest, plan: uuid.UUID) -> HttpResponse:
    found = _plan(request, plan)
    user = request.user
    form = (
        PlanForm(request.POST, user=user) if request.POST else PlanForm.of(found, user)
    )

    def act() -> Plan:
        return actions.amend_plan(plan=found, facts=form.facts, by=acting(request))

    return _written(request, form, act, found)


@manages
@require_POST
def plan_retire(request: UserRequest, plan: uuid.UUID) -> HttpResponse:
    found = _plan(request, plan)
    attempt(
        request,
        lambda: actions.retire_plan(plan=found, by=acting(request)),
        _("The plan is given to no further card."),
    )
    return redirect("lending:plan-list")


@looks
@require_safe
def top_up_rules(request: UserRequest) -> HttpResponse:
    """The caps of each country, and who changed them last."""
    rules = TopUpRules.objects.visible_to(request.user)
    return render(request, "lending/connections/rules.html", {"rules": rules})


@manages
@require_http_methods(FORM_METHODS)
def top_up_rules_change(request: UserRequest, country: str) -> HttpResponse:
    if country not in Country.values:
        raise Http404
    seen = TopUpRules.objects.visible_to(request.user)
    rules = get_object_or_404(seen, country=country)
    form = RulesForm(request.POST or None, rules=rules)
    if form.is_valid():
        try:
            actions.change_top_up_rules(
                country=Country(country), facts=form.facts, by=acting(request)
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The rules are changed from now on."))
            return redirect("lending:top-up-rules")
    context = {"form": form, "rules": rules, **history_of(rules, request.user)}
    template = "lending/connections/rules_form.html"
    return render(request, template, context, status=form.status)


def _plan(request: UserRequest, public_id: uuid.UUID) -> Plan:
    return get_object_or_404(Plan.objects.visible_to(request.user), uuid=public_id)


def _written(
    request: UserRequest, form: PlanForm, act: Callable[[], Plan], plan: Plan | None
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("lending:plan-list")
    told = history_of(plan, request.user) if plan else {}
    context = {"form": form, "plan": plan, **told}
    template = "lending/connections/plan_form.html"
    return render(request, template, context, status=form.status)
