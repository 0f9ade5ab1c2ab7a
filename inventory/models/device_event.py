from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from backoffice.core.models import Event, EventQuerySet, User
from inventory.models.device import Device, DeviceQuerySet


class DeviceEventQuerySet(EventQuerySet["DeviceEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The history of a device is for those who see the device."""
        if not isinstance(user, User):
            return self.none()
        sites = user.site_ids(DeviceQuerySet.PERMISSION)
        return self if sites is None else self.filter(subject__site__in=sites)


class DeviceEvent(Event):
    """The journal of one device."""

    SUBJECT = "device"
    subject = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="events")

    objects = DeviceEventQuerySet.as_manager()

    class Meta(Event.Meta):
        pass
