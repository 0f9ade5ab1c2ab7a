"""Whether a machine may be another device than the one it is to be bound to."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from agent.placeholders import known
from inventory import provenance
from inventory.models import Device
from provisioning.errors import BindingDoubtful
from provisioning.models import Agent, Correction, CorrectionKind
from provisioning.models.correction import CorrectionQuerySet


def sides_of(agent: Agent, device: Device) -> list[provenance.Value]:
    """What the machine says of itself beside what is known of the device.

    A placeholder is no serial number: it neither agrees nor differs.
    """
    said = {name: known(getattr(agent, name)) for name in provenance.ROOM}
    return provenance.beside(device, said)


def is_contradicted(sides: list[provenance.Value]) -> bool:
    """Whether both sides know something and differ, or the machine knows nothing.

    The serial number says which machine it is: where that agrees, makers’ other names
    for make and model are no question.
    """
    if any(side.name == "serial" and _agrees(side) for side in sides):
        return False
    nameless = not any(side.said for side in sides)
    return (nameless and any(side.value for side in sides)) or any(
        side.differs for side in sides
    )


def _agrees(side: provenance.Value) -> bool:
    return bool(side.said and side.value) and not side.differs


def merges_waiting(device: Device) -> CorrectionQuerySet:
    """Merges with this record that nobody has decided yet."""
    of_device = Q(device=device) | Q(other=device)
    waiting = Correction.objects.filter(of_device, kind=CorrectionKind.MERGE)
    return waiting.waiting()


def refuse_doubtful(agent: Agent, device: Device) -> None:
    """Raise where somebody has to look at both sides first."""
    sides = sides_of(agent, device)
    is_merged = merges_waiting(device).exists()
    if not (is_contradicted(sides) or is_merged):
        return
    raise BindingDoubtful(
        _("This machine may be another device than %(device)s.") % {"device": device},
        advice=_("Look at both, then say that you are sure."),
        device=device.tag,
        differs=[side.name for side in sides if side.differs],
        merge_waits=is_merged,
    )
