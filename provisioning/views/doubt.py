"""Whether a machine may be another device than the one it is to be bound to."""

from __future__ import annotations

import dataclasses

from django.db.models import Q

from agent.placeholders import known
from backoffice.core.models import User
from inventory import provenance
from inventory.models import Device
from provisioning.models import Agent, Correction, CorrectionKind


@dataclasses.dataclass(frozen=True)
class Doubt:
    """What a person has to look at first: both sides, and a merge that waits."""

    device: Device
    sides: list[provenance.Value]
    merge: Correction | None


def doubt_of(agent: Agent, device: Device, user: User) -> Doubt | None:
    """None where nothing that both sides know contradicts, and nothing is open.

    A placeholder is no serial number: it neither agrees nor differs.
    """
    said = {name: known(getattr(agent, name)) for name in provenance.ROOM}
    sides = provenance.beside(device, said)
    nameless = not any(said.values()) and any(side.value for side in sides)
    merge = _merge_of(device, user)
    if nameless or merge or any(side.differs for side in sides):
        return Doubt(device, sides, merge)
    return None


def _merge_of(device: Device, user: User) -> Correction | None:
    of_device = Q(device=device) | Q(other=device)
    waiting = Correction.objects.visible_to(user).waiting().for_list()
    return waiting.filter(of_device, kind=CorrectionKind.MERGE).first()
