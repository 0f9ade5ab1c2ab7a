from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models import Device
from provisioning.models.agent import SILENT, Agent, at_sites


class JobKind(models.TextChoices):
    """What may be asked of a machine, in the words of the wire."""

    REPORT = "report", _("Report")
    TESTS = "tests", _("Tests")
    ERASE = "erase", _("Erasure")
    PROVISION = "provision", _("Learning environment")
    CONNECT = "connect", _("Connection")


# What a person asks by one button; an erasure is ordered drive by drive, and an
# environment names what to install.
ASKED_AT_ONCE = [
    (kind.value, kind.label)
    for kind in (JobKind.REPORT, JobKind.TESTS, JobKind.CONNECT)
]


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waits for the machine")
    TAKEN = "taken", _("Taken by the machine")
    RUNNING = "running", _("At work")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    REFUSED = "refused", _("Refused by the machine")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Given up: no news")


OPEN = frozenset({JobState.WAITING, JobState.TAKEN, JobState.RUNNING})
# The machine has it in hand, and must be told to give it up.
IN_HAND = OPEN - {JobState.WAITING}
AMISS = frozenset({JobState.FAILED, JobState.REFUSED, JobState.EXPIRED})


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def lock(self, pk: int) -> Job:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Job(models.Model):
    """One thing asked of one machine, and how far it says it is.

    `percent` to `seconds_left` are the machine's own words: shown, never proof.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="jobs")
    # The device that the machine was when it was asked.
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=JobKind)
    args = models.JSONField(default=dict)
    state = models.CharField(
        max_length=12, choices=JobState, default=JobState.WAITING.value
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_news_at = models.DateTimeField()
    # When it last began, passed a quarter of the way, or ended: what is read aloud.
    quarter_at = models.DateTimeField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    step = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=300, blank=True)
    seconds_left = models.PositiveIntegerField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        permissions = [("ask_job", _("Ask machines to report and to test themselves"))]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=Q(state__in=sorted(OPEN)),
                name="one_open_job_per_agent",
            ),
            models.CheckConstraint(
                name="job_ended_when_it_is_not_open",
                condition=Q(state__in=sorted(OPEN), ended_at=None)
                | (~Q(state__in=sorted(OPEN)) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="job_percent_of_a_hundred",
                condition=Q(percent=None) | Q(percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def silent_minutes(self) -> int:
        """For how long a machine at work has said nothing; 0 while that is normal."""
        silence = timezone.now() - self.last_news_at
        if self.state not in IN_HAND or silence < SILENT:
            return 0
        return int(silence.total_seconds() // 60)
