from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models import Device
from provisioning.identity import Line, MarkKind
from provisioning.models.agent import Agent, at_sites
from provisioning.models.report import Report


class MarkQuerySet(models.QuerySet["Mark"]):
    def current(self) -> Self:
        """Those that the newest report which could show such marks did show."""
        return self.filter(gone_at=None)


class Mark(models.Model):
    """One mark of a machine's hardware, from when to when its reports showed it.

    What `Agent.marks` holds for one machine, spread out so that a mark finds its
    machine. Fed by reports only, and made anew from them.
    """

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="marked")
    kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.value) for kind in MarkKind]
    )
    value = models.CharField(max_length=160)
    shown_since = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ("agent", "kind", "value")
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "kind", "value"], name="mark_once_per_machine"
            )
        ]
        indexes = [models.Index(fields=["value"], name="mark_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def open(self) -> Self:
        """Those that wait for a person: of machines that are nobody yet."""
        return self.filter(
            answer="",
            agent__device=None,
            agent__revoked_at=None,
            agent__same_as=None,
            device__merged_into=None,
        )

    def lock(self, pk: int) -> Likeness:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Likeness(models.Model):
    """A machine that joined looks like one that is known: what agrees, what differs.

    The known one is a device, or a machine that nobody has bound yet.
    """

    class Answer(models.TextChoices):
        OPEN = "", _("A person has to look")
        SAME = "same", _("The same machine")
        NEW = "new", _("Another machine")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="likenesses"
    )
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    other = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The comparison as it was: a `Line` each.
    lines = models.JSONField(default=list)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    answer = models.CharField(
        max_length=4, choices=Answer, blank=True, default=Answer.OPEN
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    # Nobody where the marks left no doubt.
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = LikenessQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "device"], name="likeness_once_per_device"
            ),
            models.CheckConstraint(
                name="likeness_of_something_known",
                condition=Q(device__isnull=False) | Q(other__isnull=False),
            ),
            models.CheckConstraint(
                name="likeness_answered_says_when",
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} ~ {self.device or self.other}"

    @property
    def compared(self) -> list[Line]:
        """The comparison as it was."""
        return [Line.from_json(each) for each in self.lines]
