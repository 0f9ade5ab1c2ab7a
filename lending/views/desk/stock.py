"""Stock by capability against demand: what is asked for, and what is free today."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from django.db.models import Count, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import ngettext

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
    """Of each capability; three statements and one for each number."""
    asked = _asked(user)
    return [
        Line(each, *asked[each], free=list(_free(each, user))) for each in Capability
    ]


def free_of(capability: Capability, user: User) -> QuerySet[Device]:
    """The free devices that have a capability, the longest on the shelf first."""
    machines = free_machines(user)
    if capability is C.BIG_SCREEN:
        found = machines.filter(kind=DeviceKind.SCREEN)
    else:
        needs = needs_from([capability], [])
        found = of_kinds(machines, needs).filter(fit=True)  # type: ignore[misc]
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


def _free(capability: Capability, user: User) -> Iterator[Number]:
    if capability in OF_DEVICES and user.has_perm("inventory.view_device"):
        at = reverse("lending:desk-stock", args=[capability.value])
        yield Number(free_of(capability, user).order_by().count(), at)
    if capability is C.INTERNET and user.has_perm("lending.view_sim"):
        in_stock = SimStatus.IN_STOCK.value
        cards = SimCard.objects.visible_to(user).free().order_by().count()
        at = f"{reverse('lending:sim-list')}?status={in_stock}"
        told = ngettext("%(count)s SIM card", "%(count)s SIM cards", cards)
        yield Number(cards, at, told % {"count": cards})
        boxes = free_hotspots(user).order_by().count()
        told = ngettext("%(count)s hotspot", "%(count)s hotspots", boxes)
        at = reverse("lending:desk-hotspots")
        yield Number(boxes, at, told % {"count": boxes})
