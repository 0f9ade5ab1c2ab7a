from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models.device import Device


class DeviceHardware(models.Model):
    """What a device is made of, as its newest reports say, and whose word counts.

    `facts` is made anew from reports at any time. `sources` is not: it says which of
    the device's own values came from a report, and which differences a person has
    looked at. A value that is not in it was typed by a person, and no report touches
    it: inventory.provenance reads both.
    """

    device = models.OneToOneField(
        Device, on_delete=models.PROTECT, primary_key=True, related_name="hardware"
    )
    facts = models.JSONField(default=dict)
    # Out of the facts: the memory by which machines are sorted by the thousand.
    memory_bytes = models.BigIntegerField(null=True, blank=True, editable=False)
    # The report that said so first, and when it came; a later one that says the same
    # changes nothing.
    report = models.UUIDField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    sources = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("hardware")
        verbose_name_plural = _("hardware")
        # Memory is read by the thousand: from here, past the facts, which are long.
        indexes = [
            models.Index(fields=["device", "memory_bytes"], name="hardware_memory")
        ]

    def __str__(self) -> str:
        return str(self.device)
