from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from backoffice.core.models.event import AppendOnlyQuerySet
from inventory.models import Device, StorageDrive
from inventory.models.device import DeviceQuerySet
from provisioning.models.environment_run import EnvironmentRun
from provisioning.models.report import Report


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the devices that this person sees."""
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids(DeviceQuerySet.PERMISSION)
        return self if sites is None else self.filter(device__site__in=sites)

    def in_force(self) -> Self:
        return self.filter(ended_at=None)


class Assignment(models.Model):
    """What a machine must be once its pack is closed: environment, card, drives.

    Written by whoever packs; the machine's reports are compared with it, and never
    change it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="assignments"
    )
    # Public id of the pack that it is for.
    pack = models.UUIDField()
    # The slug of the learning environment; empty where the pack asks for none.
    environment = models.SlugField(max_length=60, blank=True)
    # Of the SIM card that goes with it; digits as printed, or empty.
    iccid = models.CharField(max_length=22, blank=True)
    # The drives inside when it was packed, by their uuid.
    drives = models.JSONField(default=list)
    # What `{{…}}` stands for on this machine, by name: of the person and whom to call.
    # Emptied when the assignment ends.
    values = models.JSONField(default=dict)
    # Of the passphrase that was printed; the passphrase itself is kept nowhere.
    passphrase_hash = models.CharField(max_length=256, blank=True)
    passphrase_printed_at = models.DateTimeField(null=True, blank=True)
    passphrase_printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # The first report after it was written, which agreed with it or not.
    answered_at = models.DateTimeField(null=True, blank=True)
    # When the machine last showed the card of its pack.
    card_seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(ended_at=None),
                name="one_assignment_in_force_per_device",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.environment}".strip()


class DifferenceKind(models.TextChoices):
    DRIVE_ADDED = "drive_added", _("A drive that was not in it when it was packed")
    DRIVE_GONE = "drive_gone", _("A drive that was in it is not seen any more")
    CARD_OTHER = "card_other", _("Another SIM card than the pack’s is in it")


class Settlement(models.TextChoices):
    """What a person found who looked."""

    OPEN = "", _("A person has to look")
    RIGHT = "right", _("The machine is as it should be")
    MENDED = "mended", _("Put back as it was packed")


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the devices that this person sees."""
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids(DeviceQuerySet.PERMISSION)
        return self if sites is None else self.filter(at_device(sites))

    def open(self) -> Self:
        return self.filter(settled_at=None, assignment__ended_at=None)


def at_device(sites: frozenset[int] | set[int]) -> Q:
    return Q(assignment__device__site__in=sites)


class Difference(models.Model):
    """Something a packed machine says of itself that its assignment does not.

    Raised by a report, settled by a person; neither side is overwritten.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="differences"
    )
    kind = models.CharField(max_length=16, choices=DifferenceKind)
    drive = models.ForeignKey(
        StorageDrive, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # The number of the card that was seen, where it is about a card.
    iccid = models.CharField(max_length=20, blank=True, default="")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    answer = models.CharField(
        max_length=6, choices=Settlement, blank=True, default=Settlement.OPEN
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        permissions = [
            ("settle_difference", _("Settle what a packed machine differs in"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "kind", "drive"],
                condition=Q(settled_at=None),
                name="difference_raised_once",
            ),
            models.UniqueConstraint(
                fields=["assignment", "kind"],
                condition=Q(settled_at=None, drive=None),
                name="difference_of_a_card_raised_once",
            ),
            models.CheckConstraint(
                name="difference_settled_says_how_and_by_whom",
                condition=Q(answer="", settled_at=None, settled_by=None)
                | ~Q(answer="") & Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.assignment.device})"


class EnvironmentCheck(models.Model):
    """A learning environment found whole on a machine; what came later counts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, related_name="environment_checks"
    )
    environment = models.SlugField(max_length=60)
    checked_at = models.DateTimeField()
    # A person, or the machine itself by a pass that was whole.
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    run = models.OneToOneField(
        EnvironmentRun, on_delete=models.PROTECT, null=True, related_name="proof"
    )

    objects = AppendOnlyQuerySet["EnvironmentCheck"].as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("check of an environment")
        verbose_name_plural = _("checks of environments")
        permissions = [("check_environment", _("Say that an environment works"))]
        constraints = [
            models.CheckConstraint(
                name="environment_checked_by_a_person_or_a_run",
                condition=Q(checked_by__isnull=False, run=None)
                | Q(checked_by=None, run__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.environment}"
