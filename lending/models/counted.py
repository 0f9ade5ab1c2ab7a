from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, Site, User
from backoffice.core.models.event import AppendOnlyQuerySet
from lending.models.doors import StaffQuerySet, holds_anywhere


class CountedKindQuerySet(models.QuerySet["CountedKind"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is counted is the same at every site."""
        return self if holds_anywhere(user, "lending.view_pack") else self.none()

    def in_use(self) -> Self:
        return self.filter(is_active=True)

    def lock(self, pk: int) -> CountedKind:
        return self.select_for_update(of=("self",)).get(pk=pk)


class CountedKind(models.Model):
    """A thing that is counted and not labelled: a mouse, a bag, a charger by its plug."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # What its bin’s barcode says.
    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    plug = models.CharField(
        _("plug"),
        max_length=40,
        blank=True,
        help_text=_("For a charger: the plug it ends in."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = CountedKindQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("counted thing")
        verbose_name_plural = _("counted things")

    def __str__(self) -> str:
        return self.name


class CountedKindEvent(Event):
    """What was said of a counted thing: its movements say how many there are."""

    SUBJECT = "counted_kind"
    subject = models.ForeignKey(
        CountedKind, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["CountedKindEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class CountedStockQuerySet(StaffQuerySet["CountedStock"]):
    PERMISSION = "lending.view_pack"

    def for_list(self) -> Self:
        return self.select_related("kind", "site").order_by("kind__name", "site__name")

    def lock_of(self, kind: CountedKind, site: Site) -> CountedStock:
        """Hold what this site has of this thing until the transaction ends."""
        return self.select_for_update(of=("self",)).get(kind=kind, site=site)

    def below_minimum(self) -> Self:
        return self.filter(on_hand__lt=F("minimum"))


class CountedStock(models.Model):
    """How many of a counted thing a site has; never below nothing."""

    kind = models.ForeignKey(
        CountedKind, on_delete=models.PROTECT, related_name="stocks"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    minimum = models.PositiveIntegerField(_("minimum"), default=0)

    objects = CountedStockQuerySet.as_manager()

    class Meta:
        ordering = ("kind__name", "site__name")
        verbose_name = _("counted stock")
        permissions = [("count_stock", _("Count and correct counted stock"))]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "site"], name="counted_once_per_site"
            ),
            models.CheckConstraint(
                name="counted_stock_is_never_below_nothing",
                condition=Q(on_hand__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.site}: {self.on_hand}"


class MovementReason(models.TextChoices):
    BOUGHT = "bought", _("Bought or given")
    COUNTED = "counted", _("Counted again")
    INTO_PACK = "into_pack", _("Into a pack")
    OUT_OF_PACK = "out_of_pack", _("Out of a pack")
    RETURNED = "returned", _("Come back with a loan")
    BROKEN = "broken", _("Broken or worn out")


class CountedMovementQuerySet(AppendOnlyQuerySet["CountedMovement"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The movements of the stocks that this person sees."""
        return self.filter(stock__in=CountedStock.objects.visible_to(user))

    def for_list(self) -> Self:
        return self.select_related("stock__site", "moved_by").order_by("-pk")


class CountedMovement(models.Model):
    """One change of a counted stock: the stock is the sum of these, always."""

    stock = models.ForeignKey(
        CountedStock, on_delete=models.PROTECT, related_name="movements"
    )
    change = models.IntegerField()
    reason = models.CharField(max_length=11, choices=MovementReason)
    # Public id of the pack it went into or came out of.
    pack = models.UUIDField(null=True, blank=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = CountedMovementQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("movement of counted stock")
        constraints = [
            models.CheckConstraint(
                name="counted_movement_moves", condition=~Q(change=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.stock_id} {self.change:+d}"

    @property
    def signed(self) -> str:
        """With its sign: a true minus, as wide as the plus."""
        return f"{self.change:+d}".replace("-", "−")
