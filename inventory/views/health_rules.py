"""The rules that health is judged by: to read, to change, and how they changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.errors import DomainError
from backoffice.core.pagination import Slice
from backoffice.core.requests import UserRequest, acting
from inventory import actions
from inventory.errors import HealthRulesChanged
from inventory.forms.health import HealthRulesForm
from inventory.health import Limit, bound, changes, grouped
from inventory.models import DeviceHealth, HealthRules
from inventory.models.health import HealthRulesQuerySet
from inventory.views.workshop import asked_or_posted


@dataclasses.dataclass(frozen=True)
class Version:
    """One version, and in words what it changed; the first one changed nothing."""

    rules: HealthRules
    changes: Sequence[str]


@permission_required("inventory.view_device", raise_exception=True)
@require_safe
def health_rules(request: HttpRequest) -> HttpResponse:
    """The limits in force, how many devices wait for them, and earlier versions."""
    versions = HealthRules.objects.visible_to(request.user)
    rules = versions.in_force()
    judged, waiting = DeviceHealth.objects.visible_to(request.user).progress(rules)
    page = Slice(versions.newest_first(), request.GET.get("page"))
    context = {
        "rules": rules,
        "groups": [
            (title, [_in_words(limit) for limit in limits])
            for title, limits in grouped(rules.rules.limits)
        ],
        "judged": judged,
        "waiting": waiting,
        "total": judged + waiting,
        "page": page,
        "versions": _compared(page.rows, versions),
    }
    return render(request, "inventory/health_rules.html", context)


@permission_required("inventory.change_health_limits", raise_exception=True)
@asked_or_posted
def health_rules_change(request: UserRequest) -> HttpResponse:
    """Other limits, as a new version. What was typed stays where it is refused."""
    versions = HealthRules.objects.visible_to(request.user)
    rules = versions.in_force()
    form = HealthRulesForm(request.POST or None, version=rules)
    status, meanwhile = 422 if form.errors else 200, []
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.change_health_rules(**form.facts, by=acting(request))
        except HealthRulesChanged as refusal:
            meanwhile = _since(versions, form.facts["instead_of"])
            form, status = form.after_another(versions.in_force()), refusal.status
            form.refuse(refusal)
        except DomainError as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _said(made, form.facts["instead_of"]))
            return redirect("inventory:health-rules")
    context = {"form": form, "rules": rules, "meanwhile": meanwhile}
    page = "inventory/health_rules_form.html"
    return render(request, page, context, status=status)


def _said(made: HealthRules, before: int) -> str:
    if made.number == before:
        said = _("Nothing was changed: version %(number)s stays in force.")
    else:
        said = _("Version %(number)s of the health rules is in force.")
    return said % {"number": made.number}


def _in_words(limit: Limit) -> tuple[str, str, str]:
    return str(limit.reading.label), bound(limit, limit.warn), bound(limit, limit.fail)


def _compared(
    rows: Sequence[HealthRules], versions: HealthRulesQuerySet
) -> list[Version]:
    """Each version against the one before it, which may stand on the next page."""
    before = versions.before(rows[-1]) if rows else None
    older = [*rows[1:], before]
    return [
        Version(new, changes(old.rules, new.rules) if old else [])
        for new, old in zip(rows, older, strict=True)
    ]


def _since(versions: HealthRulesQuerySet, number: int) -> list[str]:
    """What changed since a version that somebody looked at."""
    old = versions.filter(number=number).first()
    return changes(old.rules, versions.in_force().rules) if old else []
