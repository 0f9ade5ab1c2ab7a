from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """When a periodic job last ran; one row per job, locked while it runs."""

    name = models.CharField(max_length=60, unique=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
