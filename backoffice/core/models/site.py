from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.countries import Country
from backoffice.core.models.event import Event, EventQuerySet

if TYPE_CHECKING:
    from backoffice.core.models.user import User


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Every member of staff may know which sites there are."""
        return self if user.is_authenticated else self.none()

    def lock(self, pk: int) -> Site:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Site(models.Model):
    """An address of the association: its own stock, its own staff."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    country = models.CharField(
        _("country"), max_length=2, choices=Country, default=Country.FRANCE
    )
    is_active = models.BooleanField(default=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name


class SiteEvent(Event):
    """What happened to a site: opened, amended."""

    SUBJECT = "site"
    subject = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="events")

    objects = EventQuerySet["SiteEvent"].as_manager()

    class Meta(Event.Meta):
        pass
