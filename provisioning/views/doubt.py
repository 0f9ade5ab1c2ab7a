"""Whether a machine may be another device than the one it is to be bound to."""

from __future__ import annotations

import dataclasses

from backoffice.core.models import User
from inventory import provenance
from inventory.models import Device
from provisioning.actions.doubts import is_contradicted, merges_waiting, sides_of
from provisioning.models import Agent, Correction


@dataclasses.dataclass(frozen=True)
class Doubt:
    """What a person has to look at first: both sides, and a merge that waits.

    `merge` is None also where it is none of theirs to see.
    """

    device: Device
    sides: list[provenance.Value]
    merge: Correction | None


def doubt_of(agent: Agent, device: Device, user: User) -> Doubt | None:
    """None where nothing that both sides know contradicts, and nothing is open."""
    sides, merges = sides_of(agent, device), merges_waiting(device)
    if not (is_contradicted(sides) or merges.exists()):
        return None
    merge = merges.visible_to(user).for_list().first()
    return Doubt(device, sides, merge)
