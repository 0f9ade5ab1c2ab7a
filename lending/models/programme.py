from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, User
from lending.models.doors import USE_PORTAL, TwoSidedQuerySet
from lending.models.structure import Structure


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Programmes are the association’s; a structure sees those it has a quota in."""
        if not isinstance(user, User):
            return self.none()
        if user.has_perm("lending.view_programme"):
            return self
        if USE_PORTAL not in user.grants:
            return self.none()
        member = Structure.objects.filter(
            memberships__user=user, memberships__is_active=True
        )
        return self.filter(quotas__structure__in=member).distinct()

    def lock(self, pk: int) -> Programme:
        return self.select_for_update(of=("self",)).get(pk=pk)

    def open(self) -> Self:
        return self.filter(is_open=True)

    def for_list(self) -> Self:
        return self.annotate(shared_out=Coalesce(Sum("quotas__packs"), 0)).order_by(
            "-is_open", "-priority", "name", "pk"
        )


class Programme(models.Model):
    """Who is equipped with whose money, until when, and how many."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    # As the funders want to be named, one per line.
    funders = models.TextField(_("funders"), max_length=1000, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    target = models.PositiveIntegerField(_("packs to hand over"))
    # Counted in the hand-over’s own transaction: the database refuses one too many.
    handed_over = models.PositiveIntegerField(default=0, editable=False)
    # The first key of the waiting list: the higher goes first.
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    is_open = models.BooleanField(_("open"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("-is_open", "name")
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        permissions = [("manage_programme", _("Manage programmes and quotas"))]
        constraints = [
            models.CheckConstraint(
                name="programme_hands_over_no_more_than_its_target",
                condition=Q(handed_over__lte=F("target")),
            ),
            models.CheckConstraint(
                name="programme_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def left(self) -> int:
        return self.target - self.handed_over


class ProgrammeEvent(Event):
    """What happened to a programme: opened, its target and its quotas changed."""

    SUBJECT = "programme"
    subject = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["ProgrammeEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class QuotaQuerySet(TwoSidedQuerySet["Quota"]):
    PERMISSION = "lending.view_programme"

    def for_list(self) -> Self:
        return self.select_related("structure", "programme").order_by(
            "structure__name", "pk"
        )


class Quota(models.Model):
    """How many packs of a programme a structure may have; Σ ≤ target (INV-A1)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="quotas"
    )
    structure = models.ForeignKey(
        Structure, on_delete=models.PROTECT, related_name="quotas"
    )
    packs = models.PositiveIntegerField(_("packs"))
    # Promised (approved requests) and handed over; counted with the acts.
    promised = models.PositiveIntegerField(default=0, editable=False)
    handed_over = models.PositiveIntegerField(default=0, editable=False)

    objects = QuotaQuerySet.as_manager()

    class Meta:
        ordering = ("programme", "structure")
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "structure"], name="one_quota_per_structure"
            ),
            models.CheckConstraint(
                name="quota_is_not_exceeded",
                condition=Q(packs__gte=F("promised") + F("handed_over")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.programme}"

    @property
    def left(self) -> int:
        return self.packs - self.promised - self.handed_over
