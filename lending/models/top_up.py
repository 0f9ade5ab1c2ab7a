from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Event, EventQuerySet, User
from backoffice.core.models.event import AppendOnlyQuerySet
from lending.kinds import Country
from lending.models.beneficiary import Beneficiary
from lending.models.connection import SimCard
from lending.models.doors import holds_anywhere
from lending.numbers import euros


class TopUpRulesQuerySet(models.QuerySet["TopUpRules"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The caps are no secret among those who see cards."""
        return (
            self.select_related("changed_by")
            if holds_anywhere(user, "lending.view_sim")
            else self.none()
        )


class TopUpRules(models.Model):
    """The caps of top-ups of one country’s sites; the defaults are the field’s."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    country = models.CharField(max_length=2, choices=Country, unique=True)
    monthly_cap_cents = models.PositiveIntegerField(
        _("most per person and month (cents)"), default=3000
    )
    months = models.PositiveSmallIntegerField(_("months of help"), default=9)
    renewals = models.PositiveSmallIntegerField(_("renewable (times)"), default=1)
    keeps_holders = models.BooleanField(_("keeps a register of holders"))
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = TopUpRulesQuerySet.as_manager()

    class Meta:
        ordering = ("country",)
        verbose_name = _("rules of top-ups")

    def __str__(self) -> str:
        return self.get_country_display()

    @property
    def cap(self) -> str:
        return euros(self.monthly_cap_cents)


class TopUpRulesEvent(Event):
    """Who changed the caps of a country, and to what."""

    SUBJECT = "top_up_rules"
    subject = models.ForeignKey(
        TopUpRules, on_delete=models.PROTECT, related_name="events"
    )

    objects = EventQuerySet["TopUpRulesEvent"].as_manager()

    class Meta(Event.Meta):
        pass


class TopUp(models.Model):
    """Credit put on a card for a person; never taken back."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sim = models.ForeignKey(SimCard, on_delete=models.PROTECT, related_name="top_ups")
    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="top_ups"
    )
    value_cents = models.PositiveIntegerField(_("value (cents)"))
    charged_cents = models.PositiveIntegerField(_("charged (cents)"), default=0)
    data_mb = models.PositiveIntegerField(_("data (MB)"), null=True, blank=True)
    made_on = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Why a manager went beyond the caps; empty within them.
    override_reason = models.CharField(max_length=200, blank=True)

    objects = AppendOnlyQuerySet["TopUp"].as_manager()

    class Meta:
        ordering = ("-made_on", "-pk")
        verbose_name = _("top-up")
        indexes = [
            models.Index(fields=["beneficiary", "made_on"], name="topup_by_person")
        ]
        constraints = [
            models.CheckConstraint(
                name="top_up_is_worth_something", condition=Q(value_cents__gt=0)
            )
        ]

    def __str__(self) -> str:
        return f"{self.sim} {self.value_cents}"

    @property
    def value(self) -> str:
        return euros(self.value_cents)

    @property
    def charged(self) -> str:
        return euros(self.charged_cents)


class TopUpHelp(models.Model):
    """For how long a person is helped with top-ups: from the first, and renewed."""

    beneficiary = models.OneToOneField(
        Beneficiary, on_delete=models.PROTECT, related_name="top_up_help"
    )
    since_on = models.DateField()
    until_on = models.DateField()
    renewed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("-since_on", "-pk")
        verbose_name = _("months of help")
        constraints = [
            models.CheckConstraint(
                name="top_up_help_ends_after_it_starts",
                condition=Q(until_on__gte=F("since_on")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.since_on} – {self.until_on}"
