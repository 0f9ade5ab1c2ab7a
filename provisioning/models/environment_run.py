from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import User
from backoffice.core.models.event import AppendOnlyQuerySet
from inventory.models import Device
from inventory.models.device import DeviceQuerySet
from provisioning.environments import words
from provisioning.models.agent import Agent, at_sites
from provisioning.models.job import Job
from provisioning.models.profile import EnvironmentProfile
from provisioning.models.report import Report


class RunAim(models.TextChoices):
    """What one pass of a machine over an environment was for, in the wire’s words."""

    INSTALL = "install", _("Installation")
    VERIFY = "verify", _("Check")
    ROLLBACK = "rollback", _("Taken back")
    RETURN = "return", _("Cleared after its return")
    UNKNOWN = "unknown", _("Unknown")


class RunOutcome(models.TextChoices):
    """What came of it, in the wire’s words."""

    WHOLE = "whole", _("Whole")
    PARTIAL = "partial", pgettext_lazy("a pass", "Not whole")
    REFUSED = "refused", _("Refused by the machine")
    BLOCKED = "blocked", _("Could not begin")
    CANCELLED = "cancelled", _("Cancelled")
    UNKNOWN = "unknown", _("Unclear")


class StepOutcome(models.TextChoices):
    """What came of one step, in the wire’s words."""

    OK = "ok", _("As it should be")
    CHANGED = "changed", _("Brought about")
    DRIFT = "drift", _("Changed since")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not for this machine")
    NOT_REACHED = "not_reached", _("Not reached")
    UNKNOWN = "unknown", _("Unclear")


# After these the machine is as it was before.
UNTOUCHED = frozenset({RunOutcome.REFUSED, RunOutcome.BLOCKED})
AMISS_STEPS = frozenset({StepOutcome.DRIFT, StepOutcome.FAILED})


class EnvironmentRunQuerySet(AppendOnlyQuerySet["EnvironmentRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the devices that this person sees, or of machines that are none."""
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids(DeviceQuerySet.PERMISSION)
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def newest_of(self, device: Device) -> EnvironmentRun | None:
        return self.filter(device=device).order_by("-pk").first()


class EnvironmentRun(models.Model):
    """One pass of a machine over an environment, as its report said it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, related_name="environment_run"
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+")
    # The device that the machine was when it reported.
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, related_name="environment_runs"
    )
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, related_name="environment_runs"
    )
    # What was signed here under this name, number and hash; none where nothing was.
    profile = models.ForeignKey(
        EnvironmentProfile, on_delete=models.PROTECT, null=True, related_name="runs"
    )
    slug = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    aim = models.CharField(max_length=8, choices=RunAim)
    outcome = models.CharField(max_length=9, choices=RunOutcome)
    # The machine’s own sentence.
    message = models.CharField(max_length=300, blank=True)
    resumed = models.PositiveBigIntegerField()
    fetched_bytes = models.PositiveBigIntegerField()
    seconds = models.PositiveBigIntegerField()
    received_at = models.DateTimeField()

    objects = EnvironmentRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("pass over an environment")
        verbose_name_plural = _("passes over environments")

    def __str__(self) -> str:
        return f"{self.slug} {self.number} ({self.get_outcome_display()})"


class EnvironmentStepRow(models.Model):
    """What came of one step of a pass, with what the machine saw at the end."""

    run = models.ForeignKey(
        EnvironmentRun, on_delete=models.PROTECT, related_name="steps"
    )
    position = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    state = models.CharField(max_length=11, choices=StepOutcome)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=300, blank=True)
    # Pairs of name and value.
    evidence = models.JSONField(default=list)
    ms = models.PositiveBigIntegerField()
    is_optional = models.BooleanField()

    objects = AppendOnlyQuerySet["EnvironmentStepRow"].as_manager()

    class Meta:
        ordering = ("run", "position")
        verbose_name = _("step of a pass")
        verbose_name_plural = _("steps of passes")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="step_once_per_place_of_a_pass"
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} ({self.get_state_display()})"

    @property
    def title(self) -> str:
        """In the reader’s language, as it was published; else by what kind it is."""
        profile = self.run.profile
        asked = profile.steps.get(self.step) if profile else None
        return words.title_of(asked) if asked else words.kind_words(self.kind)

    @property
    def reason(self) -> str:
        """Why it does not hold, in the reader’s language; empty where that is unknown."""
        return words.reason_of(self.code)
