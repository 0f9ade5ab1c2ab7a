"""Stock by capability against demand: what is asked for, and what is free today."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import ngettext

from backoffice.core.counting import counted
from backoffice.core.models import User
from inventory.models import Device, DeviceKind
from lending.actions.free_machines import free_machines, of_kinds
from lending.actions.needs import needs_from
from lending.filters.requests import TOGETHER
from lending.kinds import Capability
from lending.models import EquipmentRequest, Modem, SimCard
from lending.models.desk import Listing
from lending.states import SimStatus
from lending.views.listings import address_of

C = Capability
# Capabilities that a machine of the inventory has or has not.
OF_DEVICES = (C.COMPUTER, C.LAPTOP, C.CAMERA, C.BIG_SCREEN)


@dataclasses.dataclass(frozen=True)
class Number:
    """`words` say the number with what it counts, where the line does not."""

    count: int
    address: str
    words: str = ""


@dataclasses.dataclass(frozen=True)
class Line:
    """One capability: packs asked for, in so many requests, and what is free."""

    capability: Capability
    packs: int
    requests: Number
    free: list[Number]

    @property
    def free_count(self) -> int:
        return sum(each.count for each in self.free)

    @property
    def most(self) -> int:
        """What both bars are drawn against."""
        return max(self.packs, self.free_count, 1)

    @property
    def is_short(self) -> bool:
        return bool(self.free) and self.packs > self.free_count


def stock_lines(user: User) -> list[Line]:
    """Of each capability: one statement for what is asked for, one for what is free."""
    asked, free = _asked(user), counted(_free(user))
    return [
        Line(each, *asked[each], free=list(_numbers(each, free))) for each in Capability
    ]


def free_of(capability: Capability, user: User) -> QuerySet[Device]:
    """The free devices that have a capability, the longest on the shelf first."""
    machines = free_machines(user)
    if capability is C.BIG_SCREEN:
        found = machines.filter(kind=DeviceKind.SCREEN)
    else:
        needs = needs_from([capability], [])
        # As the proposal of a request counts: what is less would answer nothing.
        ranked = of_kinds(machines, needs)
        found = ranked.filter(fit=True, score__gte=needs.score)  # type: ignore[misc]
    return found.select_related("site", "place").order_by("status_since", "pk")


def free_hotspots(user: User) -> QuerySet[Modem]:
    return Modem.objects.visible_to(user).free().for_list()


def _asked(user: User) -> dict[Capability, tuple[int, Number]]:
    """Packs and requests that wait for a pack, by what they ask for: one statement."""
    _words, states = TOGETHER["to_serve"]
    waiting = EquipmentRequest.objects.visible_to(user).filter(status__in=states)
    told = waiting.annotate(codes=Cast("capabilities", TextField())).order_by()
    wanted = {each: Q(codes__contains=f'"{each.value}"') for each in Capability}
    sums = {
        f"{each.value}_packs": Sum("quantity", filter=q) for each, q in wanted.items()
    }
    counts = {
        f"{each.value}_asked": Count("pk", filter=q) for each, q in wanted.items()
    }
    found = told.aggregate(**sums, **counts)
    return {
        each: (
            found[f"{each.value}_packs"] or 0,
            Number(found[f"{each.value}_asked"], _asking_for(each)),
        )
        for each in Capability
    }


def _asking_for(capability: Capability) -> str:
    query = f"status=to_serve&capability={capability.value}"
    return address_of(Listing.REQUESTS, query)


def _free(user: User) -> dict[Capability | type, QuerySet[Any]]:
    """The lists behind the numbers, of what this person may see."""
    lists: dict[Capability | type, QuerySet[Any]] = {}
    if user.has_perm("inventory.view_device"):
        lists |= {each: free_of(each, user) for each in OF_DEVICES}
    if user.has_perm("lending.view_sim"):
        lists[SimCard] = SimCard.objects.visible_to(user).free()
        lists[Modem] = free_hotspots(user)
    return lists


def _numbers(
    capability: Capability, free: Mapping[Capability | type, int]
) -> Iterator[Number]:
    if capability in free:
        at = reverse("lending:desk-stock", args=[capability.value])
        yield Number(free[capability], at)
    if capability is C.INTERNET and SimCard in free:
        cards, boxes = free[SimCard], free[Modem]
        at = f"{reverse('lending:sim-list')}?status={SimStatus.IN_STOCK.value}"
        told = ngettext("%(count)s SIM card", "%(count)s SIM cards", cards)
        yield Number(cards, at, told % {"count": cards})
        at = reverse("lending:desk-hotspots")
        told = ngettext("%(count)s hotspot", "%(count)s hotspots", boxes)
        yield Number(boxes, at, told % {"count": boxes})
