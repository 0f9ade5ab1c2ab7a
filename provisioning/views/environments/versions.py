"""One version: what it asks, what is different, and how far it is let go."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agent.profile import read
from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.environments.words import title_of
from provisioning.forms.environments import PublishForm, WithdrawVersionForm
from provisioning.forms.layers.differences import differences
from provisioning.models import EnvironmentVersion
from provisioning.models.recalled import recalled_in
from provisioning.views.environments.found import (
    found_environment,
    found_version,
    looks,
    publishes,
    titles_of,
    versions_seen,
)
from provisioning.views.environments.one import page_of


@looks
@require_safe
def version_detail(
    request: UserRequest, environment: uuid.UUID, number: str
) -> HttpResponse:
    found = found_version(request, environment, number)
    return _page(request, found, WithdrawVersionForm())


def _page(
    request: UserRequest, found: EnvironmentVersion, form: WithdrawVersionForm
) -> HttpResponse:
    profiles = list(found.profiles.select_related("site").order_by("pk"))
    others = list(
        versions_seen(request)
        .filter(environment=found.environment)
        .exclude(pk=found.pk)
        .order_by("-number")[:30]
    )
    against = _against(request, found, others)
    context = {
        "version": found,
        "environment": found.environment,
        "profiles": profiles,
        "profile": read(bytes(profiles[0].body)),
        "steps": [
            {"title": title_of(each), "id": each.id, "optional": each.optional}
            for each in profiles[0].steps.values()
        ],
        "recalled": recalled_in(found),
        "others": others,
        "against": against,
        "sentences": _sentences(request, against, found) if against else [],
        "form": form,
    }
    return render(
        request, "provisioning/environments/version.html", context, status=form.status
    )


def _against(
    request: UserRequest, found: EnvironmentVersion, others: list[EnvironmentVersion]
) -> EnvironmentVersion | None:
    """The version that is asked for, else the one before, else any."""
    asked = request.GET.get("against", "")
    named = [each for each in others if str(each.number) == asked]
    before = [each for each in others if each.number < found.number]
    return next(iter([*named, *before, *others]), None)


def _sentences(
    request: UserRequest, before: EnvironmentVersion, after: EnvironmentVersion
) -> list[str]:
    named = before.said.resources | after.said.resources
    return differences(before.content, after.content, titles_of(request, named))


@publishes
@require_POST
def version_publish(request: UserRequest, environment: uuid.UUID) -> HttpResponse:
    """Freeze what the environment says now, and let it be tried."""
    found = found_environment(request, environment)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            made = actions.publish_version(
                environment=found, notes=form.cleaned_data["notes"], by=acting(request)
            )
        except DomainError as refused:
            form.refuse(refused)
        else:
            messages.success(
                request,
                _("Version %(number)s is on trial.") % {"number": made.number},
            )
            return _led(made)
    return page_of(request, found, form)


@publishes
@require_POST
def version_promote(
    request: UserRequest, environment: uuid.UUID, number: str
) -> HttpResponse:
    found = found_version(request, environment, number)
    actions.promote_version(version=found, by=acting(request))
    messages.success(request, _("Published: every machine may get it."))
    return _led(found)


@publishes
@require_POST
def version_withdraw(
    request: UserRequest, environment: uuid.UUID, number: str
) -> HttpResponse:
    found = found_version(request, environment, number)
    form = WithdrawVersionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)

    try:
        actions.withdraw_version(
            version=found, because=form.cleaned_data["because"], by=acting(request)
        )
    except DomainError as refused:
        form.refuse(refused)
        return _page(request, found, form)
    messages.success(request, _("Withdrawn: no machine gets it now."))
    return _led(found)


def _led(version: EnvironmentVersion) -> HttpResponse:
    return redirect(
        "provisioning:version-detail", version.environment.uuid, version.number
    )
