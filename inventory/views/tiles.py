"""What waits for a person, as counts that lead to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.core.models import User
from inventory.models import Destruction, Device, Erasure
from inventory.states import DataState, DeviceStatus, DriveStatus
from inventory.views.to_approve import count_elsewhere

# A count stops here: nobody needs to know whether it is 1,200 or 1,300.
COUNTED = 1000
S = DeviceStatus
TO_ERASE_IN = (S.TO_PROCESS, S.IN_REFURBISHMENT, S.IN_QUALITY_CHECK)


@dataclasses.dataclass(frozen=True)
class Tile:
    """A count, what it counts (by number), and the one verb that leads to it."""

    title: Promise
    verb: str | Promise
    icon: str
    permission: str
    count: Callable[[User], int]
    address: Callable[[], str]


@dataclasses.dataclass(frozen=True)
class Counted:
    tile: Tile
    count: int

    @property
    def title(self) -> str:
        return numbered(self.tile.title, self.count)

    @property
    def shown(self) -> str:
        return f"{COUNTED - 1}+" if self.count >= COUNTED else str(self.count)

    @property
    def address(self) -> str:
        return self.tile.address()


def numbered(title: Promise, count: int) -> str:
    """What is counted, in the singular or the plural that the number asks for."""
    worded: str = title % count  # of ngettext_lazy
    return worded


def devices_in(*states: DeviceStatus, **wanted: object) -> Callable[[User], int]:
    def count(user: User) -> int:
        found = Device.objects.visible_to(user).filter(status__in=states, **wanted)
        return capped(found)

    return count


def list_of(*states: DeviceStatus, **chosen: str | list[str]) -> Callable[[], str]:
    query = {"state": [state.value for state in states], **chosen}

    def address() -> str:
        chosen_in = urlencode(query, doseq=True)
        return f"{reverse('inventory:device-list')}?{chosen_in}"

    return address


def _held(user: User) -> int:
    return capped(Device.objects.visible_to(user).filter(held_at__isnull=False))


def _approvals(user: User) -> int:
    erasures = Erasure.objects.visible_to(user).waiting()
    waiting = erasures.filter(drive__status=DriveStatus.EXCEPTIONS_TO_APPROVE)
    destroyed = Destruction.objects.visible_to(user).waiting()
    return capped(waiting) + capped(destroyed) + count_elsewhere(user)


def capped(rows: QuerySet[Any]) -> int:
    """How many rows, up to COUNTED."""
    return rows.order_by()[:COUNTED].count()


TILES = (
    Tile(
        *(
            ngettext_lazy("received, to triage", "received, to triage"),
            _("Triage"),
            "truck-delivery",
        ),
        "inventory.refurbish_device",
        devices_in(S.RECEIVED, S.IN_TRIAGE),
        list_of(S.RECEIVED, S.IN_TRIAGE),
    ),
    Tile(
        *(ngettext_lazy("to erase", "to erase"), _("Erase"), "eraser"),
        "inventory.record_erasure",
        devices_in(*TO_ERASE_IN, data_state__in=(DataState.AT_RISK, DataState.UNKNOWN)),
        list_of(*TO_ERASE_IN, data=[DataState.AT_RISK.value, DataState.UNKNOWN.value]),
    ),
    Tile(
        *(ngettext_lazy("to check", "to check"), _("Check"), "clipboard-check"),
        "inventory.check_device",
        devices_in(S.IN_QUALITY_CHECK),
        list_of(S.IN_QUALITY_CHECK),
    ),
    Tile(
        *(
            ngettext_lazy("ready on the shelf", "ready on the shelf"),
            _("See them"),
            "rosette-discount-check",
        ),
        "inventory.view_device",
        devices_in(S.READY),
        list_of(S.READY),
    ),
    Tile(
        *(ngettext_lazy("on hold", "on hold"), _("Clear up"), "hand-stop"),
        "inventory.hold_device",
        _held,
        list_of(held="yes"),
    ),
    Tile(
        *(
            ngettext_lazy("approval waiting", "approvals waiting"),
            _("Decide"),
            "shield-check",
        ),
        "inventory.approve_erasure",
        _approvals,
        lambda: reverse("inventory:approval-list"),
    ),
)


def counted_for(user: User) -> list[Counted]:
    """The tiles of every app that this person may see, in the order of the setting."""
    return [
        Counted(tile, tile.count(user))
        for tile in _every_tile()
        if user.has_perm(tile.permission)
    ]


def _every_tile() -> Iterator[Tile]:
    for path in settings.TODAY_TILES:
        tiles: Iterable[Tile] = import_string(path)
        yield from tiles
