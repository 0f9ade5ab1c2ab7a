"""What whoever coordinates looks for: holds by reason, and donations under way."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from backoffice.core.models import User
from inventory.models import Device, Donation
from inventory.states import STAGES, DeviceStatus, HoldReason, Stage

# Donations come one after the other: older ones than these are looked up.
NEWEST = 30
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


def donations_under_way(user: User) -> list[UnderWay]:
    """The newest donations of which something is left to do."""
    visible = Donation.objects.visible_to(user).select_related("donor")
    newest = visible.order_by("-received_on", "-pk").values("pk")[:NEWEST]
    here = ~Q(lots__devices__status=DeviceStatus.ANNOUNCED)
    rows = visible.filter(pk__in=list(newest.values_list("pk", flat=True))).annotate(
        came=Count("lots__devices", filter=here),
        to_do=Count("lots__devices", filter=Q(lots__devices__status__in=_TO_DO)),
    )
    under_way = rows.filter(to_do__gt=0).order_by("-received_on", "-pk")
    counts = list(under_way.values_list("pk", "came", "to_do")[:SHOWN])
    donations = visible.in_bulk([pk for pk, _came, _to_do in counts])
    return [UnderWay(donations[pk], came, to_do) for pk, came, to_do in counts]


def _devices(**chosen: str | list[str]) -> str:
    return f"{reverse('inventory:device-list')}?{urlencode(chosen, doseq=True)}"
