from __future__ import annotations

import dataclasses
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q, Subquery
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from backoffice.core.models.event import AppendOnlyQuerySet
from inventory.health import Facts, Finding, Rules, Verdict, kept
from inventory.models.device import Device

_STANDING = ("facts", "verdict", "rules")


@dataclasses.dataclass(frozen=True)
class Standing:
    """The rules in force, and a device's facts and verdict so far, if it has any."""

    rules: HealthRules
    facts: Facts | None
    verdict: str
    is_current: bool


class HealthRulesQuerySet(AppendOnlyQuerySet["HealthRules"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The rules are the same at every site."""
        may = isinstance(user, User) and user.has_perm("inventory.view_device")
        return self if may else self.none()

    def before(self, rules: HealthRules) -> HealthRules | None:
        return self.filter(number__lt=rules.number).order_by("-number").first()

    def newest_first(self) -> Self:
        return self.select_related("made_by").order_by("-number")

    def in_force(self) -> HealthRules:
        return self.order_by("-number")[:1].get()

    def standing_of(self, device: Device) -> Standing:
        """The rules in force and what is known of a device: in one statement, since
        every report asks.
        """
        health = DeviceHealth.objects.filter(device=device)
        pk, number, limits, facts, verdict, rules = (
            self.order_by("-number")
            .values_list(
                *("pk", "number", "limits"),
                *(Subquery(health.values(name)[:1]) for name in _STANDING),
            )[:1]
            .get()
        )
        return Standing(
            rules=HealthRules(pk=pk, number=number, limits=limits),
            facts=kept.to_facts(facts) if facts else None,
            verdict=verdict or "",
            is_current=rules == pk,
        )


class HealthRules(models.Model):
    """One version of the thresholds. A change is a new version; none is ever altered."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    limits = models.JSONField()
    made_at = models.DateTimeField()
    # Nobody for the version that comes with the program.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = HealthRulesQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        verbose_name = _("health rules")
        verbose_name_plural = _("health rules")
        permissions = [("change_health_limits", _("Change the health rules"))]
        constraints = [
            models.CheckConstraint(
                name="health_rules_count_from_one", condition=Q(number__gte=1)
            )
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def rules(self) -> Rules:
        return Rules.from_json(self.limits)


class DeviceHealthQuerySet(models.QuerySet["DeviceHealth"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_device")
        return self if sites is None else self.filter(device__site__in=sites)

    def judged_by_others(self, rules: HealthRules) -> Self:
        """Those whose verdict is of another version."""
        return self.exclude(rules=rules).order_by("pk")

    def progress(self, rules: HealthRules) -> tuple[int, int]:
        """How many are judged by these rules, and how many are not yet."""
        judged = self.filter(rules=rules).count()
        return judged, max(self.count() - judged, 0)


class DeviceHealth(models.Model):
    """What is known of a device’s health, and how it was judged.

    `facts` is what its machine said, so that it can be judged again; `findings` what
    the rules of version `rules` made of it. The journal says when a verdict changed.
    """

    device = models.OneToOneField(
        Device, on_delete=models.PROTECT, primary_key=True, related_name="health"
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    rules = models.ForeignKey(HealthRules, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField()
    findings = models.JSONField()
    seen_at = models.DateTimeField()
    judged_at = models.DateTimeField()

    objects = DeviceHealthQuerySet.as_manager()

    class Meta:
        verbose_name = _("health")
        verbose_name_plural = _("health")
        indexes = [models.Index(fields=["verdict"], name="health_by_verdict")]
        constraints = [
            models.CheckConstraint(
                name="health_verdict_known", condition=Q(verdict__in=Verdict.values)
            )
        ]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.verdict}"

    @property
    def known(self) -> Facts:
        return kept.to_facts(self.facts)

    @property
    def found(self) -> list[Finding]:
        """Worst first; drives, battery, tests in their order."""
        findings = kept.to_findings(self.findings)
        return sorted(findings, key=lambda finding: -finding.verdict.rank)
