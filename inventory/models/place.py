from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site
from inventory.models.sites import SiteLimitedQuerySet


class PlaceKind(models.TextChoices):
    SITE = "site", _("Site")
    ROOM = "room", _("Room")
    BENCH = "bench", _("Bench")
    SHELF = "shelf", _("Shelf")


class PlaceQuerySet(SiteLimitedQuerySet["Place"]):
    PERMISSION = "inventory.view_device"

    def open(self) -> Self:
        return self.filter(is_active=True)

    def for_list(self) -> Self:
        return self.select_related("site", "parent").order_by("site__name", "name")


class Place(models.Model):
    """Where things stand: a site, a room in it, a bench or shelf in that."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tag = models.CharField(max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=PlaceKind)
    name = models.CharField(_("name"), max_length=80)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="places", verbose_name=_("site")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )
    # A locked cupboard for drives that were taken out.
    for_drives = models.BooleanField(_("keeps drives taken out"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ("site__name", "name")
        verbose_name = _("place")
        verbose_name_plural = _("places")
        permissions = [("manage_place", _("Manage places"))]
        constraints = [
            models.CheckConstraint(
                name="place_kind_known", condition=Q(kind__in=PlaceKind.values)
            ),
            models.UniqueConstraint(
                fields=["site", "parent", "name"],
                name="place_named_once",
                violation_error_message=_("There is already a place of this name."),
            ),
            # For SQL, no parent is unlike any other no parent.
            models.UniqueConstraint(
                fields=["site", "name"],
                condition=Q(parent=None),
                name="place_named_once_in_its_site",
                violation_error_message=_("There is already a place of this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceEvent(Event):
    """The journal of one place."""

    SUBJECT = "place"
    subject = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["PlaceEvent"].as_manager()

    class Meta(Event.Meta):
        pass
