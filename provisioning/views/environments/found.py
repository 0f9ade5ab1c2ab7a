"""Who may open the pages of environments, and what an address names."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404

from backoffice.core.requests import UserRequest
from provisioning.models import Environment, EnvironmentVersion, Layer, Resource

if TYPE_CHECKING:
    from django.db.models import QuerySet

FORM_METHODS = ["GET", "HEAD", "POST"]
looks = permission_required("provisioning.view_environment", raise_exception=True)
edits = permission_required("provisioning.edit_environment", raise_exception=True)
publishes = permission_required(
    "provisioning.publish_environment", raise_exception=True
)
installs = permission_required("provisioning.install_environment", raise_exception=True)
rotates = permission_required("provisioning.rotate_profile_key", raise_exception=True)


def found_environment(request: UserRequest, environment: uuid.UUID) -> Environment:
    visible = Environment.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, uuid=environment)


def found_layer(request: UserRequest, layer: uuid.UUID) -> Layer:
    visible = Layer.objects.visible_to(request.user).for_list()
    return get_object_or_404(visible, uuid=layer)


def versions_seen(request: UserRequest) -> QuerySet[EnvironmentVersion]:
    visible = EnvironmentVersion.objects.visible_to(request.user)
    return visible.select_related(
        "environment", "published_by", "promoted_by", "withdrawn_by"
    )


def found_version(
    request: UserRequest, environment: uuid.UUID, number: str
) -> EnvironmentVersion:
    if not re.fullmatch("[0-9]{1,6}", number):
        raise Http404
    return get_object_or_404(
        versions_seen(request), environment__uuid=environment, number=int(number)
    )


def titles_of(request: UserRequest, hashes: frozenset[str]) -> dict[str, str]:
    """The titles of resources of the library, by their hash."""
    named = Resource.objects.visible_to(request.user).filter(blob__sha256__in=hashes)
    return {each.blob.sha256: each.title for each in named.select_related("blob")}
