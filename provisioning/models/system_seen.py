from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models import Device
from inventory.models.device import DeviceQuerySet
from provisioning.models.report import Report


class SystemKind(models.TextChoices):
    """What runs on a machine, as far as it matters whom to call back."""

    WINDOWS_10 = "windows_10", _("Windows 10")
    WINDOWS_11 = "windows_11", _("Windows 11")
    WINDOWS_OLDER = "windows_older", _("Windows 8.1 or older")
    MACOS = "macos", _("macOS")
    CHROME_OS = "chrome_os", _("ChromeOS")
    LINUX = "linux", _("Linux")
    OTHER = "other", _("Another system")
    NONE = "none", _("No system")


class SystemSeenQuerySet(models.QuerySet["SystemSeen"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids(DeviceQuerySet.PERMISSION)
        return self if sites is None else self.filter(device__site__in=sites)


class SystemSeen(models.Model):
    """Which system was seen on a device last: by a person, or by its own machine.

    Without a row nobody saw any; what was erased since is gone, whatever was seen.
    """

    device = models.OneToOneField(
        Device, on_delete=models.PROTECT, related_name="system_seen"
    )
    system = models.CharField(_("system"), max_length=16, choices=SystemKind)
    # As the machine names it: “Debian GNU/Linux 12 (bookworm)”.
    name = models.CharField(max_length=128, blank=True)
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SystemSeenQuerySet.as_manager()

    class Meta:
        verbose_name = _("system seen")
        verbose_name_plural = _("systems seen")
        constraints = [
            models.CheckConstraint(
                name="system_seen_by_a_person_or_a_machine",
                condition=Q(seen_by=None, report__isnull=False)
                | Q(seen_by__isnull=False, report=None),
            )
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_system_display())
