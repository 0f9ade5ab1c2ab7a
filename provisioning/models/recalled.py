"""What was withdrawn from the library after a version had been made with it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from provisioning.models.blob import Resource
from provisioning.models.environment import Channel, EnvironmentVersion
from provisioning.models.profile import ProfileFile


def recalled_in(version: EnvironmentVersion) -> QuerySet[Resource]:
    """What this version brings to machines though the library offers it no more."""
    files = ProfileFile.objects.filter(profile__version=version)
    recalled = Resource.objects.filter(withdrawn_at__isnull=False)
    return recalled.filter(blob__sha256__in=files.values("sha256"))


def still_bringing(
    versions: QuerySet[EnvironmentVersion], sha256: str
) -> QuerySet[EnvironmentVersion]:
    """Of these, those with this file that machines may get: the newest, and any trial."""
    newer = EnvironmentVersion.objects.filter(
        environment=OuterRef("environment"),
        channel=Channel.STABLE,
        number__gt=OuterRef("number"),
    )
    files = ProfileFile.objects.filter(profile__version=OuterRef("pk"), sha256=sha256)
    let_go = Q(channel__in=(Channel.TEST, Channel.STABLE))
    return versions.filter(let_go, ~Exists(newer), Exists(files)).order_by("pk")
