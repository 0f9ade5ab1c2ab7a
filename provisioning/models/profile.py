from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agent.profile import read
from agent.profile.steps import Step
from backoffice.core.models import Event, EventQuerySet, Site, User
from backoffice.core.models.event import AppendOnlyQuerySet
from provisioning.models.environment import VIEW, Channel, EnvironmentVersion


class ProfileQuerySet(AppendOnlyQuerySet["EnvironmentProfile"]):
    def for_site(
        self, version: EnvironmentVersion, site_id: int | None
    ) -> EnvironmentProfile | None:
        """What a machine of this site is given of a version: the site’s own, if any."""
        last = Channel.STABLE if version.promoted_at else Channel.TEST
        fitting = Q(site=None) | Q(site=site_id) if site_id else Q(site=None)
        found = self.filter(fitting, version=version, channel=last)
        return found.order_by(models.F("site").desc(nulls_last=True)).first()


class EnvironmentProfile(models.Model):
    """The exact bytes that a machine obeys: one for a version, a site and a channel."""

    version = models.ForeignKey(
        EnvironmentVersion, on_delete=models.PROTECT, related_name="profiles"
    )
    # Whose layer is in it; none in that of all other sites.
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, related_name="+"
    )
    channel = models.CharField(max_length=9, choices=Channel)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    # All its files, in bytes, each once.
    files_bytes = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()

    objects = ProfileQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("signed description")
        verbose_name_plural = _("signed descriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "site", "channel"], name="profile_once_per_site"
            ),
            models.UniqueConstraint(
                fields=["version", "channel"],
                condition=Q(site=None),
                name="profile_once_without_site",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256

    @property
    def steps(self) -> Mapping[str, Step]:
        """What it asks, by the short names that machines report."""
        return _steps_of(bytes(self.body))


@lru_cache(maxsize=32)
def _steps_of(body: bytes) -> Mapping[str, Step]:
    return {step.id: step for step in read(body).steps}


class ProfileFile(models.Model):
    """One file that a signed description names: which machines got what, later."""

    profile = models.ForeignKey(
        EnvironmentProfile, on_delete=models.PROTECT, related_name="files"
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()

    objects = AppendOnlyQuerySet["ProfileFile"].as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("file of an environment")
        verbose_name_plural = _("files of environments")

    def __str__(self) -> str:
        return self.name


class ProfileSignature(models.Model):
    """The text of a `.minisig`: another after each change of the key; the newest counts."""

    profile = models.ForeignKey(
        EnvironmentProfile, on_delete=models.PROTECT, related_name="signatures"
    )
    # The eight bytes that name the key, in hexadecimal.
    key = models.CharField(max_length=16)
    text = models.TextField()
    made_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["ProfileSignature"].as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("signature of an environment")
        verbose_name_plural = _("signatures of environments")
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "key"], name="profile_signed_once_by_a_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.key}"


class ProfileKey(models.Model):
    """The public half of a key that signs, or signed, environments.

    Its private half is a file beside the database: provisioning.profile_keys.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=16, unique=True)
    # As minisign takes it: base64 of algorithm, number and key.
    public = models.CharField(max_length=60)
    known_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["ProfileKey"].as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("key that signs environments")
        verbose_name_plural = _("keys that sign environments")

    def __str__(self) -> str:
        return self.number


class ProfileKeyEventQuerySet(EventQuerySet["ProfileKeyEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Which key signs is no secret among those who see environments."""
        seen = isinstance(user, User) and user.has_perm(VIEW)
        return self if seen else self.none()


class ProfileKeyEvent(Event):
    """The journal of one key: it became the current one, or was replaced."""

    SUBJECT = "profilekey"
    subject = models.ForeignKey(
        ProfileKey, on_delete=models.PROTECT, related_name="events"
    )

    objects = ProfileKeyEventQuerySet.as_manager()

    class Meta(Event.Meta):
        pass
