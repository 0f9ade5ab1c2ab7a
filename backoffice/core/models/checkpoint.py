from __future__ import annotations

from django.db import models

from backoffice.core.models.event import AppendOnlyQuerySet


class Checkpoint(models.Model):
    """That a signed checkpoint was written: its file can then not be missed quietly."""

    number = models.PositiveIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    objects = AppendOnlyQuerySet["Checkpoint"].as_manager()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"
