"""What whoever coordinates looks for: holds by reason, and donations under way."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from backoffice.core.models import User
from inventory.models import Device, Donation
from inventory.models.device import DeviceQuerySet
from inventory.states import STAGES, DeviceStatus, HoldReason, Stage

# The list of donations has the others.
SHOWN = 6
_TO_DO = STAGES[Stage.IN_PROCESS] | STAGES[Stage.MISSING]


@dataclasses.dataclass(frozen=True)
class Held:
    """How many devices are held for one reason."""

    reason: HoldReason
    count: int

    @property
    def address(self) -> str:
        return _devices(held=self.reason.value)


@dataclasses.dataclass(frozen=True)
class UnderWay:
    """A donation with devices that nobody has brought to an end yet."""

    donation: Donation
    came: int
    to_do: int

    @property
    def done(self) -> int:
        return self.came - self.to_do

    @property
    def address(self) -> str:
        """Those that are still to do."""
        states = sorted(state.value for state in _TO_DO)
        return _devices(donation=str(self.donation.uuid), state=states)


def held_by_reason(user: User) -> list[Held]:
    """Most frequent reason first."""
    held = Device.objects.visible_to(user).filter(held_at__isnull=False)
    rows = held.order_by().values_list("hold_reason").annotate(count=Count("pk"))
    found = [Held(HoldReason(reason), count) for reason, count in rows]
    return sorted(found, key=lambda each: (-each.count, each.reason))


@dataclasses.dataclass(frozen=True)
class Overview:
    """The newest donations under way, and whether there are more."""

    shown: list[UnderWay]
    has_more: bool


def donations_under_way(user: User) -> Overview:
    """The newest donations of which something is left to do, of all there are.

    They are walked newest first until there are enough: two statements.
    """
    seen = Device.objects.visible_to(user)
    to_do = seen.filter(lot__donation=OuterRef("pk"), status__in=_TO_DO)
    visible = Donation.objects.visible_to(user).select_related("donor")
    found = list(
        visible.filter(Exists(to_do)).order_by("-received_on", "-pk")[: SHOWN + 1]
    )
    counts = _counts(seen, found[:SHOWN])
    shown = [UnderWay(each, *counts[each.pk]) for each in found[:SHOWN]]
    return Overview(shown, has_more=len(found) > SHOWN)


def _counts(
    seen: DeviceQuerySet, donations: Sequence[Donation]
) -> dict[int, tuple[int, int]]:
    """How many devices of each donation came, and how many are left to do."""
    devices = seen.filter(lot__donation__in=donations)
    rows = devices.order_by().values_list("lot__donation")
    counted = rows.annotate(
        came=Count("pk", filter=~Q(status=DeviceStatus.ANNOUNCED)),
        to_do=Count("pk", filter=Q(status__in=_TO_DO)),
    )
    return {donation: (came, to_do) for donation, came, to_do in counted}


def _devices(**chosen: str | list[str]) -> str:
    return f"{reverse('inventory:device-list')}?{urlencode(chosen, doseq=True)}"
