from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import User
from inventory.models.device import Device
from inventory.models.device_kind import DeviceKind


class CheckOutcome(models.TextChoices):
    """One line of the checklist: what was not tested is never shown as good."""

    OK = "ok", _("Works")
    FAULTY = "faulty", _("Faulty")
    ABSENT = "absent", _("Not fitted")
    NOT_TESTED = "not_tested", _("Not tested")


class CheckSubject(models.TextChoices):
    """What is checked; which of them a kind of device has, see `checklist`."""

    STARTS = "starts", _("Starts and stays on")
    SCREEN = "screen", _("Screen: no line, no stain")
    KEYBOARD = "keyboard", _("Keyboard: every key")
    POINTER = "pointer", _("Touchpad or mouse")
    PORTS = "ports", _("Ports")
    NETWORK = "network", _("Network and Wi-Fi")
    SOUND = "sound", _("Sound and microphone")
    CAMERA = "camera", _("Camera")
    BATTERY = "battery", _("Battery and charger")
    FIRMWARE = "firmware", _("No firmware password, no lock")
    SYSTEM = "system", _("System installed")
    CLEAN = "clean", _("Cleaned, stickers removed")


_C = CheckSubject
_COMPUTER = (_C.STARTS, _C.PORTS, _C.NETWORK, _C.SOUND, _C.FIRMWARE, _C.SYSTEM)
_CHECKLISTS = {
    DeviceKind.DESKTOP: (*_COMPUTER, _C.CLEAN),
    DeviceKind.MINI: (*_COMPUTER, _C.CLEAN),
    DeviceKind.ALL_IN_ONE: (*_COMPUTER, _C.SCREEN, _C.CAMERA, _C.CLEAN),
    DeviceKind.LAPTOP: (
        *(*_COMPUTER, _C.SCREEN, _C.KEYBOARD, _C.POINTER),
        *(_C.CAMERA, _C.BATTERY, _C.CLEAN),
    ),
    DeviceKind.TABLET: (
        *(_C.STARTS, _C.SCREEN, _C.NETWORK, _C.SOUND, _C.CAMERA),
        *(_C.BATTERY, _C.FIRMWARE, _C.SYSTEM, _C.CLEAN),
    ),
    DeviceKind.SMARTPHONE: (
        *(_C.STARTS, _C.SCREEN, _C.NETWORK, _C.SOUND, _C.CAMERA),
        *(_C.BATTERY, _C.FIRMWARE, _C.SYSTEM, _C.CLEAN),
    ),
    DeviceKind.SCREEN: (_C.STARTS, _C.SCREEN, _C.PORTS, _C.CLEAN),
}


def checklist(kind: str) -> tuple[CheckSubject, ...]:
    """What must be checked on this kind of device, in the order of the bench."""
    return _CHECKLISTS.get(DeviceKind(kind), (_C.STARTS, _C.CLEAN))


class QualityCheckQuerySet(models.QuerySet["QualityCheck"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids("inventory.view_device")
        return self if sites is None else self.filter(device__site__in=sites)


class QualityCheck(models.Model):
    """One quality check of one device, line by line."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="checks")
    passed = models.BooleanField(_("passed"))
    # CheckSubject to CheckOutcome.
    lines = models.JSONField(_("checklist"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField()
    # Set when the device goes back to the workshop: the check no longer counts.
    void = models.BooleanField(default=False)

    objects = QualityCheckQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("quality check")
        verbose_name_plural = _("quality checks")
        indexes = [
            # What a planner knows of cameras: how many were seen to work, and which.
            models.Index(
                KeyTransform("camera", "lines"),
                F("device"),
                condition=Q(passed=True, void=False),
                name="check_by_camera",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(passed=True, void=False),
                name="one_passed_check_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.device}: {self.passed}"

    def labelled_lines(self) -> list[tuple[str, str, str]]:
        """Subject, outcome code and outcome in words, in the order of the bench."""
        return [
            (
                str(CheckSubject(subject).label),
                outcome,
                str(CheckOutcome(outcome).label),
            )
            for subject, outcome in self.lines.items()
        ]
