"""The rooms that boards are filtered by."""

from __future__ import annotations

import dataclasses

from django.utils.translation import gettext as _

from inventory.models import Place, PlaceKind
from provisioning.models import Agent

# Where no room is known, in an address.
NOWHERE = "none"


@dataclasses.dataclass(frozen=True)
class Room:
    """`key` is the place's public id, or NOWHERE."""

    key: str
    name: str


def room_of(agent: Agent) -> Room:
    """The room where the machine's device is, or the place itself where it is in none."""
    return room_at(agent.device.place if agent.device else None)


def room_at(place: Place | None) -> Room:
    """The room that a place is in; its parent comes with it."""
    if place is None:
        return Room(NOWHERE, _("In no room"))
    if place.kind != PlaceKind.ROOM and place.parent is not None:
        place = place.parent
    return Room(str(place.uuid), place.name)
