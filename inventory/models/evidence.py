from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models.event import AppendOnlyQuerySet


class EvidenceQuerySet(AppendOnlyQuerySet["Evidence"]):
    def named(self, sha256: str) -> Evidence | None:
        return self.filter(sha256=sha256).first()


class Evidence(models.Model):
    """What a machine or a tool said of an erasure, to the byte, found by its SHA-256.

    Kept whatever it says, once however often it comes, and never changed.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=60)
    size_bytes = models.PositiveIntegerField()
    body = models.BinaryField()
    kept_at = models.DateTimeField(auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                name="evidence_has_bytes", condition=Q(size_bytes__gte=1)
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
