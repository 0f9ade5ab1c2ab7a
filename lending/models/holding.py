from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lending.models.beneficiary import Beneficiary
from lending.models.connection import SimCard
from lending.models.doors import StaffQuerySet


class SimHoldingQuerySet(StaffQuerySet["SimHolding"]):
    """The register: for those who may see people, at the sites of the cards."""

    SITE = "sim__site"
    PERMISSION = "lending.view_beneficiary"

    def for_register(self) -> Self:
        return self.select_related(
            "sim__site", "beneficiary__structure", "beneficiary__merged_into"
        ).order_by("-since_on", "-pk")


class SimHolding(models.Model):
    """Who held a card from when to when: the register that Belgium asks for (S42).

    Written at every hand-over of a card, wherever; kept as long as the law says.
    """

    sim = models.ForeignKey(SimCard, on_delete=models.PROTECT, related_name="holdings")
    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="sim_holdings"
    )
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    objects = SimHoldingQuerySet.as_manager()

    class Meta:
        ordering = ("-since_on", "-pk")
        verbose_name = _("holder of a card")
        constraints = [
            models.UniqueConstraint(
                fields=["sim"],
                condition=Q(until_on=None),
                name="a_card_has_one_holder_at_a_time",
            ),
            models.CheckConstraint(
                name="holding_ends_after_it_starts",
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sim} {self.since_on}"
