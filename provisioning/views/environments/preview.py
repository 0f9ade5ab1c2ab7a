"""The home page as a machine would show it: the same text, from the same content."""

from __future__ import annotations

import uuid

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from backoffice.core.requests import UserRequest
from provisioning.actions.layers import merged
from provisioning.environments.content import LayerContent, Tongue
from provisioning.environments.home import home_page, style
from provisioning.models import Environment, Resource
from provisioning.views.environments.found import (
    found_environment,
    found_version,
    looks,
)

# Nothing runs in it and nothing is fetched but its own style: as from a disk.
shown_inside = csp_replace(
    {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)


@looks
@require_safe
def home_preview(request: UserRequest, environment: uuid.UUID) -> HttpResponse:
    """The page around the page: as wide as a telephone, or as the window."""
    found = found_environment(request, environment)
    context = {"environment": found}
    return render(request, "provisioning/environments/preview.html", context)


@looks
@require_safe
def home_shown(request: UserRequest, environment: uuid.UUID) -> HttpResponseBase:
    """What the environment says now."""
    found = found_environment(request, environment)
    return _page(request, found, merged(found, None))


@looks
@require_safe
def version_home(
    request: UserRequest, environment: uuid.UUID, number: str
) -> HttpResponseBase:
    """What a version said when it was published."""
    found = found_version(request, environment, number)
    return _page(request, found.environment, found.said)


@looks
@require_safe
def home_style(request: UserRequest, environment: uuid.UUID) -> HttpResponse:
    """Beside the page of the environment, as it lies beside it on a machine."""
    found_environment(request, environment)
    return _style()


@looks
@require_safe
def version_home_style(
    request: UserRequest, environment: uuid.UUID, number: str
) -> HttpResponse:
    found_version(request, environment, number)
    return _style()


def _style() -> HttpResponse:
    return HttpResponse(style(), content_type="text/css; charset=utf-8")


def _page(
    request: UserRequest, environment: Environment, content: LayerContent
) -> HttpResponseBase:
    in_english = content.tongue is Tongue.EN and environment.title_en
    page = home_page(
        content,
        title=environment.title_en if in_english else environment.title_fr,
        tongue=content.tongue,
        sheets=_addresses(request, content),
    )
    answer = HttpResponse(page, headers={"X-Frame-Options": "SAMEORIGIN"})
    return shown_inside(lambda _request: answer)(request)


def _addresses(request: UserRequest, content: LayerContent) -> dict[str, str]:
    """Where the library shows each sheet; on the machine it is a file."""
    visible = Resource.objects.visible_to(request.user)
    named = visible.filter(blob__sha256__in=content.resources)
    pages = {
        each.blob.sha256: reverse("provisioning:resource-detail", args=[each.uuid])
        for each in named.select_related("blob")
    }
    return {
        each.slug: pages[each.resource]
        for each in content.sheets
        if each.resource in pages
    }
