from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models import Device
from inventory.models.device import DeviceQuerySet
from provisioning.models.agent import Agent


class CorrectionKind(models.TextChoices):
    MERGE = "merge", _("Two records, one device")
    SPLIT = "split", _("One record, two devices")


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", _("Waits for a second person")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
    UNDONE = "undone", _("Taken back")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For those who see the devices of both records."""
        if not isinstance(user, User):
            return self.none()
        return self._at(user.site_ids(DeviceQuerySet.PERMISSION))

    def decidable_by(self, user: User) -> Self:
        """What waits for this person: they may confirm it, for another proposed it."""
        waiting = self.waiting().exclude(proposed_by=user)
        return waiting._at(user.site_ids(Correction.DECIDE))

    def _at(self, sites: frozenset[int] | None) -> Self:
        """Those of which every record is at one of these sites; None is everywhere."""
        if sites is None:
            return self
        both = Q(other=None) | Q(other__site__in=sites)
        return self.filter(both, device__site__in=sites)

    def waiting(self) -> Self:
        return self.filter(state=CorrectionState.PROPOSED)

    def decided(self) -> Self:
        return self.exclude(state=CorrectionState.PROPOSED)

    def for_list(self) -> Self:
        """With what both records hold, for whoever compares them."""
        return self.select_related(
            *("device__place", "other__place", "device__lot", "other__lot", "agent"),
            *("proposed_by", "decided_by", "undone_by"),
        ).prefetch_related("device__drives", "other__drives")

    def lock(self, pk: int) -> Correction:
        return self.select_for_update(of=("self",)).get(pk=pk)


class Correction(models.Model):
    """That two records are one device, or that one is two: proposed, then decided.

    Nothing changes before a second person says so, and it can be taken back:
    `moved` says what went where.
    """

    # Who may be the second person.
    DECIDE = "inventory.merge_device"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=5, choices=CorrectionKind)
    # The record that stays.
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    # The record that goes into it; of a split, the new one.
    other = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Of a split: the machine and the drives (their uuids) that the new record gets.
    agent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drives = models.JSONField(default=list)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(
        max_length=8,
        choices=CorrectionState,
        default=CorrectionState.PROPOSED.value,
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    moved = models.JSONField(default=dict)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state="proposed"),
                name="one_open_correction_per_device",
            ),
            models.CheckConstraint(
                name="correction_done_by_a_second_person",
                condition=~Q(state__in=["done", "undone"])
                | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="correction_decided_says_by_whom",
                condition=Q(state="proposed", decided_by=None)
                | (~Q(state="proposed") & Q(decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_of_two_records",
                condition=~Q(device=F("other")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.device})"

    @property
    def is_merge(self) -> bool:
        return self.kind == CorrectionKind.MERGE

    @property
    def is_open(self) -> bool:
        return self.state == CorrectionState.PROPOSED

    @property
    def is_done(self) -> bool:
        return self.state == CorrectionState.DONE
