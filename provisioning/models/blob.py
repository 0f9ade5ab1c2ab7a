from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, User
from provisioning.kinds import ContentLanguage, Licence, ResourceKind, Withdrawal


class Blob(models.Model):
    """A file by what is in it; its bytes are in provisioning.store, under this name."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    # What its first bytes say that it is.
    media = models.CharField(max_length=100, editable=False)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(name="blob_is_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.sha256


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The library is the association’s: whoever may look sees all of it."""
        if not isinstance(user, User):
            return self.none()
        return self if user.has_perm("provisioning.view_resource") else self.none()

    def lock(self, pk: int) -> Resource:
        held = self.select_for_update(of=("self",)).select_related("blob")
        return held.get(pk=pk)

    def offered(self) -> Self:
        return self.filter(withdrawn_at=None)

    def for_list(self) -> Self:
        return self.select_related("blob").order_by("-pk")


class Resource(models.Model):
    """A file of the library, with what one has to know before giving it away."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    blob = models.OneToOneField(
        Blob, on_delete=models.PROTECT, related_name="resource", editable=False
    )
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ResourceKind)
    language = models.CharField(_("language"), max_length=3, choices=ContentLanguage)
    licence = models.CharField(_("licence"), max_length=30, choices=Licence)
    # Where it comes from; may be empty for what we wrote.
    source_url = models.CharField(_("source"), max_length=500, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.CharField(
        _("withdrawn because"), max_length=10, choices=Withdrawal, blank=True
    )

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        permissions = [
            ("manage_resource", _("Add resources to the library")),
            ("withdraw_resource", _("Withdraw resources from the library")),
        ]
        constraints = [
            models.CheckConstraint(
                name="resource_withdrawn_says_why",
                condition=Q(withdrawn_at=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because=""),
            ),
            models.CheckConstraint(
                name="resource_of_others_names_its_source",
                condition=Q(licence=Licence.OWN) | ~Q(source_url=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """In the reader’s language, else in French."""
        english = (get_language() or "").startswith("en")
        return self.title_en if english and self.title_en else self.title_fr


class ResourceEvent(Event):
    """The journal of one resource: added, described anew, withdrawn, brought back."""

    SUBJECT = "resource"
    subject = models.ForeignKey(
        Resource, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["ResourceEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One’s own: nobody goes on with what another began."""
        return self.filter(begun_by=user) if isinstance(user, User) else self.none()


class Upload(models.Model):
    """A file on its way into the library, piece by piece. Gone once it is there.

    How far it is says the file itself: provisioning.store.incoming.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # As the browser names it, with its size in bytes and when it last changed (in
    # milliseconds since 1970): the same file, chosen again, goes on where it stopped.
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    changed = models.PositiveBigIntegerField()
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.UniqueConstraint(
                fields=["begun_by", "name", "size", "changed"],
                name="upload_of_a_file_goes_on",
            )
        ]

    def __str__(self) -> str:
        return self.name
