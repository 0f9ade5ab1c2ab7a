from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Count, When, Window
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models.device import Device
from inventory.models.device_event import DeviceEvent


class StationMode(models.TextChoices):
    RECEPTION = "reception", _("Reception")
    LOOK_UP = "look_up", _("Look up")
    MOVE = "move", _("Move")
    ERASURE = "erasure", _("Erasure")
    QUALITY_CHECK = "quality_check", _("Quality check")


class ScanOutcome(models.TextChoices):
    OK = "ok", _("Done")
    ATTENTION = "attention", _("Your turn")
    REFUSED = "refused", _("Refused")


class ScanQuerySet(models.QuerySet["Scan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A station's list is that of the person who scans there."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def for_session(self) -> Self:
        return self.select_related("device__place", "event").order_by("-pk")

    def at_station(self, station: str) -> Self:
        """What was scanned at a station, newest first."""
        return self.filter(station=station).for_session()

    def today_at(self, station: str) -> Self:
        """What was scanned today at a station."""
        midnight = timezone.localtime().replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        return self.filter(station=station, scanned_at__gte=midnight)

    def listed_today(self, station: str, *, most: int) -> Self:
        """The newest of today at a station, codes that wait for an answer first.

        Each row carries `total`, how many there are in all.
        """
        waits_first = Case(When(card__open=True, then=0), default=1)
        counted = self.today_at(station).annotate(total=Window(Count("pk")))
        return counted.for_session().order_by(waits_first, "-pk")[:most]


class Scan(models.Model):
    """One scan and the answer it got: the same nonce gets the same answer again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    nonce = models.UUIDField()
    station = models.CharField(max_length=40, blank=True)
    mode = models.CharField(max_length=14, choices=StationMode)
    # What was read, cut to what a card can show; never more than that is kept.
    code = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=ScanOutcome)
    # What the card says, as codes and facts: cards are drawn from it again.
    card = models.JSONField(default=dict)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, related_name="+"
    )
    event = models.ForeignKey(
        DeviceEvent, on_delete=models.PROTECT, null=True, related_name="+"
    )
    scanned_at = models.DateTimeField(auto_now_add=True)

    objects = ScanQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("scan")
        verbose_name_plural = _("scans")
        indexes = [
            models.Index(fields=["user", "-id"], name="scan_by_user"),
            models.Index(fields=["user", "scanned_at"], name="scan_by_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "nonce"], name="scan_answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.outcome}"
