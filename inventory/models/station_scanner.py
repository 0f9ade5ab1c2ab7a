"""Scanners that are no keyboard: they post what they read to a station by name."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import Site, User
from inventory.models.sites import SiteLimitedQuerySet

CODE_MINUTES = 15
MAX_CODE = 512
# What was read longer ago, or nobody knows when, waits for a person to say yes: the
# station may stand in another mode by now.
FRESH = dt.timedelta(minutes=10)
# Nobody remembers what was scanned longer ago.
EXPIRES = dt.timedelta(hours=24)
# A page that was given a code and says nothing for so long may be gone.
ANSWERS_WITHIN = dt.timedelta(minutes=1)


class StationScannerQuerySet(SiteLimitedQuerySet["StationScanner"]):
    PERMISSION = "inventory.view_device"

    def in_use(self) -> Self:
        """Those that may post."""
        return self.filter(revoked_at=None).exclude(token_sha256=None)

    def by_token_hash(self, digest: str) -> StationScanner | None:
        return self.in_use().select_related("site").filter(token_sha256=digest).first()

    def lock_code(self, code: str) -> StationScanner | None:
        """The scanner that this unexpired code was made for, held."""
        rows = self.select_for_update(of=("self",)).select_related("site")
        return rows.filter(
            code_hmac=hash_scanner_code(code),
            code_expires_at__gt=timezone.now(),
            revoked_at=None,
        ).first()


class StationScanner(models.Model):
    """One scanner of one named station, let in with a code; its credential is hashed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="+", verbose_name=_("site")
    )
    station = models.CharField(max_length=40)
    code_hmac = models.CharField(max_length=64, unique=True)
    code_expires_at = models.DateTimeField()
    # NULL until it joins: two that wait are not the same scanner.
    token_sha256 = models.CharField(  # noqa: DJ001
        max_length=64, unique=True, null=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    joined_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = StationScannerQuerySet.as_manager()

    class Meta:
        ordering = ("station", "pk")
        verbose_name = _("scanner of a station")
        verbose_name_plural = _("scanners of stations")
        default_permissions = ()
        permissions = [("join_scanner", _("Let scanners join stations"))]

    def __str__(self) -> str:
        return f"{self.station} ({self.site})"


class ArrivedScanQuerySet(models.QuerySet["ArrivedScan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(
            scanner__in=StationScanner.objects.visible_to(user).values("pk")
        )

    def open_at(self, station: str) -> Self:
        """What arrived for this station and has no answer, oldest first."""
        rows = self.filter(scanner__station=station, settled_at=None)
        return rows.select_related("given_to").order_by("pk")

    def to_play(self, user: User) -> Self:
        """What a page of this person takes as if it were typed now."""
        now = timezone.now()
        return self.filter(
            Q(given_to=None) | Q(given_to=user),
            Q(read_at__gt=now - FRESH) | Q(released_at__gt=now - FRESH),
            arrived_at__gt=now - EXPIRES,
        )


class ArrivedScan(models.Model):
    """A code on its way from a scanner to whoever works at its station.

    It becomes a `Scan` under the same nonce when a page of the station takes it.
    `given_to` is the person whose page has it: nobody else's may record it meanwhile.
    """

    scanner = models.ForeignKey(
        StationScanner, on_delete=models.PROTECT, related_name="arrived"
    )
    nonce = models.UUIDField()
    code = models.CharField(max_length=MAX_CODE)
    arrived_at = models.DateTimeField(auto_now_add=True)
    # None where the machine was started again meanwhile: nobody knows when.
    read_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    given_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    given_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = ArrivedScanQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("scan that arrived")
        verbose_name_plural = _("scans that arrived")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["scanner", "nonce"], name="scan_arrives_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["scanner", "id"],
                condition=Q(settled_at=None),
                name="scan_without_answer",
            )
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_expired(self) -> bool:
        return self.arrived_at <= timezone.now() - EXPIRES

    @property
    def may_be_released(self) -> bool:
        """Whether no page may still be about to record it."""
        if self.is_expired:
            return False
        quiet = timezone.now() - ANSWERS_WITHIN
        return self.given_at is None or self.given_at < quiet


def hash_scanner_code(code: str) -> str:
    """Keyed, because forty bits could be searched through."""
    return salted_hmac(
        "inventory.station_scanner", code, algorithm="sha256"
    ).hexdigest()
