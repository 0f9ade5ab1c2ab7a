"""What a device is, and what a person says of it at a glance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.tags import TagKind


class DeviceKind(models.TextChoices):
    DESKTOP = "desktop", _("Desktop")
    LAPTOP = "laptop", _("Laptop")
    ALL_IN_ONE = "all_in_one", _("All-in-one")
    MINI = "mini", _("Mini PC")
    TABLET = "tablet", _("Tablet")
    SMARTPHONE = "smartphone", _("Smartphone")
    SCREEN = "screen", _("Screen")
    PERIPHERAL = "peripheral", _("Peripheral")
    MODEM = "modem", _("Modem")
    OTHER = "other", _("Other")

    @property
    def tag_kind(self) -> TagKind:
        return _TAG_KINDS.get(self, TagKind.PERIPHERAL)

    @property
    def holds_data(self) -> bool:
        """Whether such a thing usually has storage that must be accounted for."""
        return self not in {DeviceKind.SCREEN, DeviceKind.PERIPHERAL}

    @property
    def usual_grams(self) -> int | None:
        """Typical mass, for estimates only; None where nothing is typical."""
        return _USUAL_GRAMS.get(self)


_TAG_KINDS = {
    DeviceKind.DESKTOP: TagKind.COMPUTER,
    DeviceKind.LAPTOP: TagKind.COMPUTER,
    DeviceKind.ALL_IN_ONE: TagKind.COMPUTER,
    DeviceKind.MINI: TagKind.COMPUTER,
    DeviceKind.TABLET: TagKind.TABLET,
    DeviceKind.SMARTPHONE: TagKind.PHONE,
    DeviceKind.SCREEN: TagKind.SCREEN,
}
_USUAL_GRAMS = {
    DeviceKind.DESKTOP: 9000,
    DeviceKind.LAPTOP: 2200,
    DeviceKind.MINI: 1300,
    DeviceKind.SCREEN: 4500,
    DeviceKind.TABLET: 500,
    DeviceKind.SMARTPHONE: 180,
}


class Storage(models.TextChoices):
    """What a person said about the drives in a device."""

    UNKNOWN = "unknown", _("Not known yet")
    LISTED = "listed", _("Drives listed")
    NONE = "none", _("No drive inside, seen by somebody")
    NOT_APPLICABLE = "not_applicable", _("Cannot hold data")


class VisibleState(models.TextChoices):
    """How it looks when it comes in: the four big buttons of the reception."""

    GOOD = "good", _("Good")
    WORN = "worn", _("Worn")
    DAMAGED = "damaged", _("Damaged")
    BROKEN = "broken", _("Broken")


class NoSerialReason(models.TextChoices):
    NONE_VISIBLE = "none_visible", _("None to be found")
    UNREADABLE = "unreadable", _("Unreadable")
    REMOVED = "removed", _("Label removed")
