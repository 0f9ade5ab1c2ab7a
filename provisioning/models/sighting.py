from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models import Device, StorageDrive
from provisioning.models.agent import Agent, at_sites
from provisioning.models.report import Report


class SightingQuerySet(models.QuerySet["Sighting"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("provisioning.view_agent")
        return self if sites is None else self.filter(at_sites(sites, "agent__"))

    def of_drive(self, drive: StorageDrive) -> Self:
        """In which machines a drive was seen, the newest first."""
        return (
            self.filter(drive=drive)
            .select_related("agent", "device")
            .order_by("-last_seen_at", "-pk")
        )


class Sighting(models.Model):
    """Which drive was seen in which machine, from when to when.

    One row per drive and machine; `key` is what tells the machine's drives apart.
    Fed by reports only, and made anew from them by `manage.py rebuild_read_model`.
    """

    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="sightings")
    key = models.CharField(max_length=200)
    # What the machine was when it last showed the drive.
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The drive of the inventory, where it is known.
    drive = models.ForeignKey(
        StorageDrive,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sightings",
    )
    make = models.CharField(max_length=128, blank=True)
    model = models.CharField(max_length=128, blank=True)
    serial = models.CharField(max_length=128, blank=True)
    wwn = models.CharField(max_length=128, blank=True)
    size_bytes = models.PositiveBigIntegerField()
    is_boot_medium = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # The newest report that showed it.
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")

    objects = SightingQuerySet.as_manager()

    class Meta:
        ordering = ("-last_seen_at", "-pk")
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "key"], name="sighting_one_per_drive_and_machine"
            )
        ]

    def __str__(self) -> str:
        return f"{self.serial or self.model or self.key} @ {self.agent}"
