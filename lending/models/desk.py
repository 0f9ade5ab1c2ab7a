from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User


class Listing(models.TextChoices):
    """The lists that are filtered, exported and kept under a name."""

    REQUESTS = "requests", _("Requests")
    PACKS = "packs", _("Packs")
    HANDOVERS = "handovers", _("Hand-overs")
    LOANS = "loans", _("Loans")

    @property
    def permission(self) -> str:
        """What somebody must hold to see the list as the association’s staff."""
        return _PERMISSIONS[self]


_PERMISSIONS = {
    Listing.REQUESTS: "lending.view_request",
    Listing.PACKS: "lending.view_pack",
    Listing.HANDOVERS: "lending.view_handover",
    Listing.LOANS: "lending.view_handover",
}


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One’s own, and those shared of the lists that one may see."""
        if not isinstance(user, User):
            return self.none()
        seen = [each for each in Listing if user.has_perm(each.permission)]
        return self.filter(Q(owner=user) | Q(is_shared=True), listing__in=seen)

    def for_list(self) -> Self:
        return self.select_related("owner").order_by("name", "pk")


class SavedFilter(models.Model):
    """A list as somebody narrowed it, under a name and an address of its own.

    It keeps the question, never the answer: whoever opens it sees what they may see.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_filters"
    )
    listing = models.CharField(max_length=9, choices=Listing)
    name = models.CharField(_("name"), max_length=60)
    # As in the address, without the page: status=to_decide&structure=…
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(_("shared with the staff"), default=False)
    saved_at = models.DateTimeField(auto_now=True)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "listing", "name"], name="filter_named_once_per_owner"
            ),
            models.CheckConstraint(
                name="filter_listing_known", condition=Q(listing__in=Listing.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarAddressQuerySet(models.QuerySet["CalendarAddress"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Addresses are personal."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def usable(self) -> Self:
        return self.filter(revoked_at=None, user__is_active=True)


class CalendarAddress(models.Model):
    """The address of somebody’s calendar of hand-overs, until it is revoked.

    The address is signed with the server’s secret, which is not in the database: who
    reads the database reads no calendar.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendars"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarAddressQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("calendar address")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(revoked_at=None),
                name="one_calendar_address_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"
