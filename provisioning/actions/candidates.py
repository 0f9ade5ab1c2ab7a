"""Whom a machine may be: those of its site that share a mark with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.db.models import Q

from inventory.models import Device, StorageDrive
from provisioning.actions.marks import marks_known
from provisioning.identity import MarkKind, Marks
from provisioning.models import Agent, Mark

# One value that so many machines carry identifies none of them.
MOST_ALIKE = 64


@dataclasses.dataclass(frozen=True)
class Known:
    """One that a machine may be: a device, or a machine that is no device yet."""

    device: Device | None
    other: Agent | None
    marks: Marks


def known_like(agent: Agent, mine: Marks) -> list[Known]:
    """The machines and devices of this site that share a mark: four statements."""
    values = frozenset[str]().union(*mine.values())
    if not values:
        return []
    sharing = Mark.objects.current().filter(value__in=values).exclude(agent=agent)
    alike = sharing.order_by("agent").values_list("agent", flat=True)
    keys = alike.distinct()[:MOST_ALIKE]
    here = Q(device__site=agent.site_id) | Q(
        device=None, site=agent.site_id, revoked_at=None, same_as=None
    )
    agents = (
        Agent.objects.filter(here, pk__in=list(keys), device__merged_into=None)
        .select_related("device")
        .order_by("device", "-last_seen_at")
    )
    found: dict[int, Known] = {}
    alone = []
    for each in agents:
        if each.device is None:
            alone.append(Known(None, each, marks_known(each)))
        else:
            known = Known(each.device, None, marks_known(each))
            found.setdefault(each.device.pk, known)
    for device, typed in _typed_like(agent, mine):
        known = found.get(device.pk) or Known(device, None, {})
        found[device.pk] = Known(device, None, {**typed, **known.marks})
    return [*found.values(), *alone]


def _typed_like(agent: Agent, mine: Marks) -> Iterable[tuple[Device, Marks]]:
    """Devices that carry this serial, or a drive of this machine, as people wrote."""
    none: frozenset[str] = frozenset()
    serials = mine.get(MarkKind.SERIAL, none)
    drives = mine.get(MarkKind.DRIVE, none)
    inside = StorageDrive.objects.filter(
        serial_key__in=drives, host__site=agent.site_id
    )
    hosts = set(inside.values_list("host", flat=True)[:MOST_ALIKE]) if drives else set()
    here = Device.objects.filter(site=agent.site_id, merged_into=None)
    like = Q(pk__in=hosts)
    if serials:
        like |= Q(serial_key__in=serials)
    for device in here.filter(like).prefetch_related("drives")[:MOST_ALIKE]:
        known = {drive.serial_key for drive in device.drives.all()} - {""}
        marks = {
            MarkKind.SERIAL: frozenset({device.serial_key} - {""}),
            MarkKind.DRIVE: frozenset(known),
        }
        yield device, {kind: values for kind, values in marks.items() if values}
