from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from backoffice.core.models.event import AppendOnlyQuerySet
from provisioning.models.agent import Agent, at_sites


class ReportQuerySet(AppendOnlyQuerySet["Report"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def newest_of(self, agent: Agent) -> Report | None:
        return self.filter(agent=agent).order_by("-seq").first()

    def without_payload(self) -> Self:
        """For lists: a payload may be megabytes."""
        return self.defer("payload", "signature")


class Report(models.Model):
    """What an agent said once, to the byte, with its signature; never changed."""

    report_id = models.UUIDField(unique=True)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="reports")
    seq = models.PositiveBigIntegerField()
    prev_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    boot_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=20)
    # The agent's clock: evidence, never authority. Kept as text: it may name a
    # year that a database cannot hold.
    taken_at = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    clock_offset_seconds = models.BigIntegerField()
    payload = models.BinaryField()
    signature = models.BinaryField(max_length=64)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "seq"], name="report_one_per_place"
            )
        ]

    def __str__(self) -> str:
        return str(self.report_id)
