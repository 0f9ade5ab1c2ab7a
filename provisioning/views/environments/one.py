"""Environments: the list, and each with its layers, its state now and its versions."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from provisioning import actions
from provisioning.actions.layers import lineage_of
from provisioning.forms.environments import EnvironmentForm, PublishForm
from provisioning.models import (
    Channel,
    Environment,
    EnvironmentVersion,
    Layer,
    LayerKind,
)
from provisioning.views.environments.diary import history_of
from provisioning.views.environments.found import (
    FORM_METHODS,
    edits,
    found_environment,
    looks,
    versions_seen,
)
from provisioning.views.environments.whole import checks_of

MOST_VERSIONS = 30


@looks
@require_safe
def environment_list(request: UserRequest) -> HttpResponse:
    """Environments with how far they are, then the layers that they are made of."""
    seen = list(Environment.objects.visible_to(request.user).for_list())
    newest: dict[tuple[int, str], EnvironmentVersion] = {}
    for version in versions_seen(request).order_by("number"):
        newest[version.environment_id, version.channel] = version
    rows = [
        {
            "environment": each,
            "stable": newest.get((each.pk, Channel.STABLE.value)),
            "test": newest.get((each.pk, Channel.TEST.value)),
        }
        for each in seen
    ]
    layers = list(Layer.objects.visible_to(request.user).for_list())
    return render(
        request,
        "provisioning/environments/list.html",
        {"rows": rows, "kinds": _by_kind(layers)},
    )


def _by_kind(layers: list[Layer]) -> list[dict[str, Any]]:
    return [
        {"label": kind.label, "layers": [each for each in layers if each.kind == kind]}
        for kind in LayerKind
        if any(each.kind == kind for each in layers)
    ]


@looks
@require_safe
def environment_detail(request: UserRequest, environment: uuid.UUID) -> HttpResponse:
    found = found_environment(request, environment)
    return page_of(request, found, PublishForm())


def page_of(
    request: UserRequest, found: Environment, form: PublishForm
) -> HttpResponse:
    """One environment; `form` is that which publishes it."""
    versions = list(
        versions_seen(request)
        .filter(environment=found)
        .prefetch_related("profiles")
        .order_by("-number")[:MOST_VERSIONS]
    )
    events, holds = history_of(found)
    context = {
        "environment": found,
        "layers": layers_of(found),
        "checks": checks_of(request, found, versions[0].number + 1 if versions else 1),
        "versions": versions,
        "form": form,
        "events": events,
        "holds": holds,
    }
    return render(
        request, "provisioning/environments/detail.html", context, status=form.status
    )


def layers_of(environment: Environment) -> list[Layer]:
    """The lowest first, as they are merged; those of sites lie in between."""
    found = lineage_of(environment.base)
    for bundled in environment.bundled.select_related("layer__extends", "layer__site"):
        found += lineage_of(bundled.layer)
    return found


@edits
@require_http_methods(FORM_METHODS)
def environment_new(request: UserRequest) -> HttpResponse:
    form = EnvironmentForm(request.POST or None, user=request.user)

    def act() -> Environment:
        slug = form.cleaned_data["slug"]
        return actions.create_environment(
            slug=slug, facts=form.facts, by=acting(request)
        )

    return _written(request, form, None, act, _("The environment is there."))


@edits
@require_http_methods(FORM_METHODS)
def environment_change(request: UserRequest, environment: uuid.UUID) -> HttpResponse:
    found = found_environment(request, environment)
    form = EnvironmentForm(request.POST or None, user=request.user, of=found)

    def act() -> Environment:
        return actions.change_environment(
            environment=found, facts=form.facts, by=acting(request)
        )

    return _written(request, form, found, act, _("Written down."))


def _written(
    request: UserRequest,
    form: EnvironmentForm,
    found: Environment | None,
    act: Callable[[], Environment],
    done: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            made = act()
        except DomainError as refused:
            form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect("provisioning:environment-detail", made.uuid)
    context = {"form": form, "environment": found}
    return render(
        request, "provisioning/environments/write.html", context, status=form.status
    )
