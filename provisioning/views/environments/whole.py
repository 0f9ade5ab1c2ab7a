"""What environments come to as a whole: of what stands, or with a section as typed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from backoffice.core.errors import DomainError
from backoffice.core.models import Site
from backoffice.core.requests import UserRequest
from provisioning.actions.publishing import compiled_for
from provisioning.models import Environment, Layer, LayerKind


def checks_of(
    request: UserRequest, environment: Environment, number: int
) -> list[dict[str, Any]]:
    """What machines would be asked now, for all sites and for those with a layer."""
    return [_check(environment, site, number) for site in _places(request)]


def checks_with(
    request: UserRequest, layer: Layer, content: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The same of every environment that a layer is part of.

    With a `content`, as if that were what the layer says; nothing is written.
    """
    typed = layer
    if content is not None:
        typed = copy.copy(layer)
        typed.__dict__.pop("said", None)
        typed.content = content
    places = _places(request)
    if layer.kind == LayerKind.SITE:
        places = [site for site in places if site and site.pk == layer.site_id]
    return [
        _check(environment, site, 1, typed)
        for environment in _made_of(request, layer)
        for site in places
    ]


def _places(request: UserRequest) -> list[Site | None]:
    sites = Layer.objects.visible_to(request.user).filter(site__is_active=True)
    return [None, *(layer.site for layer in sites.select_related("site"))]


def _made_of(request: UserRequest, layer: Layer) -> list[Environment]:
    seen = Environment.objects.visible_to(request.user).for_list()
    if layer.kind == LayerKind.SITE:
        return list(seen)
    family = list(_family(request, layer))
    named = Q(base__in=family) | Q(bundles__in=family)
    return list(seen.filter(named).distinct())


def _family(request: UserRequest, layer: Layer) -> Iterator[int]:
    """A layer, and all that build on it."""
    known: set[int] = set()
    found = {layer.pk}
    while found:
        yield from found
        known |= found
        visible = Layer.objects.visible_to(request.user)
        heirs = visible.filter(extends__in=found).exclude(pk__in=known)
        found = set(heirs.values_list("pk", flat=True))


def _check(
    environment: Environment,
    site: Site | None,
    number: int,
    typed: Layer | None = None,
) -> dict[str, Any]:
    place = {"environment": environment, "site": site}
    try:
        profile = compiled_for(environment, site, number=number, typed=typed)
    except DomainError as refused:
        return {**place, "refused": refused}
    return {
        **place,
        "steps": len(profile.steps),
        "files": len(profile.blobs),
        "bytes": profile.blobs_bytes,
        "disk_mb": profile.requires.disk_free_mb,
        "ram_mb": profile.requires.ram_mb,
    }
