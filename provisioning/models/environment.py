from __future__ import annotations

import uuid
from functools import cached_property
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from provisioning.environments.content import LayerContent

VIEW = "provisioning.view_environment"


class LayerKind(models.TextChoices):
    """Where a layer lies: bases at the bottom, then the site’s, then complements."""

    BASE = "base", _("Base")
    SITE = "site", _("Site")
    BUNDLE = "bundle", _("Complement")


class Channel(models.TextChoices):
    """How far a version is."""

    TEST = "test", _("On trial")
    STABLE = "stable", _("Published to all")
    WITHDRAWN = "withdrawn", pgettext_lazy("library", "Withdrawn")


class Titled(models.Model):
    """What people call something, in both languages of the screen."""

    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader’s language, else in French."""
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title_fr


class LayerQuerySet(models.QuerySet["Layer"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Layers are the association’s: whoever may look sees all of them."""
        if not isinstance(user, User):
            return self.none()
        return self if user.has_perm(VIEW) else self.none()

    def lock(self, pk: int) -> Layer:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def for_list(self) -> Self:
        return self.select_related("site", "extends").order_by("kind", "slug")


class Layer(Titled):
    """A part of environments that is written once: `content` is a LayerContent."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=LayerKind)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    extends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="heirs"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    content = models.JSONField(default=dict)
    # Grows with each change: who edits an older one is told so.
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    objects = LayerQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)
        verbose_name = _("layer")
        verbose_name_plural = _("layers")
        constraints = [
            models.CheckConstraint(
                name="layer_of_a_site_names_it",
                condition=Q(kind=LayerKind.SITE, site__isnull=False)
                | ~Q(kind=LayerKind.SITE) & Q(site=None),
            ),
            models.UniqueConstraint(fields=["site"], name="one_layer_per_site"),
        ]

    @cached_property
    def said(self) -> LayerContent:
        """What it says, read; raises Malformed where nobody could have written it."""
        return LayerContent.from_json(self.content)


class LayerEvent(Event):
    """The journal of one layer: written, changed."""

    SUBJECT = "layer"
    subject = models.ForeignKey(Layer, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["LayerEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class EnvironmentQuerySet(models.QuerySet["Environment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Environments are the association’s: whoever may look sees all of them."""
        if not isinstance(user, User):
            return self.none()
        return self if user.has_perm(VIEW) else self.none()

    def lock(self, pk: int) -> Environment:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def for_list(self) -> Self:
        return self.select_related("base").order_by("slug")

    def published(self) -> Self:
        """Those of which any version ever was on trial or published."""
        versions = EnvironmentVersion.objects.filter(environment=OuterRef("pk"))
        return self.filter(Exists(versions))


class Environment(Titled):
    """A learning environment: a base, the site’s layer, and complements in order."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    # Whom it is for, in a few words.
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    base = models.ForeignKey(
        Layer, on_delete=models.PROTECT, related_name="environments"
    )
    bundles = models.ManyToManyField(
        Layer, through="EnvironmentBundle", related_name="bundled_in"
    )
    made_at = models.DateTimeField()

    objects = EnvironmentQuerySet.as_manager()

    class Meta:
        ordering = ("slug",)
        verbose_name = _("learning environment")
        verbose_name_plural = _("learning environments")
        permissions = [
            ("edit_environment", _("Write learning environments and their layers")),
            ("publish_environment", _("Publish learning environments")),
            ("install_environment", _("Have machines install a learning environment")),
            ("rotate_profile_key", _("Replace the key that signs environments")),
        ]


class EnvironmentBundle(models.Model):
    """One complement of an environment, at its place among them."""

    environment = models.ForeignKey(
        Environment, on_delete=models.PROTECT, related_name="bundled"
    )
    layer = models.ForeignKey(Layer, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "layer"], name="bundle_once_per_environment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.environment} + {self.layer}"


class EnvironmentEvent(Event):
    """The journal of one environment: made, changed, published, withdrawn."""

    SUBJECT = "environment"
    subject = models.ForeignKey(
        Environment, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["EnvironmentEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class VersionQuerySet(models.QuerySet["EnvironmentVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        return self if user.has_perm(VIEW) else self.none()

    def lock(self, pk: int) -> EnvironmentVersion:
        held = self.select_for_update(of=("self",)).select_related("environment")
        return held.get(pk=pk)

    def newest(self, slug: str, channel: str) -> EnvironmentVersion | None:
        """The newest of an environment on this channel."""
        of = self.filter(environment__slug=slug, channel=channel)
        return of.select_related("environment").order_by("-number").first()


class EnvironmentVersion(models.Model):
    """An environment as it was published. `content` is merged, without any site’s layer.

    What it says never changes; its channel only moves on. The database’s triggers say
    the same.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    environment = models.ForeignKey(
        Environment, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    notes = models.CharField(_("what is new"), max_length=1000, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(
        max_length=9, choices=Channel, default=Channel.TEST.value
    )
    promoted_at = models.DateTimeField(null=True, blank=True)
    promoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_because = models.CharField(max_length=300, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ("environment", "-number")
        verbose_name = _("version of an environment")
        verbose_name_plural = _("versions of environments")
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "number"], name="version_numbered_once"
            ),
            models.CheckConstraint(
                name="version_withdrawn_says_why",
                condition=Q(
                    channel=Channel.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                )
                & ~Q(withdrawn_because="")
                | ~Q(channel=Channel.WITHDRAWN)
                & Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because=""),
            ),
            models.CheckConstraint(
                name="version_stable_was_promoted",
                condition=~Q(channel=Channel.STABLE)
                | Q(promoted_at__isnull=False, promoted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.environment.slug} {self.number}"

    @cached_property
    def said(self) -> LayerContent:
        return LayerContent.from_json(self.content)
